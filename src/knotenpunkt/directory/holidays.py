"""School holidays as far as somebody vouches for them: the file, and who has reviewed a year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from knotenpunkt.directory.models import SchoolHolidayReview
from knotenpunkt.foundation.school_holidays import (
    SchoolHolidays,
    school_holiday,
    school_holidays,
)
from knotenpunkt.network.models import Network


@dataclass(frozen=True)
class HolidayAnswer:
    """What is known of school holidays on a local day, and how far it can be trusted.

    `name` is empty on a school day and `None` when the file has no answer; then `source` may be
    missing, too. `review` is `None` until somebody has held the year against the publication.
    """

    name: str | None
    source: SchoolHolidays | None
    review: SchoolHolidayReview | None
    school_decides: bool

    @property
    def is_reviewed(self) -> bool:
        return self.review is not None or (self.source is not None and self.source.is_reviewed)


@dataclass(frozen=True)
class HolidayYear:
    """The school holidays of one calendar year; the file may know only a part of it."""

    year: int
    ranges: tuple[tuple[dt.date, dt.date, str], ...]
    review: SchoolHolidayReview | None


def school_holidays_on(network: Network, day: dt.date) -> HolidayAnswer:
    """Return the school holidays of the Land on this day with their source; one query."""
    source = school_holidays().get(network.land)
    return HolidayAnswer(
        name=school_holiday(day, network.land),
        source=source,
        review=_reviews(network, source).get(day.year) if source else None,
        school_decides=source is not None and day in source.school_decides,
    )


def holiday_years(network: Network) -> list[HolidayYear]:
    """Return the calendar years of which the file knows something, with their reviews."""
    source = school_holidays().get(network.land)
    if source is None:
        return []
    reviews = _reviews(network, source)
    return [HolidayYear(it, source.in_year(it), reviews.get(it)) for it in source.years]


def dates_of(source: SchoolHolidays, year: int) -> list[list[Any]]:
    """Return the holidays of a year as a review keeps them (JSON)."""
    return [
        [first.isoformat(), last.isoformat(), name] for first, last, name in source.in_year(year)
    ]


def _reviews(network: Network, source: SchoolHolidays) -> Mapping[int, SchoolHolidayReview]:
    """Return the reviews that still hold: of dates that have not changed since."""
    found = SchoolHolidayReview.objects.filter(network=network)
    return {it.year: it for it in found if it.dates == dates_of(source, it.year)}
