"""A new partner's table: its places are found again, ways are never shorter than they may be."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from knotenpunkt.directory.actions.spreadsheet import UNKNOWN_WAY_MINUTES
from knotenpunkt.directory.models import ServiceAtLocation
from knotenpunkt.network.models import Network, Organization, TravelTime
from knotenpunkt.onboarding.checklist import checklists_of
from tests.onboarding.conftest import PLACE
from tests.onboarding.test_new_partner import joined

HEADER = "Angebot;Thema (1-9);Beschreibung;Dauer in Minuten;Ort;Adresse;Sprachen;Mitbringen"
ROW = "Beratung {n};5;Wir beraten.;30;{place};{address};de;Ausweis"
ADDRESS = "Gildenweg 3, 50000 Musterstadt"


def send(client: Client, *rows: str) -> object:
    """Choose the table, then press the button below its preview."""
    table = "\n".join([HEADER, *rows]).encode()
    page = client.post("/desk/directory/import/", {"file": SimpleUploadedFile("a.csv", table)})
    return client.post("/desk/directory/import/", {"rows": page.context["signed"]})


def row(number: int, place: str = "Haus des Handwerks", address: str = ADDRESS) -> str:
    return ROW.format(n=number, place=place, address=address)


@pytest.mark.parametrize("address", [ADDRESS, "Gildenweg 3 (Hof), Musterstadt"])
def test_a_place_that_was_entered_is_used_and_stays_as_it_is(
    address: str, invited: str, network: Network
) -> None:
    client, organization = joined(invited)
    client.post(f"/desk/partners/{organization.pk}/places/new/", PLACE)
    place = organization.locations.get()

    send(client, row(1, address=address), row(2, address=address))

    place.refresh_from_db()
    assert organization.locations.get() == place
    assert (place.address, place.is_step_free) == (ADDRESS, True)
    assert ServiceAtLocation.objects.filter(location=place).count() == 2


def test_one_name_at_two_addresses_is_two_places(invited: str, network: Network) -> None:
    client, organization = joined(invited)
    client.post(f"/desk/partners/{organization.pk}/places/new/", PLACE)

    send(client, row(1), row(2, address="Am Markt 1, 50000 Musterstadt"))

    assert organization.locations.count() == 2


def test_a_place_of_a_table_is_an_hour_away_until_somebody_says_how_far(
    invited: str, network: Network
) -> None:
    client, organization = joined(invited)
    send(client, row(1))
    place, center = organization.locations.get(), network.locations.get(is_central=True)
    ways = TravelTime.objects.filter(origin=place)
    first = ways.get(destination=center).minutes
    others = network.locations.exclude(pk__in=[place.pk]).count()

    client.post(f"/desk/partners/{organization.pk}/places/{place.pk}/", PLACE)

    assert (first, ways.count()) == (UNKNOWN_WAY_MINUTES, others)
    assert ways.get(destination=center).minutes == 12
    assert TravelTime.objects.get(origin=center, destination=place).minutes == 12


def test_sending_the_table_again_doubles_nothing(invited: str) -> None:
    client, organization = joined(invited)

    for _ in range(2):
        send(client, row(1), row(2))

    assert organization.services.count() == 2
    assert organization.locations.count() == 1
    assert {it.documents.count() for it in organization.services.all()} == {1}


def test_more_rows_cost_hardly_more_statements(invited: str) -> None:
    client, _organization = joined(invited)
    counts = []
    for first, last in ((0, 10), (10, 40)):
        with CaptureQueriesContext(connection) as queries:
            send(client, *(row(number) for number in range(first, last)))
        counts.append(len(queries))

    assert counts[1] <= counts[0]  # the place is there, the paper is known


def test_a_long_table_says_that_it_takes_long(invited: str) -> None:
    client, _organization = joined(invited)

    def preview(rows: int) -> str:
        table = "\n".join([HEADER, *(row(number) for number in range(rows))]).encode()
        page = client.post("/desk/directory/import/", {"file": SimpleUploadedFile("a.csv", table)})
        return page.content.decode()

    assert "some minutes" in preview(501)
    assert "some minutes" not in preview(500)


def test_the_demo_has_a_partner_half_way_that_only_the_coordinator_sees(
    network: Network, as_staff: Callable[[str], Client], coordinator: Client
) -> None:
    house = Organization.objects.get(code="org-nadelwerk")
    found = checklists_of(Organization.objects.filter(pk=house.pk))[0]

    statuses = [
        client.get(f"/desk/partners/{house.pk}/").status_code
        for client in (coordinator, as_staff("st-nw01"), as_staff("st-jc05"))
    ]

    assert [it.key for it in found.steps if not it.is_done] == [
        "card", "times", "agreement", "shown",
    ]  # fmt: skip
    assert statuses == [200, 200, 404]
