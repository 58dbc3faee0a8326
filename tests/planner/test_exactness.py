"""The search against brute force, on small problems with every feature on and off."""

from __future__ import annotations

import copy

import pytest

from knotenpunkt.planner import Problem, read_problem, violations
from knotenpunkt.planner.search import find_plans
from tests.planner.brute_force import best_by_trying
from tests.planner.instances import FEATURES, random_instance

SEEDS = range(500)


def problem_of(seed: int, without: str | None = None) -> Problem:
    return read_problem(random_instance(seed, without=without))


@pytest.mark.parametrize("block", range(10))
def test_optimum_is_that_of_brute_force(block: int) -> None:
    for seed in SEEDS[block::10]:
        problem = problem_of(seed)

        best = find_plans(problem, top=1).best

        assert (best.objective if best else None) == best_by_trying(problem), f"seed {seed}"


def test_both_answers_occur_often() -> None:
    solved = sum(find_plans(problem_of(seed), top=1).best is not None for seed in range(200))

    assert 50 < solved < 190


def test_every_plan_of_every_answer_is_valid_and_on_other_days() -> None:
    for seed in range(300):
        problem = problem_of(seed)
        plans = find_plans(problem, top=5).plans
        assert [violations(problem, plan) for plan in plans] == [[]] * len(plans), f"seed {seed}"
        assert len({plan.days for plan in plans}) == len(plans)
        assert [plan.objective for plan in plans] == sorted(plan.objective for plan in plans)


@pytest.mark.parametrize("feature", [name for name in FEATURES if name != "sites"])
def test_every_feature_matters(feature: str) -> None:
    """A feature that did nothing would give the same answers when it is switched off."""

    def answers(without: str | None) -> list[object]:
        found = [find_plans(problem_of(seed, without), top=1).best for seed in range(120)]
        return [plan.objective if plan else None for plan in found]

    assert answers(None) != answers(feature)


def test_a_broken_rule_would_be_noticed() -> None:
    """Negative control: plans made as if ways took no time are caught by the checker."""
    caught = 0
    for seed in range(200):
        document = random_instance(seed)
        teleporting = copy.deepcopy(document)
        sites = len(document["network"]["sites"])
        teleporting["network"]["travel"] = [[0] * sites for _ in range(sites)]
        plan = find_plans(read_problem(teleporting), top=1).best
        if plan is not None:
            found = violations(read_problem(document), plan)
            caught += any(it.rule == "way between appointments" for it in found)

    assert caught > 10
