"""The picture of gaps and overlaps: one square for each need and language, with its number in it.

Geometry only. The numbers say what the colours say, and the table under the picture says it in
words, so nobody needs the picture. It shows the most spoken languages: more would be too small to
read on a phone.
"""

from __future__ import annotations

from dataclasses import dataclass

from knotenpunkt.directory.gap_map import Cell, GapMap

SIDE, GAP, HEAD = 22, 2, 24
MOST_LANGUAGES = 12


@dataclass(frozen=True)
class Square:
    """One need in one language: its corner, and what it says."""

    x: int
    y: int
    cell: Cell

    @property
    def middle(self) -> int:
        return self.x + SIDE // 2

    @property
    def line(self) -> int:
        return self.y + SIDE * 3 // 4


@dataclass(frozen=True)
class GapPicture:
    """Squares, and the heads of columns (language codes) and rows (numbers from 1)."""

    width: int
    height: int
    columns: tuple[tuple[int, str], ...]
    rows: tuple[tuple[int, int], ...]
    squares: tuple[Square, ...]
    side: int = SIDE


def gap_picture_of(gaps: GapMap) -> GapPicture:
    """Return where everything lies, in units of the picture."""
    languages = gaps.languages[:MOST_LANGUAGES]
    across = [HEAD + place * (SIDE + GAP) for place in range(len(languages))]
    down = [HEAD + place * (SIDE + GAP) for place in range(len(gaps.rows))]
    return GapPicture(
        width=HEAD + len(across) * (SIDE + GAP),
        height=HEAD + len(down) * (SIDE + GAP),
        columns=tuple((x + SIDE // 2, code) for x, code in zip(across, languages, strict=True)),
        rows=tuple((y + SIDE * 3 // 4, place) for place, y in enumerate(down, start=1)),
        squares=tuple(
            Square(x, y, cell)
            for y, (_topic, cells) in zip(down, gaps.rows, strict=True)
            for x, cell in zip(across, cells, strict=False)
        ),
    )
