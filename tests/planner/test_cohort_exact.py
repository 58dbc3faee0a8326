"""The bound of a cohort is above the true best answer, which a model of its own proves."""

from __future__ import annotations

import pytest

from knotenpunkt.planner.cohort import (
    Cohort,
    Effort,
    cohort_violations,
    generate_cohort,
    solve_cohort,
)
from knotenpunkt.planner.cohort.arrays import layout_of
from knotenpunkt.planner.cohort.pricing.ascent import Ascent
from tests.planner.cohort_exact import Exact

ROUNDING = 1e-4


def scarce(seed: int) -> Cohort:
    """Return many persons before few interpreters, who walk between sites."""
    return generate_cohort(seed, persons=60, needs=2, days=5, desks=12, use=0.5, interpreters=2)


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_is_above_the_best_answer_and_ours_is_not_better(seed: int) -> None:
    cohort = scarce(seed)
    best, plans = Exact(cohort).best()

    solution = solve_cohort(cohort, effort=Effort(600, 200, 6))

    assert cohort_violations(cohort, plans) == []
    assert sum(plan is not None for plan in plans) > 0
    assert solution.worth.score <= best + ROUNDING
    assert solution.bound >= best - ROUNDING
    assert solution.most_served is not None
    assert solution.most_served >= sum(plan is not None for plan in plans)


def test_a_bound_that_forgets_what_an_interpreter_is_worth_is_found_out() -> None:
    """The negative control: time that is for sale counts; left out, the bound is no bound."""
    cohort = scarce(0)
    best, _ = Exact(cohort).best()
    ascent = Ascent(layout_of(cohort), steps=200)
    for _ in range(200):
        answer = ascent.step()
    scarce_time = float((answer.room * ascent.best_prices).sum())

    assert ascent.best_bound >= best - ROUNDING
    assert ascent.best_bound - scarce_time < best - ROUNDING
