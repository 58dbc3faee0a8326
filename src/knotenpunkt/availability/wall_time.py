"""Wall-clock windows of one local day, and the UTC ranges they are.

Windows are half-open minutes since midnight, `(start, end)`, sorted and apart from each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

Window = tuple[int, int]


def minutes(time: dt.time) -> int:
    """Return the minutes since midnight; 23:59 means the end of the day."""
    value = time.hour * 60 + time.minute
    return 24 * 60 if value == 24 * 60 - 1 else value


def intersection(left: Iterable[Window], right: Iterable[Window]) -> list[Window]:
    """Return the times in both."""
    others = list(right)
    common = ((max(start, other[0]), min(end, other[1])) for start, end in left for other in others)
    return sorted(window for window in common if window[0] < window[1])


def difference(windows: Iterable[Window], taken: Iterable[Window]) -> list[Window]:
    """Return the times of `windows` outside `taken`."""
    left = sorted(windows)
    for start, end in taken:
        left = [
            piece
            for window in left
            for piece in ((window[0], min(window[1], start)), (max(window[0], end), window[1]))
            if piece[0] < piece[1]
        ]
    return left


def utc_range(day: dt.date, window: Window, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """Return the UTC start and end of a wall-clock window of this day.

    A border inside the hour that the spring change skips moves to the end of that hour. A border
    inside the hour that the autumn change doubles is the first of the two.
    """
    return _moment(day, window[0], zone), _moment(day, window[1], zone)


def _moment(day: dt.date, minute: int, zone: ZoneInfo) -> dt.datetime:
    wall = dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minute)
    while True:
        moment = wall.replace(tzinfo=zone).astimezone(dt.UTC)
        if moment.astimezone(zone).replace(tzinfo=None) == wall:
            return moment
        wall += dt.timedelta(minutes=1)  # skipped by the spring change
