"""Waits as bars: geometry for the template. The table under it says the same in words."""

from __future__ import annotations

from dataclasses import dataclass

from knotenpunkt.evaluation.waits import ALARM, Wait

WIDTH, ROW = 640, 46


@dataclass(frozen=True)
class Bar:
    """One organization: the bar of now, and marks of the baseline and of the limit."""

    number: int
    y: int
    now: float | None
    baseline: float
    limit: float
    is_alarming: bool

    @property
    def text_y(self) -> int:
        return self.y + 20


@dataclass(frozen=True)
class WaitPlot:
    """All bars, the marks of the scale, and whether it runs from right to left."""

    bars: list[Bar]
    marks: list[tuple[float, int]]
    height: int
    is_mirrored: bool

    @property
    def view_box(self) -> str:
        return f"-34 0 {WIDTH + 68} {self.height + 30}"

    @property
    def text_marks(self) -> list[tuple[float, int]]:
        """Return where the numbers of the scale stand; text itself is never mirrored."""
        if not self.is_mirrored:
            return self.marks
        return [(round(WIDTH - x, 1), days) for x, days in self.marks]

    @property
    def marks_y(self) -> int:
        return self.height + 22


def wait_plot(waits: list[Wait], *, right_to_left: bool) -> WaitPlot:
    """Return the bars in the order of the list; the scale begins at nothing."""
    most = max([1.0, *(max(it.baseline * ALARM, it.now or 0) for it in waits)])
    step = 5 if most <= 30 else 10
    top = (int(most) // step + 1) * step

    def x(days: float) -> float:
        return round(WIDTH * days / top, 1)

    bars = [
        Bar(
            number=n + 1,
            y=n * ROW + 8,
            now=None if it.now is None else x(it.now),
            baseline=x(it.baseline),
            limit=x(it.baseline * ALARM),
            is_alarming=it.is_alarming,
        )
        for n, it in enumerate(waits)
    ]
    marks = [(x(days), days) for days in range(0, top + 1, step)]
    return WaitPlot(bars, marks, len(waits) * ROW + 8, right_to_left)
