"""Consent at the desk: shown to both, given, seen by the recipient, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from knotenpunkt.network.models import Account
from knotenpunkt.people.actions import write_item
from knotenpunkt.people.models import Consent, Item, Person
from tests.consent.test_rules import signed_in

Items = dict[str, Item]


@pytest.fixture
def desk(counsellor: Account) -> Client:
    return signed_in(counsellor)


def sheet_data(*recipients: Account, **more: Any) -> dict[str, Any]:
    usual = {
        "recipients": [str(it.staff_member.pk) for it in recipients],
        "categories": ["contact", "school"],
        "purposes": ["work"],
        "layer": "2",
        "until": "2027-08-01",
        "language": "uk",
        "interpreter_kind": "none",
        "giver": "person",
        "how": "tablet",
    }
    return usual | more


def test_the_sender_sees_what_the_recipient_will_see(
    desk: Client, items: Items, person: Person, other_authority: Account
) -> None:
    address = reverse("desk:consent_new", args=[person.pk])

    sheet = desk.post(address, sheet_data(other_authority))
    shown = {it.body for it in sheet.context["handed_over"]}
    stored_before_the_yes = Consent.objects.count()
    given = desk.post(address, sheet_data(other_authority, yes="1"))
    seen = signed_in(other_authority).get(reverse("desk:shared_person", args=[person.pk]))

    assert "Чи можна це передати?" in sheet.content.decode()
    assert stored_before_the_yes == 0
    assert given.url == reverse("desk:person_sharing", args=[person.pk])
    assert {it.body for it in seen.context["items"]} == shown
    assert shown == {"secret about contact", "secret about school"}
    assert "Not for decisions about benefits" in seen.content.decode()


def test_a_withdrawal_takes_one_question_and_ends_the_view(
    desk: Client, items: Items, person: Person, other_authority: Account
) -> None:
    address = reverse("desk:consent_new", args=[person.pk])
    desk.post(address, sheet_data(other_authority, yes="1"))
    consent = Consent.objects.get()
    withdraw = reverse("desk:consent_withdraw", args=[person.pk, consent.pk])

    asked, done = desk.get(withdraw), desk.post(withdraw)

    assert asked.status_code == 200
    assert done.status_code == 302
    partner = signed_in(other_authority)
    assert partner.get(reverse("desk:shared_person", args=[person.pk])).status_code == 404
    assert person.given_name not in partner.get(reverse("desk:shared")).content.decode()


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    desk: Client, person: Person, other_authority: Account
) -> None:
    address = reverse("desk:consent_new", args=[person.pk])
    data = sheet_data(other_authority, categories=["health"], purposes=["health_care"], yes="1")

    answer = desk.post(address, data)

    assert answer.status_code == 422
    assert "need a question and a yes of their own" in answer.content.decode()
    assert answer.context["form"]["categories"].value() == ["health"]


def test_the_immigration_office_is_not_even_offered(desk: Client, person: Person) -> None:
    page = desk.get(reverse("desk:consent_new", args=[person.pk]))

    assert "Lechtermann" not in page.content.decode()
    assert "Grothusen" in page.content.decode()


def test_an_entrusted_note_is_not_on_a_colleagues_page(
    desk: Client, person: Person, account: Callable[[str], Account]
) -> None:
    data = {"category": "school", "body": "told me alone", "is_entrusted": "on"}
    desk.post(reverse("desk:item_new", args=[person.pk]), data)
    address = reverse("desk:person_sharing", args=[person.pk])

    assert "told me alone" in desk.get(address).content.decode()
    assert "told me alone" not in signed_in(account("st-ki05")).get(address).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_lists_need_the_same_number_of_queries(
    number: int, person: Person, counsellor: Account, desk: Client,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    for _ in range(number):
        write_item(subject=person, category="school", body="x", by=counsellor)

    with django_assert_max_num_queries(18):
        desk.get(reverse("desk:person_sharing", args=[person.pk]))
