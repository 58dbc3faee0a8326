"""366 days x 48 half hours: wall-clock windows against an independent reference."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from knotenpunkt.availability.wall_time import Window, difference, intersection, utc_range
from knotenpunkt.foundation import clock

BERLIN = ZoneInfo("Europe/Berlin")
YEAR = [dt.date(2027, 7, 1) + dt.timedelta(days=n) for n in range(366)]


def first_moment_at(day: dt.date, minute: int) -> dt.datetime:
    """Walk the day in UTC and return the first moment whose wall clock shows this, or later."""
    moment = dt.datetime.combine(day, dt.time(), tzinfo=BERLIN).astimezone(dt.UTC)
    wanted = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minute)
    while moment.astimezone(BERLIN).replace(tzinfo=None) < wanted:
        moment += dt.timedelta(minutes=30)
    return moment


def differences(shift: dt.timedelta = dt.timedelta()) -> int:
    wrong = 0
    for day in YEAR:
        for start in range(0, 24 * 60, 30):
            begin, end = utc_range(day, (start, start + 30), BERLIN)
            expected = first_moment_at(day, start), first_moment_at(day, start + 30)
            wrong += (begin + shift, end + shift) != expected
    return wrong


def test_no_difference_in_a_year() -> None:
    assert differences() == 0


def test_reference_would_notice_an_hour() -> None:
    assert differences(dt.timedelta(hours=1)) == 366 * 48


def test_windows_never_run_backwards_on_the_days_the_clocks_change() -> None:
    for day in (dt.date(2028, 3, 26), dt.date(2027, 10, 31)):
        ranges = [utc_range(day, (start, start + 30), BERLIN) for start in range(0, 1440, 30)]
        assert all(begin <= end for begin, end in ranges)


def test_a_wall_time_that_does_not_exist_is_refused() -> None:
    with pytest.raises(clock.NoSuchLocalTime):
        clock.local_moment(dt.date(2028, 3, 26), dt.time(2, 30))


@pytest.mark.parametrize(
    ("windows", "taken", "left"),
    [
        ([(0, 10)], [(3, 5)], [(0, 3), (5, 10)]),
        ([(0, 10)], [(0, 10)], []),
        ([(0, 10)], [(20, 30)], [(0, 10)]),
        ([(0, 4), (6, 10)], [(3, 7)], [(0, 3), (7, 10)]),
    ],
)
def test_difference(windows: list[Window], taken: list[Window], left: list[Window]) -> None:
    assert difference(windows, taken) == left


def test_intersection() -> None:
    assert intersection([(0, 5), (8, 12)], [(3, 9)]) == [(3, 5), (8, 9)]
