"""School holidays of the Länder, from a dated file; unknown years have no answer."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("school_holidays.toml")


UNREVIEWED = "unreviewed"


@dataclass(frozen=True)
class SchoolHolidays:
    """The holidays of one Land: first day, last day, name; and the days the file knows of.

    `school_decides` are days among them on which a single school may have lessons all the same.
    """

    known: tuple[dt.date, dt.date]
    ranges: tuple[tuple[dt.date, dt.date, str], ...]
    school_decides: frozenset[dt.date]
    decree: str
    official: str
    read_in: tuple[str, ...]
    read_on: dt.date
    reviewed: str

    @property
    def is_reviewed(self) -> bool:
        """Return whether somebody has held the dates against the publication of the Land."""
        return self.reviewed != UNREVIEWED

    @property
    def years(self) -> range:
        """Return the calendar years of which the file knows at least some days."""
        return range(self.known[0].year, self.known[1].year + 1)

    def in_year(self, year: int) -> tuple[tuple[dt.date, dt.date, str], ...]:
        """Return the holidays that touch a calendar year; those over New Year touch two."""
        return tuple(it for it in self.ranges if it[0].year <= year <= it[1].year)


@cache
def school_holidays() -> dict[str, SchoolHolidays]:
    """Return what the file knows, by Land (ISO 3166-2:DE without the country)."""
    with FILE.open("rb") as file:
        lands = tomllib.load(file)
    return {
        land: SchoolHolidays(
            known=(it["known"][0], it["known"][1]),
            ranges=tuple((first, last, name) for first, last, name in it["ranges"]),
            school_decides=frozenset(it["school_decides"]),
            decree=it["decree"],
            official=it["official"],
            read_in=tuple(it["read_in"]),
            read_on=it["read_on"],
            reviewed=it["reviewed"],
        )
        for land, it in lands.items()
    }


def school_holiday(day: dt.date, land: str) -> str | None:
    """Return the name of the school holidays on this day in a Land (ISO 3166-2:DE).

    An empty text means a school day; `None` means that the file does not know.
    """
    found = school_holidays().get(land)
    if found is None or not found.known[0] <= day <= found.known[1]:
        return None
    return next((name for first, last, name in found.ranges if first <= day <= last), "")
