"""Public holidays and working days of a Land, also when many threads ask at once."""

from __future__ import annotations

import datetime as dt
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import holidays
import pytest

from knotenpunkt.foundation.workdays import (
    after_workdays,
    before_workdays,
    is_public_holiday,
    is_workday,
    public_holidays,
)

OF_THE_LAND = [
    ("NW", dt.date(2027, 5, 27), "Fronleichnam"),
    ("NW", dt.date(2027, 11, 1), "Allerheiligen"),
    ("BB", dt.date(2027, 10, 31), "Reformationstag"),
    ("ST", dt.date(2027, 1, 6), "Heilige Drei Könige"),
]


@pytest.mark.parametrize(("land", "day", "name"), OF_THE_LAND)
def test_a_land_has_holidays_of_its_own(land: str, day: dt.date, name: str) -> None:
    assert public_holidays(day.year, land)[day] == name
    assert is_public_holiday(day, land)
    assert not is_public_holiday(day, "HH" if land != "BB" else "NW")


def test_working_days_are_counted_over_weekends_and_holidays() -> None:
    wednesday = dt.date(2027, 5, 26)

    assert after_workdays(wednesday, 0, "NW") == wednesday
    assert after_workdays(wednesday, 1, "NW") == dt.date(2027, 5, 28)
    assert after_workdays(wednesday, 2, "NW") == dt.date(2027, 5, 31)
    assert before_workdays(dt.date(2027, 5, 31), 2, "NW") == wednesday
    assert before_workdays(dt.date(2028, 1, 3), 1, "NW") == dt.date(2027, 12, 31)
    assert not is_workday(dt.date(2027, 5, 29), "NW")


YEARS = range(2024, 2056)
Ask = Callable[[int], bool]


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def years_lost(ask: Ask) -> list[int]:
    """Return the years without All Saints' Day after a thread for each year asked at once."""
    together = threading.Barrier(len(YEARS))

    def ask_together(year: int) -> None:
        together.wait()
        ask(year)

    with ThreadPoolExecutor(len(YEARS)) as pool:
        list(pool.map(ask_together, YEARS))
    return [year for year in YEARS if not ask(year)]


def test_threads_that_ask_at_once_do_not_lose_holidays(hasty_threads: None) -> None:
    for _ in range(5):
        public_holidays.cache_clear()
        assert years_lost(lambda year: is_public_holiday(dt.date(year, 11, 1), "NW")) == []


def test_one_object_of_the_library_for_all_threads_would_lose_them(hasty_threads: None) -> None:
    lost = 0
    for _ in range(50):
        shared = holidays.country_holidays("DE", subdiv="NW")
        lost += len(years_lost(lambda year, shared=shared: dt.date(year, 11, 1) in shared))
        if lost:
            break
    assert lost > 0


def test_nobody_can_change_the_answer() -> None:
    with pytest.raises(TypeError):
        public_holidays(2027, "NW")[dt.date(2027, 3, 3)] = "x"  # type: ignore[index]
