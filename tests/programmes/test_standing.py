"""Who can join: three-valued, the smallest missing fact, never "no" for what nobody knows."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest

from knotenpunkt.foundation.languages import NEWCOMER_LANGUAGES
from knotenpunkt.programmes.enums import AskedFact, Standing
from knotenpunkt.programmes.reasons import texts
from knotenpunkt.programmes.standing import Asked, Known, verdict_of
from knotenpunkt.routing.enums import Question
from knotenpunkt.routing.facts import Facts
from knotenpunkt.routing.law import When
from tests.newcomers import text_rules as rules

DAY = dt.date(2027, 2, 22)
M, E, Q, W = (
    AskedFact.MOTIVATION, AskedFact.EXPERIENCE, AskedFact.QUALIFICATION, AskedFact.IS_WOMAN,
)  # fmt: skip
YES, NO, SAYS_YES = Known(True, True), Known(False, True), Known(True)
# S1-17: motivation, and either experience or a qualification that somebody has seen.
FIRST_PHASE = (Asked(M, 1), Asked(E, 2), Asked(Q, 2, must_be_checked=True))

CASES = [
    ({}, Standing.UNKNOWN, M),
    ({M: YES}, Standing.UNKNOWN, E),
    ({M: YES, E: NO}, Standing.UNKNOWN, Q),
    ({E: NO, Q: NO}, Standing.NOT_ELIGIBLE, None),
    ({M: NO, E: YES}, Standing.NOT_ELIGIBLE, None),
    ({M: SAYS_YES, Q: SAYS_YES}, Standing.TO_CHECK, Q),
    ({M: SAYS_YES, Q: YES}, Standing.ELIGIBLE, None),
    ({M: SAYS_YES, Q: SAYS_YES, E: SAYS_YES}, Standing.ELIGIBLE, None),  # experience is enough
    ({M: SAYS_YES, Q: NO, E: SAYS_YES}, Standing.ELIGIBLE, None),
]


@pytest.mark.parametrize(("known", "standing", "asked_next"), CASES)
def test_the_first_phase(
    known: dict[AskedFact, Known], standing: Standing, asked_next: AskedFact | None
) -> None:
    found = verdict_of(FIRST_PHASE, When(), known, Facts(), DAY)

    assert (found.standing, found.next) == (standing, asked_next)


def test_why_not_names_every_fact_that_would_have_been_enough() -> None:
    found = verdict_of(FIRST_PHASE, When(), {M: YES, E: NO, Q: NO}, Facts(), DAY)

    assert found.failed == (E, Q)


def test_conditions_of_the_rules_count_too_and_ask_for_what_is_missing() -> None:
    adults = When(age_from=18, titles=("sec24",))

    of_17 = verdict_of((), adults, {}, Facts(age=17), DAY)
    of_30 = verdict_of((), adults, {}, Facts(age=30), DAY)
    known = verdict_of((), adults, {}, Facts(age=30, title="sec24"), DAY)
    other = verdict_of((), adults, {}, Facts(title="duldung"), DAY)

    assert (of_17.standing, of_17.failed_questions) == (Standing.NOT_ELIGIBLE, (Question.AGE,))
    assert (of_30.standing, of_30.next) == (Standing.UNKNOWN, Question.TITLE)
    assert known.standing == Standing.ELIGIBLE
    assert (other.standing, other.failed_questions) == (Standing.NOT_ELIGIBLE, (Question.TITLE,))


def test_no_answer_that_is_still_open_turns_around_what_is_decided() -> None:
    """In all 27 states: what is decided stays so, whatever the rest turns out to be."""
    values = (None, True, False)
    for state in product(values, repeat=3):
        known = {fact: Known(it, True) for fact, it in zip((M, E, Q), state, strict=True)}
        found = verdict_of(FIRST_PHASE, When(), known, Facts(), DAY).standing
        ends = set()
        for end in product((True, False), repeat=3):
            if all(was in (None, it) for was, it in zip(state, end, strict=True)):
                whole = {fact: Known(it, True) for fact, it in zip((M, E, Q), end, strict=True)}
                ends.add(verdict_of(FIRST_PHASE, When(), whole, Facts(), DAY).standing)
        assert found == (next(iter(ends)) if len(ends) == 1 else Standing.UNKNOWN), state


def test_the_fact_that_is_asked_next_could_decide_something() -> None:
    for state in product((None, True, False), repeat=3):
        known = {fact: Known(it, True) for fact, it in zip((M, E, Q), state, strict=True)}
        found = verdict_of(FIRST_PHASE, When(), known, Facts(), DAY)
        if found.standing == Standing.UNKNOWN:
            assert isinstance(found.next, AskedFact)
            assert known[found.next].value is None


def test_texts_are_there_in_every_language_for_every_fact_a_phase_can_ask() -> None:
    more = {"why_not": {"age", "title"}, "for_whom": {"age_from", "age_below", "title"}}

    for kind, found in texts().items():
        assert set(found) == {*AskedFact.values, *more[kind]}, kind
        assert list(rules.other_values(found)) == []
        for key, words in found.items():
            assert tuple(words) == NEWCOMER_LANGUAGES, (kind, key)
        assert list(rules.too_long({k: dict(v) for k, v in found.items()})) == []
