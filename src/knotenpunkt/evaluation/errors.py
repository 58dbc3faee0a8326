"""What can go wrong."""

from __future__ import annotations


class YearNotOver(Exception):
    """The figures of a year are frozen when it is over."""

    def __init__(self, year: int) -> None:
        super().__init__(str(year))
        self.year = year
