"""Static checks of rules: gaps, conflicts, rows that can never win, rows past their date.

Everything is looked at combination by combination, so nothing is missed and nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from knotenpunkt.routing.conditions import RuleCase
from knotenpunkt.routing.deciding import Decider, decide_if_drafts_pass, decide_today
from knotenpunkt.routing.enums import Matter, RuleStatus, Strength
from knotenpunkt.routing.law import RuleRow, Values, When, in_force, winners

REVIEW_AFTER = dt.timedelta(days=365)


class FaultKind(StrEnum):
    GAP = "gap"
    CONFLICT = "conflict"
    UNREACHABLE = "unreachable"
    EXPIRED = "expired"
    OVERDUE = "review_overdue"
    UNKNOWN_ROW = "unknown_row"
    WRONG_CASE = "wrong_case"


# These do not make an answer wrong; they ask someone to look.
WARNINGS = frozenset({FaultKind.EXPIRED, FaultKind.OVERDUE})


@dataclass(frozen=True)
class Gap:
    """A gap that is there on purpose."""

    matter: str
    when: When
    reason: str = ""


@dataclass(frozen=True)
class RuleFault:
    """What is wrong, with which rows (codes), and for whom (an example), if it is for some."""

    kind: FaultKind
    matter: str
    codes: tuple[str, ...]
    example: str = ""

    @property
    def is_warning(self) -> bool:
        return self.kind in WARNINGS

    def __str__(self) -> str:
        parts = (self.kind, self.matter, " ".join(self.codes), self.example)
        return ": ".join(part for part in parts if part)


def faults_of(rows: Sequence[RuleRow], gaps: Sequence[Gap], on: dt.date) -> list[RuleFault]:
    """Return every fault of the rules as they stand on this day; warnings last."""
    found: list[RuleFault] = [*_dangling(rows)]
    current = in_force(rows, on)
    for matter in Matter.values:
        if any(row.matter == matter for row in rows):
            decider = Decider(current, matter)
            found += [*_gaps(decider, gaps), *_conflicts(decider), *_unreachable(decider)]
    found += [*_dates(rows, on)]
    return sorted(
        dict.fromkeys(found), key=lambda it: (it.is_warning, it.kind, it.matter, it.codes)
    )


def _dangling(rows: Sequence[RuleRow]) -> Iterator[RuleFault]:
    codes = {row.code for row in rows}
    for row in rows:
        for missing in sorted(set(row.beats) - codes):
            yield RuleFault(FaultKind.UNKNOWN_ROW, row.matter, (row.code, missing))


def _gaps(decider: Decider, gaps: Sequence[Gap]) -> Iterator[RuleFault]:
    """Yield one fault for each title without a rule; ages and dates stand in the example."""
    wanted = [gap.when for gap in gaps if gap.matter == decider.matter]
    seen: set[str] = set()
    for point, rows in zip(decider.space.points, decider.winners, strict=True):
        is_covered = any(row.strength == Strength.RESPONSIBLE for row in rows)
        if is_covered or any(_meets(when, point, decider) for when in wanted):
            continue
        example = _shown(point)
        if example not in seen:
            seen.add(example)
            yield RuleFault(FaultKind.GAP, decider.matter, (), example)


def _meets(when: When, point: Values, decider: Decider) -> bool:
    """Return whether a known gap covers this combination; it may name a regime, too."""
    if not when.questions <= set(point) or not when.holds(point):
        return False
    if not when.regimes:
        return True
    money = winners(decider.space.rows, Matter.LIVELIHOOD, point)
    regimes = {row.regime for row in money}
    return bool(regimes & set(when.regimes))


def _conflicts(decider: Decider) -> Iterator[RuleFault]:
    seen: set[tuple[str, ...]] = set()
    for point, rows in zip(decider.space.points, decider.winners, strict=True):
        deciding = [row for row in rows if row.strength == Strength.RESPONSIBLE]
        codes = tuple(sorted({row.code for row in deciding}))
        if len({row.target for row in deciding}) > 1 and codes not in seen:
            seen.add(codes)
            yield RuleFault(FaultKind.CONFLICT, decider.matter, codes, _shown(point))


def _unreachable(decider: Decider) -> Iterator[RuleFault]:
    winning = {row for rows in decider.winners for row in rows}
    for row in decider.space.rows:
        if row.matter == decider.matter and row not in winning:
            yield RuleFault(FaultKind.UNREACHABLE, decider.matter, (row.code,))


def _dates(rows: Sequence[RuleRow], on: dt.date) -> Iterator[RuleFault]:
    for row in rows:
        is_over = row.valid_to is not None and row.valid_to <= on
        is_late_draft = row.status == RuleStatus.DRAFT and row.valid_from <= on
        if (is_over and row.status == RuleStatus.IN_FORCE) or is_late_draft:
            day = row.valid_to if is_over else row.valid_from
            yield RuleFault(FaultKind.EXPIRED, row.matter, (row.code,), f"{row.status} {day}")
        elif row.reviewed_on is None or on - row.reviewed_on > REVIEW_AFTER:
            yield RuleFault(FaultKind.OVERDUE, row.matter, (row.code,), str(row.reviewed_on or "-"))


def _shown(point: Values) -> str:
    return ", ".join(f"{question}={value}" for question, value in point.items())


def wrong_cases(
    rows: Sequence[RuleRow], cases: Iterable[tuple[str, str, RuleCase]]
) -> list[RuleFault]:
    """Return the test cases (code, matter, case) whose expected answer the rules do not give."""
    found = []
    for code, matter, case in cases:
        decide = decide_if_drafts_pass if case.if_draft else decide_today
        decision = decide(rows, matter, case.facts.facts, case.on)
        if not decision.is_decided or decision.targets != ((case.target, case.regime),):
            given = ", ".join(target for target, _regime in decision.targets) or "nobody"
            if decision.next_question:
                given += f" (asks for {decision.next_question.question})"
            example = f"{case.on}: {case.target} expected, {given} found"
            found.append(RuleFault(FaultKind.WRONG_CASE, matter, (code,), example))
    return found
