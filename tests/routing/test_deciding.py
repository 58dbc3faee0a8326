"""Three values, and the fewest questions."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from functools import cache
from itertools import product
from typing import Any

import pytest

from knotenpunkt.config.region.schema import Region
from knotenpunkt.routing.deciding import Decider, decide_if_drafts_pass, decide_today
from knotenpunkt.routing.enums import Matter, Question
from knotenpunkt.routing.facts import Facts, age_limit_on
from knotenpunkt.routing.law import RuleRow, When, in_force

DAY = dt.date(2027, 3, 1)
START = dt.date(2005, 1, 1)


def rows_of(region: Region) -> tuple[RuleRow, ...]:
    return tuple(row for entry in region.responsibility_rules for row in entry.rows)


def rule(code: str, organization: str, **conditions: Any) -> RuleRow:
    return RuleRow(code, "livelihood", When(**conditions), START, organization)


def test_what_makes_no_difference_is_not_asked(region: Region) -> None:
    """Both rules on § 24 lead to the Jobcenter today, so the date of the paper is not needed."""
    facts = Facts(title="sec24", age=38, is_not_employable=False)

    today = decide_today(rows_of(region), "livelihood", facts, DAY)
    later = decide_if_drafts_pass(rows_of(region), "livelihood", facts, DAY)

    assert today.targets == (("org-jobcenter", "sgb2"),)
    assert [row.code for row in today.rules] == ["r-01", "r-02-today"]
    assert later.next_question is not None
    assert later.next_question.question == Question.FIRST_TITLE_ON
    assert [choice.until for choice in later.next_question.choices] == [dt.date(2025, 4, 1), None]


def test_arrival_bounds_the_first_paper(region: Region) -> None:
    facts = Facts(
        title="sec24_pending", age=38, arrived_on=dt.date(2027, 2, 18), is_not_employable=False
    )

    assert decide_if_drafts_pass(rows_of(region), "livelihood", facts, DAY).is_decided


def test_an_unsure_fact_is_not_asked_again(region: Region) -> None:
    facts = Facts(unsure=frozenset({"title"}))

    asked = decide_today(rows_of(region), "livelihood", facts, DAY).next_question

    assert asked is not None
    assert asked.question != Question.TITLE


def test_when_nobody_can_say_there_is_no_question_and_no_answer(region: Region) -> None:
    facts = Facts(unsure=frozenset(Question.values))

    decision = decide_today(rows_of(region), "livelihood", facts, DAY)

    assert decision.next_question is None
    assert not decision.is_decided
    assert {"org-jobcenter", "org-sozialamt"} <= {target for target, _ in decision.targets}


def test_who_also_helps_is_sure_or_possible(region: Region) -> None:
    known = Facts(title="sec25_2", age=20)
    unknown = Facts(title="sec25_2", is_not_employable=False, is_alone_in_youth_welfare=False)

    sure = decide_today(rows_of(region), "work", known, DAY)
    possible = decide_today(rows_of(region), "work", unknown, DAY)

    partners = ["org-aa", "org-jobcenter", "org-jugendamt"]
    assert [row.organization for row in sure.also_helps] == partners
    assert (possible.also_helps, [row.organization for row in possible.may_also_help]) == (
        (),
        partners,
    )


@pytest.mark.parametrize(
    ("born", "limit"),
    [
        (dt.date(1960, 8, 12), dt.date(2026, 12, 12)),
        (dt.date(1958, 1, 1), dt.date(2024, 1, 1)),
        (dt.date(1963, 12, 31), dt.date(2030, 10, 31)),
        (dt.date(1964, 2, 29), dt.date(2031, 2, 28)),
    ],
)
def test_age_limit_follows_the_year_of_birth(born: dt.date, limit: dt.date) -> None:
    assert age_limit_on(born) == limit


# The fewest questions, against every plan there is.

FREE = (Question.IS_ALONE, Question.IS_NOT_EMPLOYABLE, Question.COURSE_ACCESS, Question.TITLE)
VALUES: dict[Question, tuple[Any, ...]] = {
    Question.IS_ALONE: (True, False),
    Question.IS_NOT_EMPLOYABLE: (True, False),
    Question.COURSE_ACCESS: ("entitled", "obliged", "admission"),
    Question.TITLE: ("duldung", "sec24", "other"),
}


def random_rules(seed: int) -> tuple[RuleRow, ...]:
    luck = random.Random(seed)
    rules = []
    for number in range(luck.randint(2, 6)):
        conditions: dict[str, Any] = {}
        if luck.random() < 0.5:
            conditions["is_alone_in_youth_welfare"] = luck.random() < 0.5
        if luck.random() < 0.5:
            conditions["is_not_employable"] = luck.random() < 0.5
        if luck.random() < 0.5:
            doors = luck.sample(VALUES[Question.COURSE_ACCESS], luck.randint(1, 2))
            conditions["course_access"] = tuple(doors)
        if luck.random() < 0.5:
            conditions["titles"] = (luck.choice(("duldung", "sec24")),)
        rules.append(rule(f"r-{number}", luck.choice("abc"), **conditions))
    return tuple(rules)


def fewest_by_brute_force(rules: Sequence[RuleRow], known: dict[Question, Any]) -> int:
    """Return the depth of the best plan, trying every question first, with nothing clever."""

    def outcomes(given: dict[Question, Any]) -> set[frozenset[str]]:
        free = [question for question in FREE if question not in given]
        found = set()
        for values in product(*(VALUES[question] for question in free)):
            point = given | dict(zip(free, values, strict=True))
            held = [it for it in rules if it.when.holds(point)]
            found.add(frozenset(str(it.organization) for it in held))
        return found

    @cache
    def depth(given: frozenset[tuple[Question, Any]]) -> int:
        now = dict(given)
        if len(outcomes(now)) == 1:
            return 0
        return min(
            1 + max(depth(given | {(question, value)}) for value in VALUES[question])
            for question in FREE
            if question not in now
        )

    return depth(frozenset(known.items()))


@pytest.mark.parametrize("seed", range(60))
def test_the_plan_of_questions_is_as_short_as_can_be(seed: int) -> None:
    rules = random_rules(seed)
    decider = Decider(rules, "livelihood")

    worst, _mean = decider.cost(decider.space.everything, frozenset())

    assert worst == fewest_by_brute_force(rules, {})


def test_the_brute_force_would_notice_a_longer_plan() -> None:
    """Asking for the paper first costs three questions where two are enough."""
    rules = tuple(
        rule(f"r-{n}", "ab"[n % 2], is_alone_in_youth_welfare=n < 2, is_not_employable=n % 2 == 0)
        for n in range(4)
    )
    decider = Decider(rules, "livelihood")
    state = decider.space.everything

    assert fewest_by_brute_force(rules, {}) == 1
    first = decider.next_question(state, frozenset())
    assert first is not None
    assert first.question == Question.IS_NOT_EMPLOYABLE
    clumsy, _mean = decider._cost_after(Question.IS_ALONE, state, frozenset())
    assert 1 + clumsy == 2


def test_following_the_questions_always_ends_in_an_answer(region: Region) -> None:
    """From nothing known, for every matter and every combination, within the promised number."""
    for matter in Matter.values:
        decider = Decider(in_force(rows_of(region), DAY), matter)
        for point in decider.space.points:
            state, asked = decider.space.everything, 0
            limit = decider.cost(state, frozenset())[0]
            while question := decider.next_question(state, frozenset()):
                if decider.cost(state, frozenset())[0] == 0:
                    break
                answer = decider.space.cell_of(question.question, point[question.question])
                state &= decider.space.masks[question.question][answer]
                asked += 1
            assert asked <= limit <= 3
