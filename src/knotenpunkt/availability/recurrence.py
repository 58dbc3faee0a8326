"""On which local days a rule holds (iCalendar RRULE, RFC 5545, by dateutil)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dateutil.rrule import rrulestr

from knotenpunkt.availability.models import Recurring
from knotenpunkt.directory.models import Schedule
from knotenpunkt.foundation.school_holidays import school_holiday

MIDNIGHT = dt.time()


@dataclass(frozen=True)
class Period:
    """Local days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> list[dt.date]:
        length = (self.last - self.first).days + 1
        return [self.first + dt.timedelta(days=n) for n in range(length)]


def days_of(rule: Recurring, period: Period) -> set[dt.date]:
    """Return the days of the period on which a presence, outreach or session rule holds."""
    return _days(rule.rrule, rule.first_on, rule.last_on, period) - set(rule.excluded_days)


def open_days_of(schedule: Schedule, period: Period) -> set[dt.date]:
    """Return the days of the period on which these opening hours hold."""
    begin = schedule.valid_from or period.first - dt.timedelta(days=7)
    return _days(schedule.rrule, begin, schedule.valid_to, period)


def keeps_away(schedule: Schedule, day: dt.date, land: str) -> str | None:
    """Return the school holidays that stop these hours; empty: they hold in holidays alone.

    `None`: nothing stops them. `details["school_holidays"]` is "never" (not in school holidays)
    or "only" (nothing but).
    """
    rule = schedule.details.get("school_holidays", "")
    name = school_holiday(day, land) if rule else None
    if rule == "never" and name:
        return name
    return "" if rule == "only" and name == "" else None


def _days(rrule: str, begin: dt.date, end: dt.date | None, period: Period) -> set[dt.date]:
    last = min(period.last, end) if end else period.last
    rule = rrulestr(rrule, dtstart=dt.datetime.combine(begin, MIDNIGHT))
    found = rule.between(
        dt.datetime.combine(period.first, MIDNIGHT), dt.datetime.combine(last, MIDNIGHT), inc=True
    )
    return {moment.date() for moment in found}
