"""Hours of each month as bars with the baseline beside: geometry only; the table says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knotenpunkt.evaluation.outreach import MonthHeld

WIDTH, ROW, HOUR = 640, 46, 60
STEPS = (5, 10, 20, 50, 100, 200, 500, 1_000)
MOST_MARKS = 8


@dataclass(frozen=True)
class MonthBar:
    """One month: its number in the table, the bar, and the mark of the baseline."""

    number: int
    y: int
    now: float
    baseline: float | None

    @property
    def text_y(self) -> int:
        return self.y + 20


@dataclass(frozen=True)
class OutreachPlot:
    """All bars, the marks of the scale in hours, and whether it runs from right to left."""

    bars: tuple[MonthBar, ...]
    marks: tuple[tuple[float, int], ...]
    height: int
    is_mirrored: bool

    @property
    def view_box(self) -> str:
        return f"-34 0 {WIDTH + 68} {self.height + 30}"

    @property
    def text_marks(self) -> tuple[tuple[float, int], ...]:
        """Return where the numbers of the scale stand; text itself is never mirrored."""
        if not self.is_mirrored:
            return self.marks
        return tuple((round(WIDTH - x, 1), hours) for x, hours in self.marks)

    @property
    def marks_y(self) -> int:
        return self.height + 22


def outreach_plot(months: Sequence[MonthHeld], *, right_to_left: bool) -> OutreachPlot:
    """Return the bars in the order of the months; the scale begins at nothing."""
    most = max([HOUR, *(max(it.minutes, it.baseline or 0) for it in months)]) / HOUR
    step = next((it for it in STEPS if most / it <= MOST_MARKS), STEPS[-1])
    top = (int(most) // step + 1) * step

    def x(minutes: float) -> float:
        return round(WIDTH * minutes / HOUR / top, 1)

    bars = tuple(
        MonthBar(
            number=n + 1,
            y=n * ROW + 8,
            now=x(it.minutes),
            baseline=None if it.baseline is None else x(it.baseline),
        )
        for n, it in enumerate(months)
    )
    marks = tuple((x(hours * HOUR), hours) for hours in range(0, top + 1, step))
    return OutreachPlot(bars, marks, len(bars) * ROW + 8, right_to_left)
