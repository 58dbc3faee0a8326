"""Calendars in ticks: read once, then shared by every search until they change."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from knotenpunkt.availability.board import FreePiece, TakenPiece
from knotenpunkt.planner.days import DayRows, DayWindow
from knotenpunkt.visits.planning.grid import Grid, Minutes, origin_of, whole_ticks

Place = tuple[UUID | None, UUID | None]  # location and room, where the rule has them


@dataclass(frozen=True)
class Times:
    """What is free by place (sorted), as rows (from, to, before, after) in ticks of each local day.

    `before` and `after` are places in `around`, where the neighbouring commitments are; -1 is
    nowhere. `taken` (UTC minutes) is known of what has no opening hours: seats and persons.
    """

    free: dict[Place, DayRows]
    around: tuple[UUID, ...] = ()
    taken: tuple[Minutes, ...] = ()

    def at(self, place: Place, grid: Grid) -> DayWindow:
        """Return the free ticks at a place, by day of the grid; a view, not a copy."""
        rows = self.free[place]
        return rows.window(grid.first.toordinal(), grid.days, rows=rows.rows[:, :2])

    def talks(self, sites: dict[UUID, int], grid: Grid) -> DayWindow | None:
        """Return the free rows of an interpreter, with sites before and after; None: never."""
        rows = self.free.get((None, None))
        if rows is None:
            return None
        site = np.array([*(sites.get(it, -1) for it in self.around), -1], np.int64)
        found = np.hstack([rows.rows[:, :2], site[rows.rows[:, 2:]]])  # -1 is the last one: -1
        return rows.window(grid.first.toordinal(), grid.days, rows=found)


NO_TIMES = Times({})


def times_of(free: list[FreePiece], taken: list[TakenPiece], zone: ZoneInfo) -> Times:
    """Return a calendar in ticks."""
    if not free:
        return Times({}, taken=tuple(it.during for it in taken)) if taken else NO_TIMES
    around = list({it.location: None for it in taken if it.location})
    number: dict[UUID | None, int] = {location: n for n, location in enumerate(around)}
    ends = {it.during[1]: number.get(it.location, -1) for it in taken}
    starts = {it.during[0]: number.get(it.location, -1) for it in taken}
    found: dict[Place, dict[int, list[tuple[int, ...]]]] = defaultdict(lambda: defaultdict(list))
    for piece in free:
        ticks = whole_ticks(origin_of(piece.day, zone), piece.during)
        if ticks is not None:
            begin, end = piece.during
            row = (*ticks, ends.get(begin, -1), starts.get(end, -1))
            found[piece.location, piece.room][piece.day.toordinal()].append(row)
    places = sorted(found, key=str)
    return Times({place: DayRows(found[place], 4) for place in places}, tuple(around))
