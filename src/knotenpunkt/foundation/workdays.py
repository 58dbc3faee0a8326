"""Working days: Monday to Friday without the public holidays of the Land."""

from __future__ import annotations

import datetime as dt
from functools import cache

import holidays

HOLIDAY_LANGUAGE = {"en": "en_US"}


@cache
def public_holidays(land: str, language: str = "de") -> holidays.HolidayBase:
    """Return the public holidays of a Land (ISO 3166-2:DE), computed as years are asked for.

    Names are German unless the library has the language.
    """
    return holidays.country_holidays(
        "DE", subdiv=land, language=HOLIDAY_LANGUAGE.get(language, language)
    )


def after_workdays(day: dt.date, count: int, land: str) -> dt.date:
    """Return the day that lies `count` working days after `day`; 0 is the day itself."""
    return day if count == 0 else public_holidays(land).get_nth_working_day(day, count)


def before_workdays(day: dt.date, count: int, land: str) -> dt.date:
    """Return the day that lies `count` working days before `day`; 0 is the day itself."""
    return day if count == 0 else public_holidays(land).get_nth_working_day(day, -count)
