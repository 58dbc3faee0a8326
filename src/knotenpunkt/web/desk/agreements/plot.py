"""Targets as bars: how much of each was reached, now and a year before. The table says it again."""

from __future__ import annotations

from dataclasses import dataclass

from knotenpunkt.cooperation.enums import Direction
from knotenpunkt.evaluation.annual import Line
from knotenpunkt.evaluation.models import EvaluatedFigure

WIDTH, ROW, MOST = 640, 46, 125  # pixels; the scale ends at 125 %


@dataclass(frozen=True)
class Bar:
    """One promise: its number in the table, and both bars in pixels; None is unknown."""

    number: int
    y: int
    now: float | None
    before: float | None
    is_reached: bool

    @property
    def text_y(self) -> int:
        return self.y + 20


@dataclass(frozen=True)
class TargetPlot:
    bars: list[Bar]
    is_mirrored: bool

    @property
    def height(self) -> int:
        return len(self.bars) * ROW + 8

    @property
    def view_box(self) -> str:
        return f"-34 0 {WIDTH + 68} {self.height + 30}"

    @property
    def target_x(self) -> float:
        return round(WIDTH * 100 / MOST, 1)

    @property
    def marks(self) -> list[tuple[float, int]]:
        """Return where the numbers of the scale stand; text itself is never mirrored."""
        marks = [(round(WIDTH * it / MOST, 1), it) for it in (0, 50, 100)]
        return [(round(WIDTH - x, 1), it) for x, it in marks] if self.is_mirrored else marks

    @property
    def marks_y(self) -> int:
        return self.height + 22


def target_plot(lines: list[Line], *, right_to_left: bool) -> TargetPlot:
    """Return a bar for each promise that is to be reached; limits have none."""
    bars = [
        Bar(number, place * ROW + 8, _x(line.figure), _x(line.before), _is_reached(line.figure))
        for place, (number, line) in enumerate(
            (number, line)
            for number, line in enumerate(lines, 1)
            if line.figure.direction == Direction.AT_LEAST and line.figure.target
        )
    ]
    return TargetPlot(bars, right_to_left)


def _x(figure: EvaluatedFigure | None) -> float | None:
    if figure is None or figure.value is None or not figure.target:
        return None
    percent = min(MOST, 100 * float(figure.value) / float(figure.target))
    return round(WIDTH * max(0.0, percent) / MOST, 1)


def _is_reached(figure: EvaluatedFigure) -> bool:
    return figure.value is not None and figure.target is not None and figure.value >= figure.target
