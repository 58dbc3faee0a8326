"""Where she lives decides which offices, and which of their places, are there for her."""

from __future__ import annotations

import pytest
from django.test import Client

from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Location, Network
from knotenpunkt.visits.planning.catalogue import read_catalogue
from knotenpunkt.web.public.answers import KEY, Answers
from knotenpunkt.web.public.wishes import wish_of_answers
from tests.newcomers.walk import newcomer


@pytest.fixture
def two_town_halls(network: Network) -> tuple[Service, Service]:
    """The same matter at two offices, each for the people of its own municipality."""
    here = Service.objects.get(code="of-bb-anmeldung")
    here.details = {"service_areas": [{"name": "Musterstadt"}]}
    here.save()
    there = Service.objects.get(code="of-kim-erst")
    there.details = {"service_areas": [{"name": "Beispielhausen"}, {"name": "Fiktau"}]}
    there.save()
    Service.objects.filter(pk=there.pk).update(topic=here.topic)
    return here, there


def at_home_in(municipality: str) -> Client:
    """Return a phone that has answered where, who, and one topic."""
    phone = newcomer()
    phone.post("/plan/where/", {"municipality": municipality})
    phone.post("/plan/who/", {"language": "uk"})
    phone.post("/plan/needs/", {"topics": ["t9_settling_in"]})
    return phone


@pytest.mark.parametrize(
    ("municipality", "offered"),
    [
        ("musterstadt", {"of-bb-anmeldung"}),
        ("beispielhausen", {"of-kim-erst"}),
        ("fiktau", {"of-kim-erst"}),
        ("elsewhere", set()),
    ],
)
def test_the_municipality_decides_which_office_is_offered(
    municipality: str, offered: set[str], two_town_halls: tuple[Service, Service]
) -> None:
    phone = at_home_in(municipality)
    page = phone.get("/plan/matters/")

    forged = phone.post("/plan/matters/", {"needs": [it.id for it in two_town_halls]})

    shown = {it.code for it in page.context["services"]}
    assert shown & {it.code for it in two_town_halls} == offered
    assert forged.status_code == 422  # at most one of them is hers


@pytest.mark.parametrize(
    ("municipality", "places"),
    [
        ("probstedt", {"site-arkaden", "site-rathaus-pb"}),
        ("fiktau", {"site-arkaden"}),
        ("elsewhere", {"site-arkaden", "site-rathaus-pb"}),  # not known: nothing is left out
    ],
)
def test_a_town_hall_is_for_its_own_people(
    municipality: str, places: set[str], network: Network
) -> None:
    answers = Answers(
        is_placed=True,
        municipality="" if municipality == "elsewhere" else municipality,
        needs=(Service.objects.get(code="of-bb-anmeldung").id,),
    )
    catalogue = read_catalogue(network).of_wish(wish_of_answers(network, answers))

    found = Location.objects.filter(id__in=catalogue.places[answers.needs[0]])
    assert {it.code for it in found} == places


def test_the_page_of_a_topic_says_for_whose_people_a_place_is(network: Network) -> None:
    page = newcomer("de").get("/topics/t9_settling_in/").content.decode()

    assert "Für Menschen aus: <bdi" in page
    assert page.index("Rathaus Probstedt") < page.index('<bdi lang="de">Probstedt</bdi>')


def test_who_moves_loses_the_office_of_the_other_place(
    two_town_halls: tuple[Service, Service],
) -> None:
    phone = at_home_in("musterstadt")
    phone.post("/plan/matters/", {"needs": [two_town_halls[0].id]})
    before = phone.session[KEY]["needs"]

    phone.post("/plan/where/", {"municipality": "fiktau"})

    assert (len(before), phone.session[KEY]["needs"]) == (1, [])
