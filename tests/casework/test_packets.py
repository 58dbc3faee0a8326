"""A hand-over to another house: what she said yes to is taken over, and nothing is typed again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from knotenpunkt.casework.actions.assignments import (
    accept_assignment,
    assess_needs,
    assign,
    open_assignment,
)
from knotenpunkt.casework.actions.packets import take_packet
from knotenpunkt.casework.actions.plans import add_goal, write_strengths
from knotenpunkt.casework.errors import IllegalStep, NotShared
from knotenpunkt.casework.models import Assignment
from knotenpunkt.casework.queries.assignments import birthdays_ahead
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account
from knotenpunkt.people.actions import give_consent, withdraw_consent, write_item
from knotenpunkt.people.enums import BirthPrecision
from knotenpunkt.people.models import Consent, Item, Person
from tests.consent.conftest import EXPLAINED, SIGNED, terms

SignIn = Callable[[str], Client]
YES = ("contact", "language_level", "plan_goals", "school")


def says_yes(person: Person, to: Account, by: Account, *categories: str) -> Consent:
    wanted = terms(to.staff_member, categories=list(categories), purposes=["counselling"])
    return give_consent(
        subject=person, terms=wanted, explanation=EXPLAINED, signature=SIGNED, by=by
    )


@pytest.fixture
def assigned(person: Person, counsellor: Account, recipient: Account) -> Assignment:
    """Olena is handed on to the Jobcenter: needs, a plan with one goal, a note on school."""
    Person.objects.filter(pk=person.pk).update(german_level="A2", phone="+4915155555555")
    assess_needs(person=person, words="Спочатку курс", needs={"german": 2}, by=counsellor)
    plan = write_strengths(person=person, words="Готую", german="Kocht", by=counsellor)
    add_goal(plan=plan, area="work", words="Кухня", german="Küche", by=counsellor)
    write_item(subject=person, category="school", body="nine years", by=counsellor)
    says_yes(person, recipient, counsellor, *YES)
    opened = open_assignment(person=person, kind="regime_change", by=counsellor)
    return assign(assignment=opened, to=recipient.staff_member, by=counsellor)


@pytest.fixture
def accepted(assigned: Assignment, recipient: Account) -> Assignment:
    return accept_assignment(assignment=assigned, by=recipient)


def test_one_button_writes_it_into_the_own_file(accepted: Assignment, as_staff: SignIn) -> None:
    desk = as_staff("st-jc05")
    page = desk.get(reverse("desk:assignment", args=[accepted.pk])).content.decode()

    answer = desk.post(reverse("desk:assignment_take", args=[accepted.pk]))

    taken = Person.objects.get(organization__code="org-jobcenter", given_name="Olena")
    assert "goals and steps of the plan" in page
    assert answer.status_code == 302
    assert str(taken.phone) == "+4915155555555"
    assert (taken.german_level, taken.case_lead.code) == ("A2", "st-jc05")
    assert taken.needs_assessment.words == "Спочатку курс"
    assert [it.area for it in taken.needs_assessment.needs.all()] == ["german"]
    assert [it.words for it in taken.care_plan.goals.all()] == ["Кухня"]


def test_notes_are_read_by_grant_and_not_copied(accepted: Assignment, recipient: Account) -> None:
    taken = take_packet(assignment=accepted, by=recipient)

    assert not Item.objects.filter(subject=taken).exists()


def test_what_she_did_not_allow_stays(
    assigned: Assignment, person: Person, counsellor: Account, recipient: Account
) -> None:
    for consent in Consent.objects.filter(subject=person, withdrawn_at=None):
        withdraw_consent(consent=consent, by=None)
    says_yes(person, recipient, counsellor, "contact")

    taken = take_packet(
        assignment=accept_assignment(assignment=assigned, by=recipient), by=recipient
    )

    assert taken.german_level == ""
    assert not hasattr(taken, "care_plan")


def test_twice_is_once(accepted: Assignment, recipient: Account) -> None:
    first = take_packet(assignment=accepted, by=recipient)

    assert take_packet(assignment=accepted, by=recipient) == first


def test_nothing_is_taken_before_it_is_accepted(assigned: Assignment, recipient: Account) -> None:
    with pytest.raises(IllegalStep):
        take_packet(assignment=assigned, by=recipient)


def test_nothing_is_taken_without_a_living_yes(
    accepted: Assignment, person: Person, recipient: Account
) -> None:
    for consent in Consent.objects.filter(subject=person, withdrawn_at=None):
        withdraw_consent(consent=consent, by=None)

    with pytest.raises(NotShared):
        take_packet(assignment=accepted, by=recipient)


@pytest.mark.parametrize("code", ["st-jc06", "st-ki05", "st-abh02", "st-mb02"])
def test_nobody_else_takes_it(accepted: Assignment, code: str, as_staff: SignIn) -> None:
    answer = as_staff(code).post(reverse("desk:assignment_take", args=[accepted.pk]))

    assert answer.status_code == 404
    assert not Person.objects.filter(organization__code="org-jobcenter", given_name="Olena")


def test_the_page_for_another_office_is_a_text_to_copy(
    assigned: Assignment, person: Person, as_staff: SignIn
) -> None:
    page = as_staff("st-ki03").get(reverse("desk:handover_page", args=[person.pk]))

    lines = page.context["text"].splitlines()
    assert lines[0].startswith("Name: Olena")
    assert "Goals: Küche" in lines
    assert any(line.startswith("Needs: Спочатку курс") for line in lines)


def born(code: str, day: dt.date, precision: BirthPrecision = BirthPrecision.DAY) -> None:
    Person.objects.filter(code=code).update(birth_date=day, birth_precision=precision)


def codes(account: Account) -> list[str]:
    return [it.person.code for it in birthdays_ahead(account)]


def test_a_birth_year_alone_warns_from_its_earliest_day(account: Callable[[str], Account]) -> None:
    born("cl-30", dt.date(2000, 1, 1), BirthPrecision.YEAR)

    (found,) = [it for it in birthdays_ahead(account("st-jm01")) if it.person.code == "cl-30"]

    assert (found.day, found.is_certain) == (dt.date(2027, 1, 1), False)


def test_who_turned_27_unseen_is_still_shown_until_handed_on(
    account: Callable[[str], Account],
) -> None:
    youth = account("st-jm01")
    born("cl-30", dt.date(2000, 2, 1))
    before = codes(youth)

    lead = Person.objects.get(code="cl-30")
    open_assignment(person=lead, kind="age_27", by=youth)

    assert "cl-30" in before
    assert "cl-30" not in codes(youth)


def test_today_warns_of_birthdays_and_late_hand_overs(
    assigned: Assignment, person: Person, counsellor: Account, as_staff: SignIn
) -> None:
    mine = Person.objects.filter(case_lead=counsellor.staff_member).exclude(pk=person.pk)[0]
    born(mine.code, dt.date(2002, 5, 4))

    soon = as_staff("st-ki03").get(reverse("desk:home")).context["today"]
    with time_machine.travel(dt.datetime(2027, 3, 9, 8, tzinfo=dt.UTC)):
        late = as_staff("st-ki03").get(reverse("desk:home")).context["today"]

    assert mine in [it.person for it in soon.birthdays]
    assert (soon.late_hand_overs, late.late_hand_overs) == (0, 1)
    assert clock.today() < dt.date(2027, 3, 9)
