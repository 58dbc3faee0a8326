"""What the rules of the demo region yield, day by day."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from knotenpunkt.availability.actions.open_intervals import renew_open_intervals
from knotenpunkt.availability.models import Closure, OpenInterval, OutreachHours
from knotenpunkt.network.models import Network, StaffMember

BERLIN = ZoneInfo("Europe/Berlin")


def open_times(code: str, day: str) -> list[tuple[str, str, str]]:
    """Return (from, to, location) in local time of a staff member's open intervals."""
    member = StaffMember.objects.get(code=code)
    rows = OpenInterval.objects.filter(
        capacity_pool=None, resource=member.id, day=day
    ).select_related("location")
    return sorted(
        (
            row.during.lower.astimezone(BERLIN).strftime("%H:%M"),
            row.during.upper.astimezone(BERLIN).strftime("%H:%M"),
            row.location.code if row.location else "",
        )
        for row in rows
    )


CASES = [
    # outreach takes her away, twenty minutes of way included
    (
        "st-mb02",
        "2027-03-02",
        [
            ("09:00", "12:00", "site-jc-ms"),
            ("12:20", "12:30", "site-beratung"),
            ("13:30", "16:00", "site-beratung"),
        ],
    ),
    # presence at a foreign location counts only during the outreach hours there
    (
        "st-ja03",
        "2027-03-04",
        [("08:30", "12:00", "site-kreishaus"), ("13:00", "17:00", "site-arkaden")],
    ),
    # every second week means the even calendar weeks: week 9 not, week 10 yes
    ("st-ih01", "2027-03-02", []),
    (
        "st-ih01",
        "2027-03-09",
        [("09:00", "12:00", "site-arkaden"), ("13:00", "16:00", "site-arkaden")],
    ),
    # a group session takes its leader
    (
        "st-vh01",
        "2027-03-04",
        [
            ("09:00", "12:00", "site-arkaden"),
            ("13:00", "13:30", "site-arkaden"),
            ("15:00", "17:00", "site-arkaden"),
        ],
    ),
    # staff meeting of one organization, part of a day
    ("st-jc05", "2027-03-10", []),
    ("st-jc05", "2027-03-11", [("08:30", "12:00", "site-jc-ms"), ("14:00", "17:00", "site-jc-ms")]),
    # the first Wednesday of the month only
    (
        "st-gk02",
        "2027-03-03",
        [
            ("09:30", "12:30", "site-fiktau"),
            ("13:30", "16:00", "site-arkaden"),
            ("08:30", "08:40", "site-arkaden"),
        ],
    ),
    (
        "st-gk02",
        "2027-03-10",
        [("08:30", "12:00", "site-arkaden"), ("13:30", "16:00", "site-arkaden")],
    ),
    # Good Friday, and a bridge day of two organizations alone
    ("st-bb02", "2027-03-26", []),
    ("st-ki05", "2027-05-28", []),
    ("st-bb02", "2027-05-28", [("08:30", "12:00", "site-arkaden")]),
    # Corpus Christi is a holiday in North Rhine-Westphalia
    ("st-bb02", "2027-05-27", []),
]


@pytest.mark.parametrize(("code", "day", "expected"), CASES)
def test_open_times(
    code: str, day: str, expected: list[tuple[str, str, str]], network: Network
) -> None:
    assert open_times(code, day) == sorted(expected)


def test_corpus_christi_is_a_working_day_in_brandenburg(network: Network) -> None:
    network.land = "BB"
    network.save(update_fields=["land"])
    day = dt.date(2027, 5, 27)

    renew_open_intervals(network=network, first=day, last=day)

    assert open_times("st-bb02", "2027-05-27") != []
    network.refresh_from_db()


def test_clocks_change_and_opening_hours_do_not(network: Network) -> None:
    before = OpenInterval.objects.filter(
        day="2027-03-22", resource=StaffMember.objects.get(code="st-bb02").id
    )
    after = OpenInterval.objects.filter(
        day="2027-04-05", resource=StaffMember.objects.get(code="st-bb02").id
    )

    hours = [min(row.during.lower for row in rows).hour for rows in (before, after)]

    assert hours == [7, 6]
    assert (
        open_times("st-bb02", "2027-03-22")[0][0]
        == open_times("st-bb02", "2027-04-05")[0][0]
        == "08:30"
    )


def test_a_new_closure_takes_the_day(network: Network) -> None:
    day = dt.date(2027, 3, 9)
    closure = Closure.objects.create(network=network, day=day, reason="water damage")
    closure.location = network.locations.get(code="site-arkaden")
    closure.save()

    renew_open_intervals(network=network, first=day, last=day)

    assert open_times("st-bb02", "2027-03-09") == []
    assert open_times("st-jc05", "2027-03-09") != []


def test_an_excluded_day_never_removes_the_series(network: Network) -> None:
    hours = OutreachHours.objects.get(code="oh-08")
    hours.excluded_days = [dt.date(2027, 3, 9)]
    hours.save()

    renew_open_intervals(network=network, first=dt.date(2027, 3, 1), last=dt.date(2027, 3, 31))

    assert open_times("st-ih01", "2027-03-09") == []
    assert open_times("st-ih01", "2027-03-23") != []
