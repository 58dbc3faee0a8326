"""The picture of a day: appointments as blocks on a line of hours, with the way between places.

Geometry only; the template draws it as SVG and repeats it in words, so nobody needs the picture.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from knotenpunkt.foundation import clock

WIDTH = 720
HOUR = 60
LEAST_BREAK = 20  # minutes between two appointments from which a gap is drawn as a break


@dataclass(frozen=True)
class Block:
    """One appointment: its number, and where it lies on the line."""

    number: int
    x: float
    width: float
    place: int

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Row:
    """One appointment in words: its number in the picture, the colour of its place, the leg."""

    number: int
    place: int
    leg: Any


@dataclass(frozen=True)
class DayPicture:
    """One local day: blocks, hour marks, and the legs they stand for, in order of time."""

    day: dt.date
    blocks: list[Block]
    hours: list[tuple[float, str]]
    legs: list[Any]
    starts_at: dt.datetime
    ends_at: dt.datetime
    breaks: list[tuple[dt.datetime, dt.datetime]]

    @property
    def rows(self) -> list[Row]:
        """Return the legs as the list under the picture names them."""
        return [
            Row(block.number, block.place, leg)
            for block, leg in zip(self.blocks, self.legs, strict=True)
        ]

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


def day_pictures(legs: list[Any], *, right_to_left: bool = False) -> list[DayPicture]:
    """Return a picture for each local day; `legs` have `starts_at`, `ends_at` and `location`."""
    days: dict[dt.date, list[Any]] = {}
    for leg in sorted(legs, key=lambda it: it.starts_at):
        days.setdefault(clock.local_day(leg.starts_at), []).append(leg)
    return [_picture(day, found, right_to_left) for day, found in days.items()]


def _picture(day: dt.date, legs: list[Any], right_to_left: bool) -> DayPicture:
    first = _minute(legs[0].starts_at) // HOUR * HOUR
    last = -(-_minute(max(leg.ends_at for leg in legs)) // HOUR) * HOUR
    places = {place: n for n, place in enumerate(dict.fromkeys(leg.location.id for leg in legs))}

    def x(minute: int) -> float:
        share = (minute - first) / (last - first)
        return round(WIDTH * (1 - share if right_to_left else share), 1)

    blocks = []
    for number, leg in enumerate(legs, start=1):
        start, end = x(_minute(leg.starts_at)), x(_minute(leg.ends_at))
        blocks.append(Block(number, min(start, end), abs(end - start), places[leg.location.id] % 4))
    return DayPicture(
        day=day,
        blocks=blocks,
        hours=[(x(minute), f"{minute // HOUR}") for minute in range(first, last + 1, HOUR)],
        legs=legs,
        starts_at=legs[0].starts_at,
        ends_at=legs[-1].ends_at,
        breaks=[
            (one.ends_at, other.starts_at)
            for one, other in pairwise(legs)
            if (other.starts_at - one.ends_at).total_seconds() >= LEAST_BREAK * 60
        ],
    )


def _minute(moment: dt.datetime) -> int:
    local = moment.astimezone(clock.LOCAL)
    return local.hour * 60 + local.minute
