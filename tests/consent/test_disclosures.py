"""Police, courts and authorities: in writing, by a law, field by field, and by four eyes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.foundation.scope import NOBODY, person_scope, viewer_scope
from knotenpunkt.network.models import Account
from knotenpunkt.people.actions import (
    WrittenRequest,
    decide_disclosure,
    prepare_disclosure,
    write_item,
)
from knotenpunkt.people.actions.disclosing import disclosed
from knotenpunkt.people.enums import Layer
from knotenpunkt.people.errors import MayNotShare
from knotenpunkt.people.models import Disclosure, Grant, Item, Person, ReadEntry
from knotenpunkt.people.subject_access import subject_access
from knotenpunkt.web.scope import viewer_of
from tests.consent.conftest import tables_behind_the_wall

Items = dict[str, Item]


def request(**more: Any) -> WrittenRequest:
    usual: dict[str, Any] = {
        "requester": "Amtsgericht", "reference": "12 C 3/27", "legal_basis": "§ 73 SGB X",
        "necessity": "a trial", "fields": ["given_name", "birth_date"],
    }  # fmt: skip
    return WrittenRequest(**usual | more)


@pytest.fixture
def reachable(person: Person) -> Person:
    person.phone = "+4915112345678"
    person.save()
    return person


@pytest.fixture
def prepared(reachable: Person, items: Items, counsellor: Account) -> Disclosure:
    return prepare_disclosure(
        subject=reachable, request=request(items=[items["school"]]), by=counsellor
    )


def test_n19_only_exact_fields_leave_by_four_eyes_and_she_is_told(
    prepared: Disclosure, items: Items, counsellor: Account, colleague: Account, person: Person
) -> None:
    before = disclosed(prepared)
    with pytest.raises(MayNotShare) as alone:
        decide_disclosure(disclosure=prepared, is_given=True, by=counsellor, informed="message")

    given = decide_disclosure(disclosure=prepared, is_given=True, by=colleague, informed="message")

    assert (before, alone.value.faults) == ([], ("four_eyes",))
    assert disclosed(given) == [
        ("given_name", person.given_name), ("birth_date", str(person.birth_date or "")),
        ("school", items["school"].body),
    ]  # fmt: skip
    assert OutboxMessage.objects.filter(purpose="disclosure.given").count() == 1
    assert not Grant.objects.filter(subject=person).exists()


REFUSED = [
    ({"requester": " "}, "no_necessity"),
    ({"legal_basis": ""}, "no_necessity"),
    ({"fields": []}, "no_category"),
    ({"fields": ["needs_step_free"]}, "unknown_category"),
]


@pytest.mark.parametrize(("more", "fault"), REFUSED)
def test_vague_requests_are_refused(
    more: dict[str, Any], fault: str, person: Person, counsellor: Account
) -> None:
    with pytest.raises(MayNotShare) as refused:
        prepare_disclosure(subject=person, request=request(**more), by=counsellor)

    assert refused.value.faults == (fault,)


def test_entrusted_things_and_files_of_others_are_never_given(
    person: Person, items: Items, counsellor: Account, other_authority: Account
) -> None:
    told = write_item(
        subject=person, category="school", body="told me", by=counsellor, layer=Layer.ENTRUSTED
    )
    with pytest.raises(MayNotShare) as entrusted:
        prepare_disclosure(subject=person, request=request(items=[told]), by=counsellor)
    with pytest.raises(MayNotShare) as foreign:
        prepare_disclosure(subject=person, request=request(), by=other_authority)

    assert entrusted.value.faults == ("entrusted",)
    assert foreign.value.faults == ("not_yours",)


def test_somebody_says_how_she_hears_of_it(
    prepared: Disclosure, colleague: Account, person: Person
) -> None:
    faults = []
    for more in ({}, {"informed": "forbidden"}):
        with pytest.raises(MayNotShare) as refused:
            decide_disclosure(disclosure=prepared, is_given=True, by=colleague, **more)
        faults += refused.value.faults
    Person.objects.filter(pk=person.pk).update(phone="", email="")
    with pytest.raises(MayNotShare) as refused:
        decide_disclosure(disclosure=prepared, is_given=True, by=colleague, informed="message")

    assert [*faults, *refused.value.faults] == ["not_told", "not_told", "no_way_to_her"]


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"legal_basis": ""}, "a_disclosure_says_to_whom_and_by_which_law"),
        ({"is_given": True}, "what_is_given_was_decided_and_she_is_told"),
        ({"informed": "forbidden"}, "silence_about_a_disclosure_has_a_reason"),
    ],
)
def test_the_database_refuses_what_the_action_refuses(
    changed: dict[str, Any], name: str, prepared: Disclosure
) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Disclosure.objects.update(**changed)
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        Disclosure.objects.update(decided_by=prepared.prepared_by, decided_at=clock.now())


def test_what_the_law_forbids_to_tell_no_answer_tells(
    prepared: Disclosure, counsellor: Account, colleague: Account, person: Person
) -> None:
    decide_disclosure(
        disclosure=prepared, is_given=True, by=colleague, informed="forbidden",
        silent_because="§ 83 (4) SGB X",
    )  # fmt: skip
    kinds = subject_access(person, counsellor).rows

    with person_scope(person.pk):
        seen = Disclosure.objects.count()
    Disclosure.objects.update(informed="in_person", silent_because="")

    with person_scope(person.pk):
        assert (seen, Disclosure.objects.count()) == (0, 1)
    assert "Übermittlungen an Behörden" not in kinds
    assert "Übermittlungen an Behörden" in subject_access(person, counsellor).rows


def test_only_the_house_sees_the_record(
    prepared: Disclosure, counsellor: Account, other_authority: Account, account: Any
) -> None:
    def seen(viewer: Account) -> int:
        with viewer_scope(viewer_of(viewer)):
            return Disclosure.objects.count()

    assert [seen(it) for it in (counsellor, other_authority, account("st-ki01"))] == [1, 0, 0]
    with viewer_scope(NOBODY):
        assert Disclosure.objects.count() == 0
    assert tables_behind_the_wall((Disclosure, Disclosure.items.through)) == 2  # type: ignore[arg-type]


def signed_in(account: Account) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(account)
    return client


def test_two_counsellors_work_by_the_page(
    reachable: Person, items: Items, counsellor: Account, colleague: Account
) -> None:
    address = reverse("desk:disclosures", args=[reachable.pk])
    first, second = signed_in(counsellor), signed_in(colleague)
    empty = first.post(address, {"requester": "Police"})
    first.post(
        address,
        {
            "requester": "Police", "legal_basis": "§ 68 SGB X", "necessity": "danger",
            "fields_asked": ["phone"], "items": [items["school"].pk],
        },
    )  # fmt: skip
    decide = reverse("desk:disclosure_decide", args=[reachable.pk, Disclosure.objects.get().pk])
    alone = first.post(decide, {"answer": "give", "informed": "in_person"}, follow=True)
    answer = second.post(decide, {"answer": "give", "informed": "in_person"})

    assert empty.status_code == 422
    assert b"Somebody else of your house decides this." in alone.content
    assert b"+4915112345678" in answer.content
    assert items["school"].body.encode() in answer.content
    assert b"given" in second.get(address).content
    assert ReadEntry.objects.filter(what="disclosures", account=colleague).count() == 2


def test_a_list_of_three_costs_as_much_as_one(
    reachable: Person, prepared: Disclosure, counsellor: Account,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, address = signed_in(counsellor), reverse("desk:disclosures", args=[reachable.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _ in range(2):
        prepare_disclosure(subject=reachable, request=request(), by=counsellor)

    with django_assert_num_queries(len(one)):
        client.get(address)
