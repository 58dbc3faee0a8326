"""A second person opens a file for some hours; nobody learns more by asking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.foundation.scope import viewer_scope
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.actions import (
    Wanted,
    ask_emergency_access,
    decide_emergency,
    end_emergency,
)
from knotenpunkt.people.actions import emergency as actions
from knotenpunkt.people.errors import MayNotShare
from knotenpunkt.people.models import EmergencyAccess, Grant, Item, Person, ReadEntry
from knotenpunkt.people.queries import emergencies_visible_to, items_visible_to
from knotenpunkt.web.scope import viewer_of

Items = dict[str, Item]


@pytest.fixture
def wanted(person: Person) -> Wanted:
    Person.objects.filter(pk=person.pk).update(
        birth_date=dt.date(1990, 5, 4), phone="+4915112345678"
    )
    return Wanted(
        given_name=person.given_name.lower(),
        family_name=person.family_name,
        birth_date=dt.date(1990, 5, 4),
        reason="She wrote a farewell",
    )


def ask(wanted: Wanted, by: Account) -> EmergencyAccess:
    ask_emergency_access(wanted=wanted, by=by)
    return EmergencyAccess.objects.get()


def bodies(account: Account) -> set[str]:
    return set(items_visible_to(account).values_list("body", flat=True))


def test_it_opens_by_a_second_person_and_ends_by_itself(
    items: Items, wanted: Wanted, counsellor: Account, other_authority: Account
) -> None:
    access = ask(wanted, other_authority)
    before = bodies(other_authority)

    decide_emergency(access=access, is_granted=True, by=counsellor)

    assert before == set()
    assert bodies(other_authority) == {item.body for item in items.values()}
    with viewer_scope(viewer_of(other_authority)):
        assert Item.objects.count() == len(items)
    with time_machine.travel(clock.now() + dt.timedelta(hours=4, minutes=1)):
        assert bodies(other_authority) == set()


def test_every_look_is_logged_and_everybody_is_told(
    items: Items, wanted: Wanted, counsellor: Account, other_authority: Account, person: Person
) -> None:
    officer = Account.objects.create_user("dpo@ki.example")
    StaffMember.objects.create(
        organization=counsellor.staff_member.organization, account=officer, name="D", job="DPO",
        role="data_protection_officer",
    )  # fmt: skip
    decide_emergency(access=ask(wanted, other_authority), is_granted=True, by=counsellor)
    client = Client()
    client.force_login(other_authority)

    client.get(reverse("desk:shared_person", args=[person.pk]))

    reads = ReadEntry.objects.filter(person=person, what="shared item")
    assert set(reads.values_list("basis", "account")) == {("emergency", other_authority.pk)}
    told = OutboxMessage.objects.filter(purpose__startswith="emergency.")
    to_person = told.get(purpose="emergency.opened")
    assert to_person.recipient == "+4915112345678"
    assert told.filter(purpose="emergency.opened.officer", recipient=officer.email).exists()
    assert not any(person.given_name in mail.body + mail.subject for mail in told)


def test_asking_tells_nothing(wanted: Wanted, other_authority: Account, person: Person) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(other_authority)
    fields = {**vars(wanted), "birth_date": "1990-05-04"}

    def asked(name: str) -> tuple[int, str, bytes]:
        answer = client.post(reverse("desk:emergency"), {**fields, "given_name": name})
        page = client.get(answer.headers["Location"])
        body = page.content.split(b"csrfmiddlewaretoken")[-1][80:]
        return answer.status_code, answer.headers["Location"], body

    assert asked(person.given_name) == asked("Nobody")
    assert EmergencyAccess.objects.count() == 1
    with viewer_scope(viewer_of(other_authority)):
        assert EmergencyAccess.objects.count() == 0


@pytest.mark.parametrize("code", ["st-hw01", "st-abh04", "st-jc05", "st-ki01"])
def test_only_the_house_that_holds_the_file_decides(
    code: str, items: Items, wanted: Wanted, other_authority: Account,
    account: Callable[[str], Account],
) -> None:  # fmt: skip
    access = ask(wanted, other_authority)

    with pytest.raises(MayNotShare):
        decide_emergency(access=access, is_granted=True, by=account(code))
    client = Client()
    client.force_login(account(code))
    answer = client.post(reverse("desk:emergency_decide", args=[access.pk]), {"answer": "yes"})

    assert answer.status_code in {403, 404}
    assert Grant.objects.count() == 0


def test_the_immigration_office_and_managers_cannot_even_ask(
    wanted: Wanted, immigration_office: Account, account: Callable[[str], Account]
) -> None:
    for who in (immigration_office, account("st-jc01")):
        with pytest.raises(MayNotShare):
            ask_emergency_access(wanted=wanted, by=who)
    assert EmergencyAccess.objects.count() == 0


def test_refused_or_closed_nothing_is_open(
    items: Items, wanted: Wanted, counsellor: Account, other_authority: Account
) -> None:
    access = ask(wanted, other_authority)
    decide_emergency(access=access, is_granted=False, by=counsellor)
    decide_emergency(access=access, is_granted=True, by=counsellor)
    assert bodies(other_authority) == set()

    ask_emergency_access(wanted=wanted, by=other_authority)
    again = EmergencyAccess.objects.get(decided_at=None)
    decide_emergency(access=again, is_granted=True, by=counsellor)
    again.refresh_from_db()
    assert bodies(other_authority) != set()
    end_emergency(access=again, by=counsellor)
    assert bodies(other_authority) == set()


def test_the_database_wants_a_second_person_and_hours(
    wanted: Wanted, counsellor: Account, other_authority: Account
) -> None:
    access = ask(wanted, other_authority)
    decide_emergency(access=access, is_granted=True, by=counsellor)
    found = EmergencyAccess.objects.filter(pk=access.pk)

    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        found.update(decided_by=other_authority.staff_member)
    with pytest.raises(IntegrityError, match="within_hours"), transaction.atomic():
        Grant.objects.update(valid_until=clock.now() + dt.timedelta(days=2))


def test_without_its_guard_a_stranger_would_decide(
    items: Items, wanted: Wanted, other_authority: Account, account: Callable[[str], Account],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    everyone = EmergencyAccess.objects.all
    access = ask(wanted, other_authority)
    for name in ("emergencies_visible_to", "emergencies_to_decide"):
        monkeypatch.setattr(actions, name, lambda _account: everyone())

    decide_emergency(access=access, is_granted=True, by=account("st-hw01"))

    assert bodies(other_authority) != set()
    assert not emergencies_visible_to(account("st-hw01")).exists()
