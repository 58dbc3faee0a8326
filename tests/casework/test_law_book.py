"""A new residence paper: the rules propose the law book and the hand-over, the hand stays free."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from knotenpunkt.casework.enums import AreaOfLife
from knotenpunkt.casework.models import Assignment
from knotenpunkt.casework.responsibility import LawBook, law_book_of
from knotenpunkt.foundation.models import AuditEntry
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Network, Organization, StaffMember
from knotenpunkt.people.actions import note_residence
from knotenpunkt.people.models import Person, ResidenceFacts

SignIn = Callable[[str], Client]
PAYER = "st-so01"


@pytest.fixture
def azad(network: Network) -> Person:
    """An asylum seeker whose file the social office keeps: it pays for him, so far."""
    StaffMember.objects.filter(code=PAYER).update(role=Role.WORKER)
    Assignment.objects.filter(person__code="cl-06").delete()
    person = Person.objects.select_related("network").get(code="cl-06")
    person.organization = Organization.objects.get(network=network, code="org-sozialamt")
    person.case_lead = StaffMember.objects.get(code=PAYER)
    person.save()
    return Person.objects.select_related("network", "organization").get(pk=person.pk)


def law(person: Person) -> LawBook:
    found = law_book_of(person)
    assert found is not None
    return found


def test_recognition_moves_him_to_another_law_book(azad: Person) -> None:
    before = law(azad)
    note_residence(person=azad, by=azad.case_lead.account, fields={"title": "sec25_2"})
    after = law(azad)

    assert (before.regime, before.is_a_change) == ("asylblg", False)
    assert (after.regime, after.is_a_change) == ("sgb2", True)
    assert [it.code for it in after.organizations] == ["org-jobcenter"]
    assert all(rule.legal_basis and rule.source and rule.valid_from for rule in after.rules)


def test_a_house_that_pays_nobody_is_never_told_to_hand_over(network: Network) -> None:
    person = Person.objects.select_related("network", "organization").get(code="cl-06")

    assert person.organization.code != "org-sozialamt"
    assert law(person).is_a_change is False


def test_the_rules_say_nothing_while_the_paper_is_not_known(azad: Person) -> None:
    ResidenceFacts.objects.filter(person=azad).update(title="")

    assert law_book_of(azad) is None


def test_it_is_noted_on_the_page_and_proposed_for_the_hand_over(
    azad: Person, as_staff: SignIn
) -> None:
    client, page = as_staff(PAYER), reverse("desk:law_book", args=[azad.pk])
    form = {"title": "sec25_2", "first_title_on": "2027-02-01", "arrived_on": "2024-05-01"}

    saved = client.post(page, form)
    shown = client.get(page).content.decode()
    needs = client.get(reverse("desk:needs_assess", args=[azad.pk]))
    by_hand = {"words": "Arbeit", "kind": "intake", **dict.fromkeys(AreaOfLife.values, "1")}
    client.post(reverse("desk:needs_assess", args=[azad.pk]), by_hand)

    facts = ResidenceFacts.objects.get(person=azad)
    assert saved.status_code == 302
    assert (facts.title, facts.first_title_on) == ("sec25_2", dt.date(2027, 2, 1))
    assert "Jobcenter" in shown
    assert reverse("desk:needs_assess", args=[azad.pk]) in shown
    assert needs.context["form"]["kind"].value() == "regime_change"
    assert Assignment.objects.get(person=azad).kind == "intake"  # the hand was free
    entry = AuditEntry.objects.filter(action="person.residence_noted").latest("at")
    assert "sec25_2" not in str(vars(entry))


@pytest.mark.parametrize("day", ["2031-01-01", "x"])
def test_a_day_to_come_is_refused(day: str, azad: Person, as_staff: SignIn) -> None:
    page = reverse("desk:law_book", args=[azad.pk])

    assert as_staff(PAYER).post(page, {"title": "", "arrived_on": day}).status_code == 422


def test_who_does_not_see_the_file_finds_no_page(azad: Person, as_staff: SignIn) -> None:
    page = reverse("desk:law_book", args=[azad.pk])

    assert [as_staff(it).get(page).status_code for it in (PAYER, "st-hw01", "st-abh02")] == [
        200, 404, 404,
    ]  # fmt: skip
