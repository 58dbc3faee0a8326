"""Ages from birth dates that are known in part: an interval, never a guess."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

from knotenpunkt.people.enums import BirthPrecision
from knotenpunkt.people.models import Person

OLDEST = 130


@dataclass(frozen=True)
class Age:
    """Full years, at least and at most."""

    least: int
    most: int

    def is_at_least(self, years: int) -> bool | None:
        """Return yes or no, or None when the birth date leaves it open."""
        if self.least >= years:
            return True
        return False if self.most < years else None


def age_of(person: Person, day: dt.date) -> Age:
    """Return her age on a day. 1 January counts as a year only, as authorities write it so."""
    if person.birth_date is None or person.birth_precision == BirthPrecision.UNKNOWN:
        return Age(0, OLDEST)
    earliest, latest = birth_interval(person.birth_date, BirthPrecision(person.birth_precision))
    return Age(_years(latest, day), _years(earliest, day))


def birth_interval(born: dt.date, precision: BirthPrecision) -> tuple[dt.date, dt.date]:
    """Return the first and the last day on which she may have been born."""
    is_placeholder = (born.month, born.day) == (1, 1)
    if precision == BirthPrecision.DAY and not is_placeholder:
        return born, born
    if precision == BirthPrecision.MONTH:
        last = calendar.monthrange(born.year, born.month)[1]
        return born.replace(day=1), born.replace(day=last)
    return dt.date(born.year, 1, 1), dt.date(born.year, 12, 31)


def _years(born: dt.date, day: dt.date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def birthday_on(person: Person, years: int) -> tuple[dt.date, dt.date] | None:
    """Return the first and the last day on which she may turn this old, or None if unknown."""
    if person.birth_date is None or person.birth_precision == BirthPrecision.UNKNOWN:
        return None
    interval = birth_interval(person.birth_date, BirthPrecision(person.birth_precision))
    first, last = (_turns(born, years) for born in interval)
    return first, last


def _turns(born: dt.date, years: int) -> dt.date:
    year = born.year + years
    if (born.month, born.day) == (2, 29) and not calendar.isleap(year):
        return dt.date(year, 3, 1)
    return born.replace(year=year)
