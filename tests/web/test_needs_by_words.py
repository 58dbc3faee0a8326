"""A few words become tiles; a changed wish says what it cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from knotenpunkt.directory.models import Service
from knotenpunkt.people.models import Person
from knotenpunkt.visits.planning.proposals import Proposals
from knotenpunkt.visits.planning.wish import VisitWish
from knotenpunkt.web.desk.visits.vanished import before_of, why_vanished

SignIn = Callable[[str], Client]


def codes(found: list[Service]) -> set[str]:
    return {it.code for it in found}


def test_each_word_brings_its_services_and_what_was_chosen_stays(
    person: Person, service: Callable[[str], Service], as_staff: SignIn
) -> None:
    chosen = service("of-gk-orient")
    data = {"find": "1", "words": "Schulden Konto", "services": [str(chosen.pk)]}

    page = as_staff("st-ki03").post(reverse("desk:visit_new", args=[person.pk]), data)

    assert page.status_code == 200
    assert {"of-vz-schulden", "of-vz-konto"} <= codes(page.context["found"])
    assert str(chosen.pk) in page.context["chosen"]


def test_parts_between_commas_are_asked_as_a_whole(person: Person, as_staff: SignIn) -> None:
    data = {"find": "1", "words": "Wohnsitz anmelden, Schulden"}

    page = as_staff("st-ki03").post(reverse("desk:visit_new", args=[person.pk]), data)

    assert {"of-bb-anmeldung", "of-vz-schulden"} <= codes(page.context["found"])


@pytest.mark.parametrize("words", ["", " , ", "xqzwv"])
def test_no_match_is_said(words: str, person: Person, as_staff: SignIn) -> None:
    page = as_staff("st-ki03").post(
        reverse("desk:visit_new", args=[person.pk]), {"find": "1", "words": words}
    )

    assert page.status_code == 200
    assert page.context["found"] == []


def reasons(proposals: Proposals, wish: VisitWish) -> set[str]:
    nothing = replace(proposals, proposals=())
    with translation.override("en"):
        return {it.reason for it in why_vanished(before_of(proposals), nothing, wish)}


def test_what_stands_against_the_proposal_of_before_is_named(
    proposals: Proposals, olenas_wish: VisitWish
) -> None:
    early, late = replace(olenas_wish, latest=60), replace(olenas_wish, earliest=23 * 60)
    later = replace(olenas_wish, first_day=olenas_wish.last_day)

    assert reasons(proposals, early) == {"ends too late"}
    assert reasons(proposals, late) == {"begins too early"}
    assert reasons(proposals, later) == {"lies outside the days"}


def test_what_is_still_proposed_has_not_vanished(
    proposals: Proposals, olenas_wish: VisitWish
) -> None:
    assert why_vanished(before_of(proposals), proposals, olenas_wish) == []


@pytest.mark.parametrize("before", ["", "nonsense", '{"legs": []}'])
def test_nonsense_of_before_says_nothing(
    before: str, proposals: Proposals, olenas_wish: VisitWish
) -> None:
    assert why_vanished(before, proposals, olenas_wish) == []
