"""Waits of regular clients against the baseline: counted in working days, hidden when too few."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from knotenpunkt.availability.models import CapacityPool
from knotenpunkt.evaluation.actions import report_regular_wait
from knotenpunkt.evaluation.models import CapacityBaseline, RegularWait
from knotenpunkt.evaluation.waits import regular_waits, workdays_between
from knotenpunkt.network.models import Account, Network, Organization
from tests.web.machine import Machine

MONTH = dt.date(2027, 1, 1)


@pytest.fixture
def office(network: Network) -> Organization:
    """The only office with a baseline: 20 working days."""
    CapacityBaseline.objects.all().delete()
    RegularWait.objects.all().delete()
    office = Organization.objects.get(code="org-abh")
    CapacityBaseline.objects.create(
        organization=office,
        median_wait_workdays=20,
        regular_slots_per_week=100,
        measured_on=dt.date(2026, 6, 1),
    )
    return office


def report(office: Organization, wait: str, count: int = 40) -> None:
    RegularWait.objects.update_or_create(
        organization=office,
        month=MONTH,
        defaults={"appointments": count, "median_wait_workdays": Decimal(wait)},
    )


@pytest.mark.parametrize(
    ("wait", "change", "is_alarming"),
    [("20", 0, False), ("22", 10, False), ("22.1", 10, True), ("30", 50, True), ("10", -50, False)],
)
def test_more_than_ten_in_a_hundred_is_alarming(
    office: Organization, network: Network, wait: str, change: int, is_alarming: bool
) -> None:
    report(office, wait)

    (found,) = regular_waits(network)

    assert (found.now, found.change, found.is_alarming) == (float(wait), change, is_alarming)


def test_fewer_than_five_are_not_shown(office: Organization, network: Network) -> None:
    report(office, "40", count=4)

    (found,) = regular_waits(network)

    assert (found.now, found.change, found.is_alarming) == (None, None, False)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (dt.date(2027, 3, 1), dt.date(2027, 3, 1), 0),
        (dt.date(2027, 3, 5), dt.date(2027, 3, 8), 1),  # over a weekend
        (dt.date(2027, 3, 25), dt.date(2027, 3, 30), 1),  # over Easter
    ],
)
def test_waits_are_counted_in_working_days(first: dt.date, last: dt.date, days: int) -> None:
    assert workdays_between(first, last, "NW") == days


def test_a_month_reported_twice_is_there_once(
    office: Organization, other_authority: Account
) -> None:
    for wait in ("9", "8"):
        report_regular_wait(
            month=dt.date(2027, 1, 17),
            appointments=50,
            median_wait_workdays=Decimal(wait),
            by=other_authority,
        )

    rows = RegularWait.objects.filter(organization=other_authority.staff_member.organization)
    assert [(it.month, it.median_wait_workdays) for it in rows] == [(MONTH, Decimal(8))]


def page(account: Account) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(account)
    return client


def test_the_page_names_who_stands_back(
    office: Organization, account: object, counsellor: Account
) -> None:
    report(office, "30")
    manager = account("st-jc01")  # type: ignore[operator]

    shown = page(manager).get(reverse("desk:capacity"))

    assert "50 % longer than before" in shown.content.decode()
    assert page(counsellor).get(reverse("desk:capacity")).status_code == 403


def test_three_offices_need_no_more_queries_than_one(
    office: Organization, network: Network, django_assert_num_queries: object, account: object
) -> None:
    client = page(account("st-jc01"))  # type: ignore[operator]
    client.get(reverse("desk:capacity"))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get(reverse("desk:capacity"))
    for code in ("org-aa", "org-ki"):
        other = Organization.objects.get(code=code)
        CapacityBaseline.objects.create(
            organization=other,
            median_wait_workdays=5,
            regular_slots_per_week=9,
            measured_on=dt.date(2026, 6, 1),
        )
        CapacityPool.objects.create(
            organization=other, code="x", programme="x", funder="y", first_on=MONTH
        )
    with CaptureQueriesContext(connection) as three:
        client.get(reverse("desk:capacity"))

    assert len(one) == len(three)


@pytest.mark.parametrize(
    "wrong",
    [
        {"appointments": "-1"},
        {"median_wait_workdays": "x"},
        {"month": "2031-01"},
        {"month": ""},
        {"appointments": "0"},
    ],
)
def test_nonsense_is_refused_and_nothing_is_lost(
    office: Organization, account: object, wrong: dict[str, str]
) -> None:
    data = {"month": "2027-01", "appointments": "40", "median_wait_workdays": "9.5"} | wrong

    answer = page(account("st-jc01")).post(reverse("desk:capacity_report"), data)  # type: ignore[operator]

    assert answer.status_code == 422
    assert RegularWait.objects.count() == 0


def test_a_machine_reports_a_month_once_and_reads_who_stands_back(
    office: Organization, account: object, counsellor: Account
) -> None:
    machine = Machine(account("st-abh01"))  # type: ignore[operator]
    body = {"month": "2027-01-01", "appointments": 40, "median_wait_workdays": "30.0"}

    reported = [machine.post("/capacity/waits", body, "month-number-1") for _ in range(2)]
    other = machine.post("/capacity/waits", {**body, "appointments": 41}, "month-number-1")
    ahead = machine.post("/capacity/waits", {**body, "month": "2027-04-01"}, "month-number-2")
    below = machine.post("/capacity/waits", {**body, "appointments": -1}, "month-number-3")
    (wait,) = machine.get("/capacity/waits")
    refused = Machine(counsellor).post("/capacity/waits", body)

    assert reported[0] == reported[1]
    assert (reported[0][0], RegularWait.objects.count()) == (201, 1)
    assert (other[0], other[1]["type"]) == (422, "urn:knotenpunkt:key-reused")
    assert (ahead[0], below[0], refused[0]) == (422, 422, 403)
    assert (wait["baseline"], wait["reported"], wait["change_percent"]) == (20, 30, 50)
    assert wait["is_alarming"]
