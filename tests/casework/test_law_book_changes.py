"""Today shows whose law book has changed, why, and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.casework.actions.assignments import open_assignment
from knotenpunkt.casework.models import Assignment
from knotenpunkt.casework.queries.law_books import law_book_changes
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Network, Organization, StaffMember
from knotenpunkt.people.actions import note_residence
from knotenpunkt.people.models import Person, ReadEntry, ResidenceFacts
from knotenpunkt.routing.models import ResponsibilityRule

PAYER = "st-so02"


@pytest.fixture
def azad(network: Network) -> Person:
    """An asylum seeker whom the social office pays and leads."""
    StaffMember.objects.filter(code=PAYER).update(role=Role.WORKER)
    Assignment.objects.filter(person__code="cl-06").delete()
    Person.objects.filter(code="cl-06").update(
        organization=Organization.objects.get(network=network, code="org-sozialamt"),
        case_lead=StaffMember.objects.get(code=PAYER),
    )
    return Person.objects.select_related("network", "organization").get(code="cl-06")


@pytest.fixture
def payer(azad: Person, account: Callable[[str], Account]) -> Account:
    return account(PAYER)


def test_a_new_paper_shows_him_until_the_hand_over_is_opened(azad: Person, payer: Account) -> None:
    assert law_book_changes(payer) == []

    note_residence(person=azad, by=payer, fields={"title": "sec25_2"})
    found = law_book_changes(payer)

    assert [(it.person, it.law.regime, it.law.is_a_change) for it in found] == [
        (azad, "sgb2", True)
    ]
    assert [it.code for it in found[0].law.organizations] == ["org-jobcenter"]
    open_assignment(person=azad, kind="regime_change", by=payer)
    assert law_book_changes(payer) == []


def test_a_new_law_shows_her_to_a_counsellor_whose_house_pays_nobody(
    person: Person, counsellor: Account
) -> None:
    ResidenceFacts.objects.update_or_create(
        person=person, defaults={"title": "sec24", "first_title_on": dt.date(2025, 6, 20)}
    )
    assert person not in [it.person for it in law_book_changes(counsellor)]
    ResponsibilityRule.objects.filter(code="r-02").update(
        status="in_force", valid_from=clock.today() - dt.timedelta(days=3)
    )

    found = [it for it in law_book_changes(counsellor) if it.person == person]

    assert [(it.before, it.law.regime) for it in found] == [("sgb2", "asylblg")]
    with time_machine.travel(clock.now() + dt.timedelta(days=40)):
        assert person not in [it.person for it in law_book_changes(counsellor)]


def test_only_whom_she_leads_herself(
    azad: Person, payer: Account, account: Callable[[str], Account]
) -> None:
    note_residence(person=azad, by=payer, fields={"title": "sec25_2"})

    assert law_book_changes(account("st-so03")) == []
    assert law_book_changes(account("st-jc05")) == []
    ResidenceFacts.objects.filter(person=azad).update(title="")
    assert law_book_changes(payer) == []


def test_the_page_names_reason_and_steps_and_the_look_is_logged(
    azad: Person, payer: Account
) -> None:
    note_residence(person=azad, by=payer, fields={"title": "sec25_2"})
    client = Client(headers={"accept-language": "en"})
    client.force_login(payer)
    ReadEntry.objects.all().delete()

    text = client.get(reverse("desk:home")).content.decode()

    assert "Another law book" in text
    assert "SGB II (basic income support)" in text
    assert "Jobcenter Musterkreis" in text
    assert reverse("desk:law_book", args=[azad.pk]) in text
    assert reverse("desk:needs_assess", args=[azad.pk]) in text
    assert ReadEntry.objects.filter(person=azad, what="today").exists()


def test_it_asks_as_often_for_one_as_for_three(azad: Person, payer: Account) -> None:
    note_residence(person=azad, by=payer, fields={"title": "sec25_2"})

    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as captured:
            rows = law_book_changes(payer)
        return len(rows), len(captured)

    asked()
    one = asked()
    for name in ("Berhe", "Samir"):
        other = Person.objects.create(
            network=azad.network, organization=azad.organization, given_name=name,
            case_lead=payer.staff_member, created_at=clock.now(), birth_date=azad.birth_date,
            birth_precision=azad.birth_precision,
        )  # fmt: skip
        ResidenceFacts.objects.create(person=other, title="sec25_2", first_title_on=clock.today())

    assert one[0] == 1
    assert asked() == (3, one[1])
    assert one[1] <= 4
