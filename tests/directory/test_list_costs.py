"""How many statements the long lists take, however long they are; what their pages hold."""

from __future__ import annotations

import pytest
from django import forms
from django.db import connection
from django.forms.renderers import DjangoTemplates
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertHTMLEqual

from knotenpunkt.directory.models import Service
from knotenpunkt.directory.queries import KeysFirst, filters_of
from knotenpunkt.network.models import Location, Network, Organization

# Address, and the most statements: session, account, names to narrow down by, keys, rows, places;
# a search asks for synonyms, too, the first page whether somebody is new here.
MOST = {
    "/desk/directory/": 7,
    "/desk/directory/?language=ar": 6,
    "/desk/directory/?q=Wohnung": 7,
    "/hsds/services?per_page=20": 4,
    "/hsds/services?per_page=20&full=true": 10,
}


@pytest.mark.parametrize("address", MOST)
def test_a_page_of_twenty_takes_few_statements(partner: Client, address: str) -> None:
    partner.get(address)

    with CaptureQueriesContext(connection) as captured:
        assert partner.get(address).status_code == 200

    asked = [it["sql"] for it in captured if "SAVEPOINT" not in it["sql"]]  # the test's own
    assert len(asked) <= MOST[address], "\n".join(it[:120] for it in asked)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", 1), ("1", 1), ("2", 2), ("99", -1), ("0", -1), ("-1", -1), ("x", 1), ("²", 1),
        ("9" * 20, -1), ("9" * 5000, 1),
    ],
)  # fmt: skip
def test_a_page_holds_what_stands_there(partner: Client, asked: str, shown: int) -> None:
    every = Service.objects.order_by("topic__position", "code", "id")
    codes = [it.code for it in every if it.status in {"verified", "paused"}]

    page = partner.get("/desk/directory/", {"page": asked}).context["page"]

    last = -(-len(codes) // 20)
    number = last if shown == -1 else shown
    assert (page.number, page.paginator.count) == (number, len(codes))
    assert [it.code for it in page] == codes[(number - 1) * 20 : number * 20]


def test_a_list_knows_its_length_before_and_after_a_look(network: Network) -> None:
    services = Service.objects.order_by("code", "id")
    count = services.count()

    assert len(KeysFirst(services)) == count
    looked = KeysFirst(services)
    assert len(looked[0:5]) == 5
    assert len(looked) == count
    empty = KeysFirst(services)
    assert (empty[count : count + 5], len(empty)) == ([], count)


def test_names_to_narrow_down_by_come_in_their_order(network: Network) -> None:
    found = filters_of(network)

    names = {field: [name["de"] for _key, name in rows] for field, rows in found.items()}
    assert names["topic"] == [it.name["de"] for it in network.topics.order_by("position")]
    houses = Organization.objects.filter(network=network)
    assert names["organization"] == sorted(it.name for it in houses)
    places = Location.objects.filter(network=network, successor=None)
    assert names["place"] == [it.name for it in places]
    assert names["language"] == sorted(names["language"])


class Choice(forms.Form):
    plain = forms.ChoiceField(
        choices=[("", "alle"), ("a&b", "<script>x</script>"), ("c", 'ein "Wort"')], initial="a&b"
    )
    grouped = forms.ChoiceField(choices=[("O & P", [(1, "eins"), (2, "zwei")]), (3, "drei")])
    several = forms.MultipleChoiceField(choices=[(1, "eins"), (2, "zwei")], initial=[2])


def test_options_say_what_djangos_own_template_says() -> None:
    ours, theirs = Choice(), Choice(renderer=DjangoTemplates())

    for name in ("plain", "grouped", "several"):
        assertHTMLEqual(str(ours[name]), str(theirs[name]))
    assert "<script>" not in str(ours["plain"])
    with pytest.raises(AssertionError):
        assertHTMLEqual(str(ours["plain"]), str(theirs["several"]))
