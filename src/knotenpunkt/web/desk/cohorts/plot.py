"""The load a cohort brings, day by day: geometry for the template. The table says the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, MOST_WIDE = 640, 200, 40


@dataclass(frozen=True)
class LoadDay:
    """A day: free hours before, hours proposed, and persons; and where its bars stand."""

    day: dt.date
    free: float
    used: float
    persons: int
    x: float
    wide: float
    free_y: float
    free_high: float
    used_y: float
    used_high: float

    @property
    def share(self) -> int:
        return round(100 * self.used / self.free) if self.free else 0

    @property
    def middle(self) -> float:
        return round(self.x + self.wide / 2, 1)


@dataclass(frozen=True)
class LoadPlot:
    """All days, marks of hours with their height, and whether time runs from right to left."""

    days: list[LoadDay]
    marks: list[tuple[float, int]]
    is_mirrored: bool

    view_box = f"-52 -14 {WIDTH + 104} {HEIGHT + 44}"

    @property
    def text_days(self) -> list[tuple[float, int]]:
        """Return (x, day of the month) of each day that has room for its number."""
        step = -(-len(self.days) // 22)
        return [
            (round(WIDTH - it.middle, 1) if self.is_mirrored else it.middle, it.day.day)
            for it in self.days[::step]
        ]


def load_plot(rows: Sequence[dict[str, Any]], *, right_to_left: bool) -> LoadPlot:
    """Return the bars of `Cohort.figures["load"]`, minutes as hours."""
    most = max([60, *(row["free"] for row in rows)]) / 60
    step = next(it for it in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10**6) if most / it <= 5)
    top = (int(most) // step + 1) * step
    pitch = WIDTH / max(len(rows), 1)

    def high(minutes: int) -> float:
        return round(HEIGHT * minutes / 60 / top, 1)

    days = [
        LoadDay(
            day=dt.date.fromisoformat(row["day"]),
            free=round(row["free"] / 60, 1),
            used=round(row["used"] / 60, 1),
            persons=row["persons"],
            x=round(n * pitch + pitch * 0.15, 1),
            wide=round(min(pitch * 0.7, MOST_WIDE), 1),
            free_y=round(HEIGHT - high(row["free"]), 1),
            free_high=high(row["free"]),
            used_y=round(HEIGHT - high(row["used"]), 1),
            used_high=high(row["used"]),
        )
        for n, row in enumerate(rows)
    ]
    marks = [(round(HEIGHT - HEIGHT * it / top, 1), it) for it in range(0, top + 1, step)]
    return LoadPlot(days, marks, right_to_left)
