"""What is free, worked out once more: minute by minute, without SQL, dateutil or time zones.

Everything that the product asks a library is written down here again: the four kinds of repeating
rules, the holidays of North Rhine-Westphalia, European summer time. Days are bit sets of minutes.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from knotenpunkt.availability.models import Closure, GroupSession, OutreachHours, Presence
from knotenpunkt.directory.models import Schedule
from knotenpunkt.network.models import Network, StaffMember, TravelTime

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY = 24 * 60
Bits = int


def bits(start: int, end: int) -> Bits:
    start, end = max(start, 0), min(end, DAY)
    return ((1 << (end - start)) - 1) << start if start < end else 0


def window(row: Any, begin: str = "starts_at", end: str = "ends_at") -> tuple[int, int]:
    first, last = getattr(row, begin), getattr(row, end)
    return first.hour * 60 + first.minute, last.hour * 60 + last.minute


def holds_on(rrule: str, first_on: dt.date, day: dt.date) -> bool:
    """Return whether a weekly, fortnightly or n-th-weekday-of-the-month rule holds on a day."""
    parts = dict(part.split("=") for part in rrule.split(";"))
    place, weekday = parts["BYDAY"][:-2], parts["BYDAY"][-2:]
    if day < first_on or WEEKDAYS[day.weekday()] != weekday:
        return False
    if parts["FREQ"] == "WEEKLY":
        monday = first_on - dt.timedelta(days=first_on.weekday())
        return (day - monday).days // 7 % int(parts.get("INTERVAL", 1)) == 0
    if parts["FREQ"] == "YEARLY":
        return str(day.isocalendar().week) in parts["BYWEEKNO"].split(",")
    length = calendar.monthrange(day.year, day.month)[1]
    if place == "-1":
        return day.day + 7 > length
    return (day.day - 1) // 7 + 1 == int(place)


def easter(year: int) -> dt.date:
    """Return Easter Sunday (anonymous Gregorian algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * i - k - h + m + 32) % 7
    month = (h - m + r + 90) // 25
    return dt.date(year, month, (h - m + r + month + 19) % 32)


@cache
def holidays_nw(year: int) -> frozenset[dt.date]:
    """Return the eleven public holidays of North Rhine-Westphalia (Feiertagsgesetz NW)."""
    fixed = [(1, 1), (5, 1), (10, 3), (11, 1), (12, 25), (12, 26)]
    moving = [-2, 1, 39, 50, 60]
    return frozenset(
        [dt.date(year, *it) for it in fixed]
        + [easter(year) + dt.timedelta(days=days) for days in moving]
    )


def utc_minute(day: dt.date, minute: int) -> int:
    """Return minutes since 1970 in UTC of a German wall time (Directive 2000/84/EC).

    Of a doubled hour the first is meant; a skipped one moves on, as clocks do.
    """
    wall = (day - dt.date(1970, 1, 1)).days * DAY + minute
    begins, ends = (_change(day.year, month) for month in (3, 10))
    return wall - 120 if begins <= wall - 120 < ends else wall - 60


@cache
def _change(year: int, month: int) -> int:
    last = dt.date(year, month, 31)
    sunday = last - dt.timedelta(days=(last.weekday() + 1) % 7)
    return (sunday - dt.date(1970, 1, 1)).days * DAY + 60


@dataclass(frozen=True)
class Away:
    """Where a rule puts someone on a day."""

    location: UUID
    span: tuple[int, int]


class Reference:
    """The rules of a network in memory, and what they leave open on a day."""

    def __init__(self, network: Network, *, without_closures: bool = False) -> None:
        self.employer = dict(StaffMember.objects.values_list("id", "organization_id"))
        self.presence = list(Presence.objects.filter(location__network=network))
        self.outreach = list(OutreachHours.objects.filter(location__network=network))
        self.sessions = list(GroupSession.objects.filter(location__network=network))
        self.hours = list(Schedule.objects.filter(location__network=network))
        rows = Closure.objects.filter(network=network).prefetch_related("organizations")
        self.closures = [] if without_closures else list(rows)
        self.travel = {
            (way.origin_id, way.destination_id): way.minutes for way in TravelTime.objects.all()
        }

    def open_on(self, staff: UUID, day: dt.date) -> dict[UUID, Bits]:
        """Return the open minutes of a staff member on a local day, by place."""
        if day in holidays_nw(day.year):
            return {}
        found: dict[UUID, Bits] = defaultdict(int)
        outreach = self._away(self.outreach, staff, day)
        sessions = self._away(self.sessions, staff, day)
        for place, minutes in self._present(staff, day, outreach):
            away = [it for it in outreach if it.location != place] + sessions
            for it in away:
                way = self.travel.get((it.location, place), 0)
                minutes &= ~bits(it.span[0] - way, it.span[1] + way)
            found[place] |= minutes & self._allowed(place, self.employer[staff], day)
        return found

    def _away(self, rules: Iterable[Any], staff: UUID, day: dt.date) -> list[Away]:
        return [
            Away(rule.location_id, window(rule))
            for rule in rules
            if rule.staff_member_id == staff and self._holds(rule, day)
        ]

    def _holds(self, rule: Any, day: dt.date) -> bool:
        is_over = rule.last_on is not None and day > rule.last_on
        is_out = is_over or day in rule.excluded_days
        return not is_out and holds_on(rule.rrule, rule.first_on, day)

    def _present(
        self, staff: UUID, day: dt.date, outreach: list[Away]
    ) -> Iterable[tuple[UUID, Bits]]:
        present = self._away(self.presence, staff, day)
        for it in present:
            held = [
                rule
                for rule in self.outreach
                if rule.staff_member_id == staff
                and rule.location_id == it.location
                and rule.first_on.weekday() == day.weekday()
            ]
            minutes = bits(*it.span)
            if held:  # she sits there only while her outreach hours take place
                here = [bits(*one.span) for one in outreach if one.location == it.location]
                minutes &= sum(here) if len(here) < 2 else here[0] | here[1]
            yield it.location, minutes
        covered = {it.location for it in present}
        for it in outreach:
            if it.location not in covered:
                yield it.location, bits(*it.span)

    def _allowed(self, place: UUID, organization: UUID, day: dt.date) -> Bits:
        allowed = 0
        for row in self.hours:
            if row.location_id == place and holds_on(row.rrule, dt.date(1900, 1, 1), day):
                allowed |= bits(*window(row, "opens_at", "closes_at"))
        for closure in self.closures:
            concerns = (
                closure.is_for_all
                or closure.location_id == place
                or organization in {it.id for it in closure.organizations.all()}
            )
            if closure.day == day and concerns:
                part = window(closure) if closure.starts_at and closure.ends_at else (0, DAY)
                allowed &= ~bits(*part)
        return allowed
