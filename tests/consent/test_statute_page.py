"""Sharing by law at the desk: between benefit carriers alone, with the law and a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from knotenpunkt.network.models import Account
from knotenpunkt.people.actions import create_person
from knotenpunkt.people.models import Grant, Person
from tests.consent.test_rules import signed_in

AsAccount = Callable[[str], Account]


@pytest.fixture
def theirs(other_authority: Account) -> Person:
    """A person in the files of the Jobcenter."""
    return create_person(by=other_authority, fields={"given_name": "Mina", "languages": ["fa"]})


def form(to: Account, **more: Any) -> dict[str, Any]:
    return {
        "recipients": [str(to.staff_member.pk)],
        "categories": ["contact"],
        "purposes": ["work"],
        "layer": "2",
        "until": "2027-08-01",
        "statute": "§ 69 SGB X",
        "necessity": "Both pay, and must not pay twice.",
        **more,
    }


def place(person: Person) -> str:
    return reverse("desk:statute_new", args=[person.pk])


def test_shared_with_law_and_reason_then_ended(
    theirs: Person, other_authority: Account, account: AsAccount
) -> None:
    desk, agency = signed_in(other_authority), account("st-aa02")

    desk.post(place(theirs), form(agency))
    grant = Grant.objects.get(subject=theirs)
    page = desk.get(reverse("desk:person_sharing", args=[theirs.pk])).content.decode()
    seen = signed_in(agency).get(reverse("desk:shared_person", args=[theirs.pk])).status_code
    desk.post(reverse("desk:statute_end", args=[theirs.pk, grant.pk]))
    after = signed_in(agency).get(reverse("desk:shared_person", args=[theirs.pk])).status_code

    assert (grant.basis, grant.statute) == ("statute", "§ 69 SGB X")
    assert "Both pay, and must not pay twice." in page
    assert (seen, after) == (200, 404)


@pytest.mark.parametrize(
    ("field", "value"), [("necessity", ""), ("categories", ["health"]), ("purposes", [])]
)
def test_what_stands_against_it_is_said(
    field: str, value: Any, theirs: Person, other_authority: Account, account: AsAccount
) -> None:
    data = form(account("st-aa02"), purposes=["health_care"]) | {field: value}

    answer = signed_in(other_authority).post(place(theirs), data)

    assert answer.status_code == 422
    assert not Grant.objects.filter(subject=theirs).exists()


def test_partners_without_benefits_are_not_offered(
    theirs: Person, other_authority: Account, stranger: Account
) -> None:
    answer = signed_in(other_authority).post(place(theirs), form(stranger))

    assert (
        str(stranger.staff_member.pk)
        not in signed_in(other_authority).get(place(theirs)).content.decode()
    )
    assert answer.status_code == 422


def test_counselling_houses_have_no_such_page(person: Person, counsellor: Account) -> None:
    desk = signed_in(counsellor)

    assert (
        "Share by law"
        not in desk.get(reverse("desk:person_sharing", args=[person.pk])).content.decode()
    )
    assert desk.get(place(person)).status_code == 403
