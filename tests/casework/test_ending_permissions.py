"""Today warns before somebody's permission to work ends, and says where it is renewed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.casework.queries.permissions import EndingPermission, ending_permissions
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.models import AuditEntry
from knotenpunkt.network.models import Account, Organization
from knotenpunkt.people.actions import note_residence
from knotenpunkt.people.models import Person, ReadEntry, ResidenceFacts
from knotenpunkt.web.public.her_data import data_as_json, everything_of

AccountOf = Callable[[str], Account]
SignIn = Callable[[str], Client]
THREE_MONTHS, DAY = relativedelta(months=3), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _nobody_else_has_a_last_day(person: Person) -> None:
    ResidenceFacts.objects.update(work_permitted_until=None)


def permit(person: Person, until: dt.date | None, by: Account, title: str = "duldung") -> None:
    fields = {"title": title, "work_permitted_until": until}
    note_residence(person=person, by=by, fields=fields)


def ending(account: Account) -> list[EndingPermission]:
    return ending_permissions(account, most=5)


def test_it_warns_three_months_ahead_until_a_new_day_is_noted(
    person: Person, counsellor: Account
) -> None:
    today, seen = clock.today(), []
    for until in (today + THREE_MONTHS + DAY, today + THREE_MONTHS, today, today - DAY, None):
        permit(person, until, counsellor)
        seen.append([(it.ends_on, it.has_ended) for it in ending(counsellor)])

    assert seen == [
        [],
        [(today + THREE_MONTHS, False)],
        [(today, False)],
        [(today - DAY, True)],
        [],
    ]


def test_the_rules_name_the_office_or_nobody(person: Person, counsellor: Account) -> None:
    permit(person, clock.today() + DAY, counsellor)
    by_rule = ending(counsellor)[0]
    permit(person, clock.today() + DAY, counsellor, title="skilled_worker_westbalkan")
    by_paper = ending(counsellor)[0]

    assert by_rule.office is not None
    assert by_rule.office.code == "org-abh"
    assert all(rule.legal_basis and rule.source for rule in by_rule.rules)
    assert by_rule.rules
    assert (by_paper.office, by_paper.rules) == (None, ())


def test_only_whoever_leads_is_warned(
    person: Person, counsellor: Account, account: AccountOf
) -> None:
    permit(person, clock.today() + DAY, counsellor)

    assert [it.person for it in ending(counsellor)] == [person]
    assert [ending(account(it)) for it in ("st-ki05", "st-hw01", "st-abh04")] == [[], [], []]


def test_noted_on_the_page_shown_on_today_and_logged(
    person: Person, counsellor: Account, as_staff: SignIn
) -> None:
    client, paper = as_staff("st-ki03"), reverse("desk:law_book", args=[person.pk])
    until = clock.today() + DAY
    form = {"title": "duldung", "work_permitted_until": until.isoformat()}
    entries = AuditEntry.objects.filter(action="person.residence_noted")

    saved = client.post(paper, form)
    ReadEntry.objects.all().delete()
    today = client.get(reverse("desk:home"))

    text = today.content.decode()
    assert saved.status_code == 302
    assert until.isoformat() in client.get(paper).content.decode()
    assert until.isoformat() not in str(vars(entries.latest("at")))
    assert [it.person for it in today.context["today"].permissions] == [person]
    assert "Permission to work ends" in text
    assert Organization.objects.get(code="org-abh").name in text
    assert paper in text
    assert ReadEntry.objects.filter(person=person, what="today").exists()
    assert data_as_json(everything_of(person))["residence"]["work_permitted_until"] == until


def test_five_at_a_time_the_earliest_first_and_as_many_queries_as_for_one(
    person: Person, counsellor: Account
) -> None:
    permit(person, clock.today() + 9 * DAY, counsellor)

    def asked() -> tuple[list[Person], int]:
        with CaptureQueriesContext(connection) as captured:
            rows = ending(counsellor)
        return [it.person for it in rows], len(captured)

    asked()  # reads the network of her house, once
    one = asked()
    others = [
        Person.objects.create(
            network=person.network, organization=person.organization, given_name=f"Nr. {day}",
            case_lead=counsellor.staff_member, created_at=clock.now(),
        )
        for day in range(6)
    ]  # fmt: skip
    for day, other in enumerate(others):
        until = clock.today() + day * DAY
        ResidenceFacts.objects.create(person=other, title="duldung", work_permitted_until=until)

    assert one == ([person], 3)
    assert asked() == (others[:5], 3)
