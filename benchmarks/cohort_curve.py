"""The curve of a cohort as a picture: how many are served, and how many can be at most, over time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from knotenpunkt.planner.cohort.model import Moment

LEFT, RIGHT, HEAD, WIDTH, HEIGHT = 60, 20, 44, 640, 260
SERVED, AT_MOST = "#005a9c", "#a34700"


def curve_svg(curve: Sequence[Moment], title: str) -> str:
    """Return the curve; the axis begins below the worst answer, and stops above the first bound
    that is less than twice the last.
    """
    last = curve[-1]
    bounds = [moment for moment in curve if moment.bound < 2 * last.bound]
    low = 0.9 * min(moment.served for moment in curve)
    high = 1.02 * max(moment.bound for moment in bounds)

    def x(seconds: float) -> float:
        return LEFT + WIDTH * seconds / last.seconds

    def y(persons: float) -> float:
        return HEAD + HEIGHT * (high - persons) / (high - low)

    shapes = [f'<text x="12" y="24" font-size="16">{escape(title)}</text>']
    for persons in _marks(low, high):
        shapes.append(_line(LEFT, y(persons), LEFT + WIDTH, y(persons)))
        shapes.append(_text(LEFT - 6, y(persons) + 4, f"{persons:g}", "end"))
    for seconds in _marks(0, last.seconds):
        shapes.append(_line(x(seconds), HEAD, x(seconds), HEAD + HEIGHT))
        shapes.append(_text(x(seconds), HEAD + HEIGHT + 18, f"{seconds:g} s", "middle"))
    served = [(x(moment.seconds), y(moment.served)) for moment in curve]
    shapes.append(_path(served, SERVED))
    shapes.append(_path([(x(moment.seconds), y(moment.bound)) for moment in bounds], AT_MOST))
    bottom = HEAD + HEIGHT + 40
    shapes.append(_text(LEFT, bottom, f"served: {last.served}", "start", SERVED))
    shapes.append(_text(LEFT + 160, bottom, f"at most: {last.bound:.1f}", "start", AT_MOST))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" font-family="sans-serif"'
        f' font-size="13" viewBox="0 0 {LEFT + WIDTH + RIGHT} {bottom + 16}">'
        f"<title>{escape(title)}</title><desc>After {last.seconds:.0f} seconds {last.served} are"
        f" served, and at most {last.bound:.1f} can be.</desc>"
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(shapes)}</svg>\n'
    )


def _marks(low: float, high: float) -> list[float]:
    """Return four to ten round numbers between both."""
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * digit for digit in (1, 2, 5, 10) if power * digit >= rough)
    return [step * n for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<path d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}" stroke="#ddd"/>'


def _path(points: list[tuple[float, float]], colour: str) -> str:
    steps = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="M{steps}" fill="none" stroke="{colour}" stroke-width="2.5"/>'


def _text(x: float, y: float, words: str, anchor: str, colour: str = "#333") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{colour}">{words}</text>'
