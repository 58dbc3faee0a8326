"""The picture of gaps says what the table says, also without colours and for one place."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from knotenpunkt.directory.gap_map import gap_map_of
from knotenpunkt.network.models import Account, Location, Network
from knotenpunkt.web.desk.fairs.gap_picture import MOST_LANGUAGES, gap_picture_of


def squares(page: str) -> list[int]:
    svg = page.split("<svg viewBox")[1].split("</svg>")[0]
    return [int(it) for it in re.findall(r'-text" x="\d+" y="\d+">(\d+)<', svg)]


def test_every_square_of_the_picture_is_a_cell_of_the_table(network: Network) -> None:
    found = gap_map_of(network)

    picture = gap_picture_of(found)

    cells = [cell for _topic, row in found.rows for cell in row[:MOST_LANGUAGES]]
    assert [it.cell for it in picture.squares] == cells
    assert [code for _x, code in picture.columns] == list(found.languages[:MOST_LANGUAGES])
    corners = {(it.x, it.y) for it in picture.squares}
    assert len(corners) == len(cells)
    assert max(x for x, _y in corners) + picture.side <= picture.width


def test_the_page_draws_it_with_title_and_description_for_one_place(
    network: Network, account: Callable[[str], Account]
) -> None:
    client = Client(headers={"accept-language": "de"})
    client.force_login(account("st-ki02"))
    place = Location.objects.get(code="site-arkaden")

    everywhere = client.get(reverse("desk:gap_map")).content.decode()
    here = client.get(reverse("desk:gap_map"), {"place": place.pk}).content.decode()

    assert squares(here) == [
        it.cell.count for it in gap_picture_of(gap_map_of(network, place)).squares
    ]
    assert squares(here) != squares(everywhere)
    assert 'aria-labelledby="gaps-title gaps-text"' in here
    assert f"{place.name}</title>" in here
