"""Moments and ticks: the grid of five minutes from 07:00 to 19:00 local time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache, cached_property
from zoneinfo import ZoneInfo

from knotenpunkt.availability.wall_time import utc_range

TICK = 5
ORIGIN = 7 * 60  # minutes after local midnight
DAY_TICKS = 144
Ticks = tuple[int, int]
Minutes = tuple[int, int]  # since 1970 in UTC, half-open


@cache
def origin_of(date: dt.date, zone: ZoneInfo) -> int:
    """Return the minutes since 1970 in UTC of tick 0."""
    start, _ = utc_range(date, (ORIGIN, ORIGIN + 1), zone)
    return int(start.timestamp()) // 60


def whole_ticks(origin: int, during: Minutes) -> Ticks | None:
    """Return the whole ticks of a day inside a range of UTC minutes; None when there are none."""
    start = max(-(-(during[0] - origin) // TICK), 0)
    end = min((during[1] - origin) // TICK, DAY_TICKS)
    return (start, end) if start < end else None


@dataclass(frozen=True)
class Grid:
    """The days of one search. Clocks change at night, so within 07:00-19:00 every tick is real."""

    first: dt.date
    last: dt.date
    zone: ZoneInfo

    @cached_property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @cached_property
    def origins(self) -> list[int]:
        """Minutes since 1970 in UTC of tick 0, by day."""
        return [origin_of(self.date_of(day), self.zone) for day in range(self.days)]

    def date_of(self, day: int) -> dt.date:
        return self.first + dt.timedelta(days=day)

    def day_of(self, date: dt.date) -> int:
        return (date - self.first).days

    def ticks_around(self, day: int, during: Minutes) -> Ticks | None:
        """Return the ticks that a range of UTC minutes touches; for what is taken."""
        start = max((during[0] - self.origins[day]) // TICK, 0)
        end = min(-(-(during[1] - self.origins[day]) // TICK), DAY_TICKS)
        return (start, end) if start < end else None

    def minutes(self, day: int, ticks: Ticks) -> Minutes:
        """Return the UTC minutes of these ticks."""
        origin = self.origins[day]
        return origin + ticks[0] * TICK, origin + ticks[1] * TICK

    def moment(self, day: int, tick: int) -> dt.datetime:
        """Return the UTC moment of a tick."""
        return dt.datetime.fromtimestamp((self.origins[day] + tick * TICK) * 60, dt.UTC)

    def place(self, moment: dt.datetime) -> tuple[int, int] | None:
        """Return (day, tick) of a moment on the grid, or None."""
        day = self.day_of(moment.astimezone(self.zone).date())
        if not 0 <= day < self.days:
            return None
        minutes = moment.timestamp() / 60 - self.origins[day]
        tick = int(minutes // TICK)
        return (day, tick) if minutes == tick * TICK and 0 <= tick <= DAY_TICKS else None


def subtract(windows: list[Ticks], taken: list[Ticks]) -> list[Ticks]:
    """Return the ticks of `windows` that are not taken."""
    for start, end in taken:
        windows = [
            piece
            for window in windows
            for piece in ((window[0], min(window[1], start)), (max(window[0], end), window[1]))
            if piece[0] < piece[1]
        ]
    return windows
