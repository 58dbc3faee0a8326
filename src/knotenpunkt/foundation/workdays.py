"""Working days: Monday to Friday without the public holidays of the Land."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import holidays

HOLIDAY_LANGUAGE = {"en": "en_US"}
ONE_DAY = dt.timedelta(days=1)


@cache
def public_holidays(year: int, land: str, language: str = "de") -> Mapping[dt.date, str]:
    """Return the public holidays of a year in a Land (ISO 3166-2:DE), with their names.

    Names are German unless the library has the language. The answer never changes: an object of
    the library computes further years when asked, and two threads that ask it at once leave years
    without the holidays of the Land.
    """
    found = holidays.country_holidays(
        "DE",
        subdiv=land,
        years=year,
        expand=False,
        language=HOLIDAY_LANGUAGE.get(language, language),
    )
    return MappingProxyType(dict(found))


def is_public_holiday(day: dt.date, land: str) -> bool:
    """Return whether a day is a public holiday of the Land."""
    return day in public_holidays(day.year, land)


def is_workday(day: dt.date, land: str) -> bool:
    """Return whether a day is from Monday to Friday and no public holiday of the Land."""
    return day.weekday() < 5 and not is_public_holiday(day, land)


def after_workdays(day: dt.date, count: int, land: str) -> dt.date:
    """Return the day that lies `count` working days after `day`; 0 is the day itself."""
    return _step(day, count, land, ONE_DAY)


def before_workdays(day: dt.date, count: int, land: str) -> dt.date:
    """Return the day that lies `count` working days before `day`; 0 is the day itself."""
    return _step(day, count, land, -ONE_DAY)


def _step(day: dt.date, count: int, land: str, step: dt.timedelta) -> dt.date:
    while count > 0:
        day += step
        count -= is_workday(day, land)
    return day
