"""Hours of a week as people write them: each weekday from when to when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # iCalendar, Monday first


@dataclass(frozen=True, order=True)
class DayHours:
    """One stretch of one weekday, 0 for Monday, in local wall time."""

    weekday: int
    starts_at: dt.time
    ends_at: dt.time

    @property
    def rrule(self) -> str:
        return self.rule()

    def rule(self, weeks: int = 1) -> str:
        """Return the iCalendar rule for every so many weeks, from the week of its first day."""
        every = f"INTERVAL={weeks};" if weeks > 1 else ""
        return f"FREQ=WEEKLY;{every}BYDAY={WEEKDAYS[self.weekday]}"


def hours_from(rules: Iterable[tuple[str, dt.time, dt.time]], weeks: int = 1) -> list[DayHours]:
    """Return the simple ones of this rhythm among (RRULE, from, to), in the order of the week."""
    wanted = {"FREQ": "WEEKLY"} | ({"INTERVAL": str(weeks)} if weeks > 1 else {})
    found = []
    for rrule, starts_at, ends_at in rules:
        parts = dict(part.split("=", 1) for part in rrule.split(";") if "=" in part)
        days = parts.pop("BYDAY", "").split(",")
        if parts == wanted and set(days) <= set(WEEKDAYS):
            found += [DayHours(WEEKDAYS.index(day), starts_at, ends_at) for day in days]
    return sorted(found)
