"""Rows by day, kept as one array and looked at through windows: many searches share them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np

from knotenpunkt.planner.kernels.layout import Ints

Row = tuple[int, ...]


class DayRows:
    """Rows of whole numbers by day, never changed. Days may count from anywhere.

    The rows of day `first` + d are `rows[offsets[d]:offsets[d + 1]]`.
    """

    __slots__ = ("first", "offsets", "rows")

    def __init__(self, by_day: Mapping[int, Sequence[Row]], width: int) -> None:
        days = sorted(by_day)
        self.first = days[0] if days else 0
        counts = np.zeros(days[-1] - self.first + 2 if days else 1, np.int64)
        counts[[day - self.first + 1 for day in days]] = [len(by_day[day]) for day in days]
        self.offsets = counts.cumsum()
        flat = chain.from_iterable(chain.from_iterable(by_day[day] for day in days))
        self.rows: Ints = np.fromiter(flat, np.int64).reshape(-1, width)

    def window(self, first: int, days: int, *, rows: Ints | None = None) -> DayWindow:
        """Return the rows of `days` days from `first` on, counted from 0.

        `rows` stand for the own ones: other columns of the same rows.
        """
        at = np.arange(first - self.first, first - self.first + days + 1)
        offsets = self.offsets.take(at, mode="clip")
        return DayWindow(offsets, self.rows if rows is None else rows)


class DayWindow(Mapping[int, tuple[Any, ...]]):
    """What a search sees of `DayRows`: its days, counted from 0, with tuples of whole numbers.

    A view, not a copy.
    """

    __slots__ = ("offsets", "rows")

    def __init__(self, offsets: Ints, rows: Ints) -> None:
        self.offsets, self.rows = offsets, rows

    def __getitem__(self, day: int) -> tuple[Any, ...]:
        if not 0 <= day < len(self.offsets) - 1 or self.offsets[day] == self.offsets[day + 1]:
            raise KeyError(day)
        return tuple(map(tuple, self.rows[self.offsets[day] : self.offsets[day + 1]].tolist()))

    def __iter__(self) -> Iterator[int]:
        return iter(np.flatnonzero(np.diff(self.offsets)).tolist())

    def __len__(self) -> int:
        return int(np.count_nonzero(np.diff(self.offsets)))

    def __bool__(self) -> bool:
        return bool(self.offsets[0] < self.offsets[-1])
