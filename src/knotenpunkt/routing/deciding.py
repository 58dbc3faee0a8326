"""Three-valued answers: who is responsible, who is not, and what to ask next.

Every combination of facts that agrees with what is known is looked at. If all lead to the same
place, that is the answer, however much is unknown. Otherwise the next question is the first of a
plan that needs the fewest questions in the worst case, and among those the fewest on average
(`space.RARE` says which answers are rare).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from typing import Any

from knotenpunkt.routing.enums import Matter, Question, Strength, Title
from knotenpunkt.routing.facts import Facts
from knotenpunkt.routing.law import RuleRow, if_drafts_pass, in_force, winners
from knotenpunkt.routing.space import Space

Target = tuple[str, str]  # organization code or outcome, and regime
# Plans whose mean differs by less are equally short; then the usual order of a talk decides.
AS_SHORT = 0.25
UNDECIDABLE = 1_000  # more questions than there are


class Verdict(StrEnum):
    """Is this organization responsible?"""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Choice:
    """A possible answer to the next question; `value` stands for everything before `until`."""

    value: Any
    until: Any = None


@dataclass(frozen=True)
class NextQuestion:
    """What to ask, what can be answered, and how many questions remain at worst, this one too."""

    question: Question
    choices: tuple[Choice, ...]
    remaining: int


@dataclass(frozen=True)
class Decision:
    """What the rows say of one matter.

    `targets` are the places it may still be; one when decided, none when no rule holds.
    `is_open` is true when combinations without any rule are among those that can still be.
    """

    targets: tuple[Target, ...]
    is_open: bool
    rules: tuple[RuleRow, ...]
    also_helps: tuple[RuleRow, ...] = ()
    may_also_help: tuple[RuleRow, ...] = ()
    next_question: NextQuestion | None = None

    @property
    def is_decided(self) -> bool:
        return len(self.targets) == 1 and not self.is_open

    def verdict(self, organization: str) -> Verdict:
        """Return whether this organization (by code) is responsible."""
        named = [target for target, _regime in self.targets]
        if organization not in named:
            return Verdict.NO
        return Verdict.YES if set(named) == {organization} and not self.is_open else Verdict.UNKNOWN


class Decider:
    """All answers of a set of rows on one matter."""

    def __init__(
        self, rows: tuple[RuleRow, ...], matter: str, borders: tuple[RuleRow, ...] = ()
    ) -> None:
        self.matter = matter
        self.space = Space(_relevant(rows, matter), borders)

    @cached_property
    def winners(self) -> list[tuple[RuleRow, ...]]:
        """The winning rows of every combination."""
        return [tuple(winners(self.space.rows, self.matter, point)) for point in self.space.points]

    @cached_property
    def outcomes(self) -> dict[frozenset[Target], int]:
        """Combinations by where they lead; nowhere is an outcome, too."""
        found: dict[frozenset[Target], int] = {}
        for number, rows in enumerate(self.winners):
            targets = frozenset(it.target for it in rows if it.strength == Strength.RESPONSIBLE)
            found[targets] = found.get(targets, 0) | 1 << number
        return found

    def decide(self, facts: Facts, day: dt.date) -> Decision:
        """Return what these rows say of someone of whom this is known on this day."""
        state = self.space.known(facts, day)
        left = [targets for targets, mask in self.outcomes.items() if mask & state]
        responsible, sure, possible = self._rows_of(state)
        unsure = frozenset(Question(it) for it in facts.unsure if it in Question.values)
        return Decision(
            targets=tuple(sorted({target for targets in left for target in targets})),
            is_open=frozenset() in left,
            rules=responsible,
            also_helps=sure,
            may_also_help=possible,
            next_question=self.next_question(state, unsure) if len(left) > 1 else None,
        )

    def _rows_of(
        self, state: int
    ) -> tuple[tuple[RuleRow, ...], tuple[RuleRow, ...], tuple[RuleRow, ...]]:
        """Return the responsible rows, those that also help for sure, and those that may."""
        points = [set(rows) for number, rows in enumerate(self.winners) if state >> number & 1]
        anywhere = set().union(*points)
        everywhere = set.intersection(*points) if points else set()
        also = {row for row in anywhere if row.strength == Strength.ALSO_HELPS}
        return (
            _in_order(anywhere - also),
            _in_order(also & everywhere),
            _in_order(also - everywhere),
        )

    def next_question(self, state: int, unsure: frozenset[Question]) -> NextQuestion | None:
        """Return the first question of the best plan, or None if no question helps any more."""
        askable = self._askable(state, unsure)
        costs = [self._cost_after(question, state, unsure) for question in askable]
        if not costs:
            return None
        worst, mean = min(costs)
        question = next(
            question
            for question, (its_worst, its_mean) in zip(askable, costs, strict=True)
            if its_worst == worst and its_mean <= mean + AS_SHORT
        )
        return NextQuestion(question, self._choices(question, state), min(worst + 1, len(askable)))

    def _askable(self, state: int, unsure: frozenset[Question]) -> list[Question]:
        """Return the questions that have more than one answer left and may be asked."""
        return [
            question
            for question, masks in self.space.masks.items()
            if question not in unsure and sum(bool(mask & state) for mask in masks) > 1
        ]

    def _cost_after(
        self, question: Question, state: int, unsure: frozenset[Question]
    ) -> tuple[int, float]:
        left = [
            (weight, *self.cost(state & mask, unsure))
            for weight, mask in zip(
                self.space.weights[question], self.space.masks[question], strict=True
            )
            if state & mask
        ]
        total = sum(weight for weight, _worst, _mean in left)
        mean = sum(weight * mean for weight, _worst, mean in left) / total
        return max(worst for _weight, worst, _mean in left), mean

    def cost(self, state: int, unsure: frozenset[Question]) -> tuple[int, float]:
        """Return how many questions are needed from here, at worst and on average."""
        return self._cost(state, unsure)

    @cached_property
    def _cost(self) -> Callable[[int, frozenset[Question]], tuple[int, float]]:
        masks = list(self.outcomes.values())

        @cache
        def cost(state: int, unsure: frozenset[Question]) -> tuple[int, float]:
            if any(not state & ~mask for mask in masks):
                return 0, 0.0
            after = [
                self._cost_after(question, state, unsure)
                for question in self._askable(state, unsure)
            ]
            worst, mean = min(after, default=(UNDECIDABLE, float(UNDECIDABLE)))
            return min(worst + 1, UNDECIDABLE), mean + 1

        return cost

    def _choices(self, question: Question, state: int) -> tuple[Choice, ...]:
        cells, masks = self.space.axes[question], self.space.masks[question]
        if question == Question.TITLE:
            cell_of = self.space.cell_of
            return tuple(
                Choice(title)
                for title in Title.values
                if masks[cell_of(Question.TITLE, title)] & state
            )
        following: tuple[Any, ...] = (*cells[1:], None)
        has_borders = question in (Question.AGE, Question.FIRST_TITLE_ON)
        return tuple(
            Choice(cell, until if has_borders else None)
            for cell, until, mask in zip(cells, following, masks, strict=True)
            if mask & state
        )


def _relevant(rows: Iterable[RuleRow], matter: str) -> list[RuleRow]:
    """Return the rows on this matter, and those on money if one of them asks for the regime."""
    own = [row for row in rows if row.matter == matter]
    needs_regime = any(row.when.regimes for row in own)
    return [
        row
        for row in rows
        if row.matter == matter or (needs_regime and row.matter == Matter.LIVELIHOOD)
    ]


def _in_order(rows: Iterable[RuleRow]) -> tuple[RuleRow, ...]:
    return tuple(sorted(rows, key=lambda row: (row.code, row.organization or "", row.valid_from)))


@lru_cache(maxsize=64)
def decider(rows: tuple[RuleRow, ...], matter: str, borders: tuple[RuleRow, ...]) -> Decider:
    """Return the decider of these rows; rules change rarely, so it is kept."""
    return Decider(rows, matter, borders)


def decide_today(rows: Iterable[RuleRow], matter: str, facts: Facts, day: dt.date) -> Decision:
    """Return what the law in force on this day says."""
    rows = tuple(rows)
    return decider(in_force(rows, day), matter, rows).decide(facts, day)


def decide_if_drafts_pass(
    rows: Iterable[RuleRow], matter: str, facts: Facts, day: dt.date
) -> Decision:
    """Return what would be said if every draft were law; ages count on the same day."""
    rows = tuple(rows)
    return decider(if_drafts_pass(rows, day), matter, rows).decide(facts, day)
