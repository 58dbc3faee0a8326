"""Rules as plain rows: conditions, where they lead, and which of them win.

A row is two-valued once every fact has a value. What is unknown is handled in `deciding`: there
every possible value is looked at, so that a missing fact never counts as "no".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from knotenpunkt.routing.enums import Matter, Outcome, Question, RuleStatus, Strength

Values = Mapping[Question, Any]


@dataclass(frozen=True)
class When:
    """All that is given must hold. An empty tuple or `None` asks for nothing."""

    titles: tuple[str, ...] = ()
    first_title_before: dt.date | None = None
    first_title_on_or_after: dt.date | None = None
    age_from: int | None = None
    age_below: int | None = None
    regimes: tuple[str, ...] = ()
    is_alone_in_youth_welfare: bool | None = None
    is_not_employable: bool | None = None
    course_access: tuple[str, ...] = ()

    @property
    def questions(self) -> frozenset[Question]:
        """The facts this asks for; a regime follows from other rules and is none of them."""
        asked = {
            Question.TITLE: bool(self.titles),
            Question.FIRST_TITLE_ON: bool(self.first_title_before or self.first_title_on_or_after),
            Question.AGE: self.age_from is not None or self.age_below is not None,
            Question.IS_ALONE: self.is_alone_in_youth_welfare is not None,
            Question.IS_NOT_EMPLOYABLE: self.is_not_employable is not None,
            Question.COURSE_ACCESS: bool(self.course_access),
        }
        return frozenset(question for question, is_asked in asked.items() if is_asked)

    def holds(self, values: Values) -> bool:
        """Return whether all conditions but the regime hold for these values."""
        return all(self._holds(question, values[question]) for question in self.questions)

    def refused_by(self, known: Values) -> tuple[Question, ...]:
        """Return the questions whose answers say no; one that is not known (`None`) never does."""
        return tuple(
            question
            for question in Question
            if question in self.questions
            and known.get(question) is not None
            and not self._holds(question, known[question])
        )

    def _holds(self, question: Question, value: Any) -> bool:
        match question:
            case Question.TITLE:
                return value in self.titles
            case Question.FIRST_TITLE_ON:
                return (self.first_title_before is None or value < self.first_title_before) and (
                    self.first_title_on_or_after is None or value >= self.first_title_on_or_after
                )
            case Question.AGE:
                return (self.age_from is None or value >= self.age_from) and (
                    self.age_below is None or value < self.age_below
                )
            case Question.COURSE_ACCESS:
                return value in self.course_access
            case _:
                return bool(value == getattr(self, question.value))


@dataclass(frozen=True)
class RuleRow:
    """One dated rule for one matter. `organization` is a code; `None` leads to `outcome`."""

    code: str
    matter: str
    when: When
    valid_from: dt.date
    organization: str | None = None
    outcome: str = Outcome.ORGANIZATION
    regime: str = ""
    strength: str = Strength.RESPONSIBLE
    beats: tuple[str, ...] = ()
    status: str = RuleStatus.IN_FORCE
    valid_to: dt.date | None = None
    legal_basis: str = ""
    source: str = ""
    reviewer: str = ""
    reviewed_on: dt.date | None = None
    note: str = ""
    transition: str = ""
    id: UUID | None = None

    def is_in_force(self, day: dt.date) -> bool:
        """Return whether it decides on this day. A draft never does, whatever its dates."""
        is_valid = self.valid_from <= day and (self.valid_to is None or day < self.valid_to)
        return is_valid and self.status != RuleStatus.DRAFT

    @property
    def target(self) -> tuple[str, str]:
        """Where it leads: an organization or an outcome, and under which law."""
        return self.organization or self.outcome, self.regime


def in_force(rows: Iterable[RuleRow], day: dt.date) -> tuple[RuleRow, ...]:
    """Return the rows that decide on this day."""
    return tuple(row for row in rows if row.is_in_force(day))


def if_drafts_pass(rows: Iterable[RuleRow], day: dt.date) -> tuple[RuleRow, ...]:
    """Return the rows that would decide if every draft of the rows had become law by then."""
    return tuple(row for row in rows if row.status == RuleStatus.DRAFT or row.is_in_force(day))


def winners(rows: Iterable[RuleRow], matter: str, values: Values) -> list[RuleRow]:
    """Return the rows that hold and that no other holding row beats.

    The regime follows from the rules on money: first those that ask for no regime, then those
    that do (someone under SGB II who cannot work belongs to SGB XII). Other matters see the last.
    """
    holding = [row for row in rows if row.when.holds(values)]
    money = [row for row in holding if row.matter == Matter.LIVELIHOOD]
    first = _unbeaten([row for row in money if not row.when.regimes])
    livelihood = _unbeaten([*first, *_under(_regimes(first), money)])
    if matter == Matter.LIVELIHOOD:
        return livelihood
    rest = [row for row in holding if row.matter == matter]
    free = [row for row in rest if not row.when.regimes]
    return _unbeaten([*free, *_under(_regimes(livelihood), rest)])


def _regimes(rows: Iterable[RuleRow]) -> frozenset[str]:
    return frozenset(row.regime for row in rows if row.strength == Strength.RESPONSIBLE)


def _under(regimes: frozenset[str], rows: Iterable[RuleRow]) -> list[RuleRow]:
    return [row for row in rows if regimes & set(row.when.regimes)]


def _unbeaten(rows: list[RuleRow]) -> list[RuleRow]:
    beaten = {code for row in rows for code in row.beats}
    return [row for row in rows if row.code not in beaten]
