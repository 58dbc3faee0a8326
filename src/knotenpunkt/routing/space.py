"""All that may be the case, as far as rules can tell it apart.

Every fact becomes an axis of a few cells; values in one cell are the same for every rule. A state
of knowledge is a set of combinations, kept as the bits of one integer.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from knotenpunkt.routing.enums import CourseAccess, Question, Title
from knotenpunkt.routing.facts import ADULT_FROM, LATEST_AGE_LIMIT, Facts
from knotenpunkt.routing.law import RuleRow, Values

BEFORE_ALL = dt.date(1900, 1, 1)
# How rarely "yes" is the answer, roughly: one in so many. It only orders equally short plans.
RARE = {Question.IS_ALONE: 20, Question.IS_NOT_EMPLOYABLE: 6}


def first_title_borders(rows: Iterable[RuleRow]) -> tuple[dt.date, ...]:
    """Return the days on which the answer to "since when?" starts to matter; first the dawn."""
    rows = tuple(rows)
    days = {row.when.first_title_before for row in rows}
    days |= {row.when.first_title_on_or_after for row in rows}
    return (BEFORE_ALL, *sorted(day for day in days if day))


def age_borders(rows: Iterable[RuleRow]) -> tuple[int, ...]:
    """Return the ages at which an answer may change, from 0."""
    rows = tuple(rows)
    ages = {row.when.age_from for row in rows} | {row.when.age_below for row in rows}
    return tuple(sorted({0, ADULT_FROM, LATEST_AGE_LIMIT, *(age for age in ages if age)}))


class Space:
    """The combinations of facts that these rows tell apart and that can be.

    `axes` holds for each question the values that stand for its cells, in order; a date or an
    age stands for everything up to the next one. Their borders come from all the rows of
    `borders`, so that an answer means the same for every matter and every day.
    """

    def __init__(self, rows: Iterable[RuleRow], borders: Iterable[RuleRow] = ()) -> None:
        self.rows = tuple(rows)
        self.borders = (*self.rows, *borders)
        asked = frozenset(question for row in self.rows for question in row.when.questions)
        self.axes: dict[Question, tuple[Any, ...]] = {
            question: self._cells(question) for question in Question if question in asked
        }
        self.points: list[Values] = [point for point in self._combinations() if _can_be(point)]
        self.everything = (1 << len(self.points)) - 1
        self.masks = {
            question: tuple(self._mask(question, value) for value in cells)
            for question, cells in self.axes.items()
        }
        self.weights = {question: self._weights(question) for question in self.axes}

    def _weights(self, question: Question) -> tuple[float, ...]:
        """Return how likely each cell is, roughly: papers count alike, rare answers are rare."""
        cells = self.axes[question]
        if question in RARE:
            return tuple(1 if cell else RARE[question] - 1 for cell in cells)
        if question == Question.TITLE:
            signatures = [self._signature(title) for title in Title.values]
            return tuple(signatures.count(self._signature(cell)) for cell in cells)
        return tuple(1 for _cell in cells)

    def _cells(self, question: Question) -> tuple[Any, ...]:
        match question:
            case Question.TITLE:
                return self._titles()
            case Question.FIRST_TITLE_ON:
                return first_title_borders(self.borders)
            case Question.AGE:
                return age_borders(self.borders)
            case Question.COURSE_ACCESS:
                return tuple(CourseAccess.values)
            case _:
                return (True, False)

    def _titles(self) -> tuple[str, ...]:
        """Return one title for each set of rows that name it."""
        first: dict[tuple[bool, ...], str] = {}
        for title in Title.values:
            first.setdefault(self._signature(title), title)
        return tuple(first.values())

    def _signature(self, title: str) -> tuple[bool, ...]:
        return tuple(title in row.when.titles for row in self.rows if row.when.titles)

    def _combinations(self) -> Iterator[Values]:
        for values in product(*self.axes.values()):
            yield dict(zip(self.axes, values, strict=True))

    def _mask(self, question: Question, value: Any) -> int:
        return sum(1 << n for n, point in enumerate(self.points) if point[question] == value)

    def cell_of(self, question: Question, value: Any) -> int:
        """Return the index of the cell in which this value lies."""
        cells = self.axes[question]
        if question == Question.TITLE:
            value = value if value in Title.values else Title.OTHER.value
            signatures = [self._signature(title) for title in cells]
            return signatures.index(self._signature(value))
        if question in (Question.AGE, Question.FIRST_TITLE_ON):
            return max(bisect_right(cells, value) - 1, 0)
        return cells.index(value)

    def known(self, facts: Facts, day: dt.date) -> int:
        """Return the combinations that agree with what is known on this day."""
        state = self.everything
        for question, value in facts.values_on(day).items():
            if value is not None and question in self.axes:
                state &= self.masks[question][self.cell_of(question, value)]
        if (
            facts.first_title_on is None
            and facts.arrived_on
            and Question.FIRST_TITLE_ON in self.axes
        ):
            earliest = self.cell_of(Question.FIRST_TITLE_ON, facts.arrived_on)
            state &= sum(self.masks[Question.FIRST_TITLE_ON][earliest:])
        return state


def _can_be(values: Values) -> bool:
    """Adults are not alone in youth welfare; whoever has reached the age limit need not work."""
    age = values.get(Question.AGE)
    if age is None:
        return True
    if age >= ADULT_FROM and values.get(Question.IS_ALONE):
        return False
    return age < LATEST_AGE_LIMIT or values.get(Question.IS_NOT_EMPLOYABLE) is not False
