"""Who lives together: a link in the own file that shows nobody anything."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from knotenpunkt.network.models import Account
from knotenpunkt.people.actions import create_person, live_apart, live_together
from knotenpunkt.people.errors import MayNotShare
from knotenpunkt.people.models import Person

SignIn = Callable[[str], Client]


@pytest.fixture
def sister(counsellor: Account) -> Person:
    return create_person(by=counsellor, fields={"given_name": "Daryna", "languages": ["uk"]})


def test_found_by_name_joined_and_parted(person: Person, sister: Person, as_staff: SignIn) -> None:
    Person.objects.filter(pk=person.pk).update(household=None)
    desk, page = as_staff("st-ki03"), reverse("desk:household", args=[person.pk])

    found = desk.post(page, {"q": "Daryna"}).context["found"]
    desk.post(reverse("desk:household_join", args=[person.pk, sister.pk]))
    joined = desk.get(page).context["members"]
    desk.post(reverse("desk:household_leave", args=[person.pk, sister.pk]))

    assert found == [sister]
    assert joined == [sister]
    assert desk.get(page).context["members"] == []


def test_whoever_moves_in_meets_all_who_live_there(
    person: Person, sister: Person, counsellor: Account
) -> None:
    brother = create_person(by=counsellor, fields={"given_name": "Ivan", "languages": ["uk"]})
    live_together(person=person, other=sister, by=counsellor)

    live_together(person=sister, other=brother, by=counsellor)

    assert brother.household == sister.household
    assert set(sister.household.members.all()) >= {person, sister, brother}  # type: ignore[union-attr]


def test_nobody_of_another_house_is_linked(
    person: Person, counsellor: Account, other_authority: Account
) -> None:
    theirs = create_person(by=other_authority, fields={"given_name": "Mina", "languages": ["fa"]})

    with pytest.raises(MayNotShare):
        live_together(person=person, other=theirs, by=counsellor)


def test_of_members_in_other_files_nothing_is_said(
    person: Person, sister: Person, counsellor: Account, other_authority: Account, as_staff: SignIn
) -> None:
    household = live_together(person=person, other=sister, by=counsellor)
    theirs = create_person(by=other_authority, fields={"given_name": "Mina", "languages": ["fa"]})
    Person.objects.filter(pk=theirs.pk).update(household=household)

    page = as_staff("st-ki03").get(reverse("desk:household", args=[person.pk]))

    assert theirs not in page.context["members"]
    assert "Mina" not in page.content.decode()


def test_leaving_twice_is_harmless(person: Person, sister: Person, counsellor: Account) -> None:
    live_together(person=person, other=sister, by=counsellor)

    live_apart(person=sister, by=counsellor)
    live_apart(person=sister, by=counsellor)

    sister.refresh_from_db()
    assert sister.household is None


@pytest.mark.parametrize("code", ["st-jc05", "st-mb02"])
def test_for_others_it_is_not_there(
    code: str, person: Person, sister: Person, as_staff: SignIn
) -> None:
    desk = as_staff(code)

    assert desk.get(reverse("desk:household", args=[person.pk])).status_code == 404
    joined = desk.post(reverse("desk:household_join", args=[person.pk, sister.pk]))
    assert joined.status_code == 404
