"""What the search promises beyond the optimum: limits of time, choices, preferences, three days."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knotenpunkt.planner import (
    AnyFirst,
    BadInstance,
    Desk,
    Network,
    Precedence,
    PreparedNetwork,
    Problem,
    find_plans,
    read_problem,
    search,
    solve,
    violations,
)
from knotenpunkt.planner.alternatives import alternatives
from knotenpunkt.planner.generator import generate
from knotenpunkt.planner.refusal import wishes
from tests.planner.instances import random_instance


def rich(seed: int, **shape: int) -> Problem:
    return read_problem(generate(seed, days=20, is_rich=True, **shape))


def test_out_of_time_the_bound_lies_below_every_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FIRST_STEPS", 4000)
    cut = 0
    for seed in range(20):
        problem = rich(seed, needs=8)
        hurried, patient = find_plans(problem, time_limit=0.0), find_plans(problem)
        if hurried.status == "time_limit" and patient.best is not None:
            cut += 1
            assert hurried.bound is not None
            assert hurried.bound <= patient.best.objective
            assert [violations(problem, plan) for plan in hurried.plans] == [[]] * len(
                hurried.plans
            )

    assert cut > 5


def test_with_time_enough_a_limit_changes_nothing() -> None:
    for seed in range(10):
        problem = rich(seed, needs=5)

        assert find_plans(problem, time_limit=60) == find_plans(problem)


def test_a_choice_is_as_good_as_its_best_and_no_better() -> None:
    for seed in range(40):
        problem = read_problem(generate(seed, needs=4, days=14))
        rules = (Precedence(0, 3, 0, 1), Precedence(1, 3, 0, 1))
        free = replace(problem.request, precedence=())
        either = replace(free, any_first=(AnyFirst(rules),))

        best = find_plans(replace(problem, request=either), top=1).best
        single = [
            find_plans(replace(problem, request=replace(free, precedence=(rule,))), top=1).best
            for rule in rules
        ]

        values = [plan.objective for plan in single if plan is not None]
        assert (best.objective if best else None) == min(values, default=None)


def test_a_third_day_is_used_only_when_two_do_not_suffice() -> None:
    three = 0
    for seed in range(150):
        problem = read_problem(random_instance(seed, without="sites"))
        request = replace(problem.request, max_days=3, order="standard")
        plan = find_plans(replace(problem, request=request), top=1).best
        two = find_plans(replace(problem, request=replace(request, max_days=2)), top=1).best
        if two is not None:
            assert plan == two
        elif plan is not None:
            three += 1
            assert plan.objective.days == 3

    assert three > 2


def test_what_no_grid_knows_is_refused_before_it_reaches_the_arrays() -> None:
    problem = read_problem(random_instance(2))
    desk = problem.network.desks[0]

    def network(**changes: object) -> Network:
        spoiled: Desk = replace(desk, **changes)  # type: ignore[arg-type]
        return replace(problem.network, desks=(spoiled, *problem.network.desks[1:]))

    for bad in ({"free": {0: ((-3, 4),)}}, {"free": {99: ((1, 4),)}}, {"site": 77}):
        with pytest.raises(BadInstance):
            PreparedNetwork(network(**bad))
    with pytest.raises(BadInstance):
        solve(replace(problem, request=replace(problem.request, items=())))


def test_wishes_of_a_request_without_wishes_are_few() -> None:
    problem = read_problem(generate(1, needs=3))

    assert set(wishes(problem)) == {("day_span", None), ("times", None)}


def test_breaks_on_long_open_days_cost_few_steps() -> None:
    """Much free time and breaks that forbid most orders: each is solved within the first budget."""
    rested = 0
    for seed in range(12):
        problem = read_problem(generate(seed, needs=5, days=10, use=0.3))
        breaks = replace(problem.request, max_stretch=18, min_break=6)

        found = find_plans(replace(problem, request=breaks), top=1, time_limit=0.0)

        assert found.status != "time_limit"
        rested += found.best != find_plans(problem, top=1).best
    assert rested > 8


def test_a_kind_not_proven_in_time_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = read_problem(generate(3, needs=5))
    prepared = PreparedNetwork(problem.network)
    plans = find_plans(problem, top=3, prepared=prepared).plans
    patient = {it.kind for it in alternatives(problem, plans, prepared, time_limit=60)}

    monkeypatch.setattr(search, "FIRST_STEPS", 1)
    hurried = {it.kind for it in alternatives(problem, plans, prepared, time_limit=0.0)}

    assert hurried == {"best", "another_day"} < patient
