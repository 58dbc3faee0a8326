"""What is known of someone, as plain values. Nothing here knows who she is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dateutil.relativedelta import relativedelta

from knotenpunkt.routing.enums import Question

ADULT_FROM = 18
# § 7a SGB II: the age limit in months, by year of birth; later years have 67 years.
AGE_LIMIT_MONTHS = {1958: 792, 1959: 794, 1960: 796, 1961: 798, 1962: 800, 1963: 802}
LATEST_AGE_LIMIT = 67


@dataclass(frozen=True)
class Facts:
    """Typed facts; `None` is "not known". Dates are local days, `age` full years.

    `arrived_on` bounds the first paper from below. `unsure` names the facts (values of
    `Question`) that nobody could say: they are not asked again.
    """

    title: str | None = None
    first_title_on: dt.date | None = None
    arrived_on: dt.date | None = None
    born_on: dt.date | None = None
    age: int | None = None
    is_alone_in_youth_welfare: bool | None = None
    is_not_employable: bool | None = None
    course_access: str | None = None
    unsure: frozenset[str] = field(default_factory=frozenset)

    def age_on(self, day: dt.date) -> int | None:
        """Return the age in full years on this day."""
        if self.born_on is None:
            return self.age
        return relativedelta(day, self.born_on).years

    def not_employable_on(self, day: dt.date) -> bool | None:
        """Return whether she is past the age limit (§ 7a SGB II) or cannot work (§ 8 SGB II)."""
        if self.born_on and day > age_limit_on(self.born_on):
            return True
        if self.born_on is None and self.age is not None and self.age >= LATEST_AGE_LIMIT:
            return True
        return self.is_not_employable

    def is_alone_on(self, day: dt.date) -> bool | None:
        """Return whether she is a minor alone in youth welfare; no adult is (§ 42a SGB VIII)."""
        age = self.age_on(day)
        return False if age is not None and age >= ADULT_FROM else self.is_alone_in_youth_welfare

    def values_on(self, day: dt.date) -> Mapping[Question, Any]:
        """Return what is known on this day, by question; `None` is "not known"."""
        return {
            Question.TITLE: self.title,
            Question.AGE: self.age_on(day),
            Question.FIRST_TITLE_ON: self.first_title_on,
            Question.IS_ALONE: self.is_alone_on(day),
            Question.IS_NOT_EMPLOYABLE: self.not_employable_on(day),
            Question.COURSE_ACCESS: self.course_access,
        }


def age_limit_on(born_on: dt.date) -> dt.date:
    """Return the day on which someone born then reaches the age limit (§ 7a SGB II)."""
    months = AGE_LIMIT_MONTHS.get(
        born_on.year, LATEST_AGE_LIMIT * 12 if born_on.year > 1963 else 780
    )
    return born_on + relativedelta(months=months)
