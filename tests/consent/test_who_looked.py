"""Who has looked: one line for a day, a reader and a page; each look one click away."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import viewer_scope
from knotenpunkt.network.models import Account
from knotenpunkt.people.actions import log_read
from knotenpunkt.people.models import Person, ReadEntry
from knotenpunkt.people.queries import reads_by_day, reads_of
from knotenpunkt.web.scope import viewer_of
from tests.consent.test_rules import signed_in

NEAR_MIDNIGHT = dt.datetime(2027, 2, 22, 22, 50, tzinfo=dt.UTC)  # ten to twelve in Germany


def look(person: Person, by: Account | None, *words: str) -> None:
    for word in words:
        log_read(persons=[person], by=by, what=word)


def test_equal_looks_of_a_day_are_one_line(
    person: Person, counsellor: Account, colleague: Account
) -> None:
    look(person, counsellor, "list", "today", "talk", "referral")
    look(person, colleague, "list")
    look(person, None, "api")

    lines = {(it["who"], it["looked_at"]): it["times"] for it in reads_by_day(person)}

    mine, other = counsellor.staff_member.name, colleague.staff_member.name
    assert lines == {(mine, "list"): 2, (mine, "case"): 2, (other, "list"): 1, (None, "machine"): 1}


def test_a_day_ends_at_midnight_in_germany(person: Person, counsellor: Account) -> None:
    with time_machine.travel(NEAR_MIDNIGHT):
        look(person, counsellor, "list")
    with time_machine.travel(NEAR_MIDNIGHT + dt.timedelta(minutes=20)):
        look(person, counsellor, "list")

    assert [(it["day"].day, it["times"]) for it in reads_by_day(person)] == [(23, 1), (22, 1)]


def test_each_purpose_has_its_line(person: Person, counsellor: Account) -> None:
    for purpose in ("work", "work", "housing"):
        ReadEntry.objects.create(
            at=clock.now(), person=person, account=counsellor, what="shared item", purpose=purpose,
            organization=counsellor.staff_member.organization,
        )  # fmt: skip

    assert {(it["purpose"], it["times"]) for it in reads_by_day(person)} == {
        ("work", 2), ("housing", 1),
    }  # fmt: skip


def test_the_counting_keeps_no_look_back(person: Person, counsellor: Account) -> None:
    look(person, counsellor, *["list"] * 5, "plan", "unheard of")

    assert sum(it["times"] for it in reads_by_day(person)) == reads_of(person).count() == 7
    assert {it.looked_at for it in reads_of(person)} == {"list", "case", "page"}  # type: ignore[attr-defined]


def test_a_stranger_is_told_of_no_look(
    person: Person, counsellor: Account, stranger: Account
) -> None:
    look(person, counsellor, "list")

    with viewer_scope(viewer_of(stranger)):
        assert list(reads_by_day(person)) == []
    page = signed_in(stranger).get(reverse("desk:person_reads", args=[person.pk]))
    assert page.status_code == 404


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("page", ["person_sharing", "person_reads"])
def test_more_looks_cost_no_more_queries(
    page: str, number: int, person: Person, counsellor: Account, colleague: Account,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    for by in (counsellor, colleague, None)[:number]:
        look(person, by, "list", "plan")
    desk, address = signed_in(counsellor), reverse(f"desk:{page}", args=[person.pk])
    desk.get(address)

    with django_assert_num_queries({"person_sharing": 14, "person_reads": 10}[page]):
        answer = desk.get(address)

    assert answer.status_code == 200


def test_the_desk_shows_the_count_and_leads_to_each_look(
    person: Person, counsellor: Account
) -> None:
    look(person, counsellor, *["list"] * 60)
    desk: Client = signed_in(counsellor)

    page = desk.get(reverse("desk:person_sharing", args=[person.pk])).content.decode()
    each = desk.get(reverse("desk:person_reads", args=[person.pk]))
    last = desk.get(reverse("desk:person_reads", args=[person.pk]), {"page": 2})

    assert '<bdi dir="ltr">60 ×</bdi>' in page
    assert reverse("desk:person_reads", args=[person.pk]) in page
    assert (len(each.context["page"]), len(last.context["page"])) == (50, 13)  # with our own three
