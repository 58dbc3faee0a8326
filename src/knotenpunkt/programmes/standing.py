"""Can she join now? Three-valued: yes, not in this phase, or the smallest fact that is missing.

A missing fact never counts as "no". Plain values in, plain values out; rows are read elsewhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knotenpunkt.programmes.enums import FROM_FILE, AskedFact, Standing
from knotenpunkt.routing.enums import Question
from knotenpunkt.routing.facts import Facts
from knotenpunkt.routing.law import When


@dataclass(frozen=True)
class Asked:
    """One fact a phase asks for; see `models.Criterion`."""

    fact: AskedFact
    choice: int = 0
    must_be_checked: bool = False


@dataclass(frozen=True)
class Known:
    """What is known of one fact: its value, and whether somebody has checked it."""

    value: bool | None = None
    is_checked: bool = False


@dataclass(frozen=True)
class Verdict:
    """What comes out. `failed` and `failed_questions` say why not; `next` is the one fact to ask.

    `to_check` are facts she says of herself that somebody must still check.
    """

    standing: Standing
    failed: tuple[AskedFact, ...] = ()
    failed_questions: tuple[Question, ...] = ()
    next: AskedFact | Question | None = None
    to_check: tuple[AskedFact, ...] = ()


UNKNOWN = Known()


def verdict_of(
    asked: Sequence[Asked], when: When, known: Mapping[AskedFact, Known], facts: Facts, on: dt.date
) -> Verdict:
    """Return the standing of someone of whom this is known on a local day."""
    choices = _by_choice(asked)
    failed = [
        it for it in choices if all(known.get(one.fact, UNKNOWN).value is False for one in it)
    ]
    answered = facts.values_on(on)
    failed_questions = when.refused_by(answered)
    if failed or failed_questions:
        return Verdict(
            Standing.NOT_ELIGIBLE,
            failed=tuple(one.fact for it in failed for one in it),
            failed_questions=failed_questions,
        )
    open_choices = [
        it for it in choices if not any(known.get(one.fact, UNKNOWN).value for one in it)
    ]
    missing = [it for it in Question if it in when.questions and answered.get(it) is None]
    if open_choices or missing:
        return Verdict(Standing.UNKNOWN, next=_smallest(open_choices, missing, known))
    to_check = tuple(one.fact for it in choices for one in _unchecked(it, known))
    if to_check:
        return Verdict(Standing.TO_CHECK, next=to_check[0], to_check=to_check)
    return Verdict(Standing.ELIGIBLE)


def _by_choice(asked: Iterable[Asked]) -> list[list[Asked]]:
    found: dict[int, list[Asked]] = {}
    for it in asked:
        found.setdefault(it.choice, []).append(it)
    return list(found.values())


def _smallest(
    choices: Sequence[Sequence[Asked]],
    missing: Sequence[Question],
    known: Mapping[AskedFact, Known],
) -> AskedFact | Question:
    """Return what to ask: a choice with one unknown fact first, as one answer decides it."""
    order = list(AskedFact)
    open_facts = [
        [one.fact for one in it if known.get(one.fact, UNKNOWN).value is None] for it in choices
    ]
    ranked = sorted(
        (
            (len(facts), fact in FROM_FILE, order.index(fact), fact)
            for facts in open_facts
            for fact in facts
        ),
    )
    return ranked[0][3] if ranked else missing[0]


def _unchecked(choice: Sequence[Asked], known: Mapping[AskedFact, Known]) -> list[Asked]:
    """Return what must still be checked for this choice: nothing if one way is already open."""
    true = [one for one in choice if known.get(one.fact, UNKNOWN).value]
    if any(not one.must_be_checked or known[one.fact].is_checked for one in true):
        return []
    return true[:1]
