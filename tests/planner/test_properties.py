"""What must hold whatever the problem."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from knotenpunkt.planner import Desk, Objective, Problem, read_problem, solve
from knotenpunkt.planner.generator import generate
from knotenpunkt.planner.refusal import without_item
from knotenpunkt.planner.search import find_plans
from tests.planner.instances import random_instance

SEEDS = st.integers(0, 10**6)
WORST = Objective(99, 99, 99, 10**6, 10**6)


def value_of(problem: Problem) -> Objective:
    best = find_plans(problem, top=1).best
    return best.objective if best else WORST


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(0, 10**6))
def test_more_free_time_never_makes_it_worse(seed: int, choice: int) -> None:
    problem = read_problem(random_instance(seed))
    desks = list(problem.network.desks)
    chosen: Desk = desks[choice % len(desks)]
    day = choice % problem.network.horizon_days
    freer = replace(chosen, free={**chosen.free, day: ((0, problem.network.day_ticks),)})
    desks[choice % len(desks)] = freer

    better = replace(problem, network=replace(problem.network, desks=tuple(desks)))

    assert value_of(better) <= value_of(problem)


def test_less_free_time_does_make_it_worse() -> None:
    """Control: the property above would fail if it were turned round."""
    worse = 0
    for seed in range(120):
        problem = read_problem(random_instance(seed))
        best = find_plans(problem, top=1).best
        if best is None:
            continue
        desks, leg = list(problem.network.desks), best.legs[0]
        free = {day: it for day, it in desks[leg.desk].free.items() if day != leg.day}
        desks[leg.desk] = replace(desks[leg.desk], free=free)

        poorer = replace(problem, network=replace(problem.network, desks=tuple(desks)))

        assert value_of(poorer) >= best.objective
        worse += value_of(poorer) > best.objective
    assert worse > 30


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_a_day_longer_never_makes_it_worse(seed: int) -> None:
    problem = read_problem(random_instance(seed))

    longer = replace(problem, request=replace(problem.request, max_day_span=10_000, max_days=3))

    assert value_of(longer) <= value_of(problem)


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_without_a_need_nothing_gets_worse(seed: int) -> None:
    document = generate(seed % 5000, needs=4, days=14, desks=30)
    problem = read_problem(document)
    fewer = replace(problem, request=without_item(problem.request, seed % 4))

    full, less = value_of(problem), value_of(fewer)

    assert (less.days, less.last_day) <= (full.days, full.last_day)


def test_a_need_more_does_cost_days_or_time() -> None:
    """Control: a search that forgot a need would pass the property above."""
    costs = 0
    for seed in range(40):
        problem = read_problem(generate(seed, needs=4, days=14, desks=30))
        fewer = replace(problem, request=without_item(problem.request, seed % 4))

        costs += value_of(fewer) < value_of(problem)
    assert costs > 20


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_a_week_later_everything_is_the_same(seed: int) -> None:
    problem = read_problem(random_instance(seed))
    network, request = problem.network, problem.request

    def later(days: object) -> dict[int, object]:
        return {day + 7: value for day, value in days.items()}  # type: ignore[attr-defined]

    moved = replace(
        problem,
        network=replace(
            network,
            horizon_days=network.horizon_days + 7,
            desks=tuple(
                replace(
                    it,
                    free=later(it.free),
                    starts=later(it.starts) if it.starts is not None else None,
                )
                for it in network.desks
            ),
            interpreters=tuple(
                replace(it, free=later(it.free), first_day=it.first_day + 7)
                for it in network.interpreters
            ),
        ),
        request=replace(
            request,
            availability=later(request.availability),
            items=tuple(
                replace(it, earliest_day=it.earliest_day + 7, latest_day=it.latest_day + 7)
                for it in request.items
            ),
        ),
    )

    before, after = find_plans(problem, top=5).plans, find_plans(moved, top=5).plans

    assert [replace(plan.objective, last_day=plan.objective.last_day + 7) for plan in before] == [
        plan.objective for plan in after
    ]


def test_moving_the_desks_alone_is_noticed() -> None:
    """Control: an answer that did not depend on the days would pass the property above."""
    noticed = 0
    for seed in range(60):
        problem = read_problem(random_instance(seed))
        network = problem.network
        desks = tuple(
            replace(it, free={day - 1: free for day, free in it.free.items() if day})
            for it in network.desks
        )

        moved = replace(problem, network=replace(network, desks=desks))

        noticed += value_of(moved) != value_of(problem)
    assert noticed > 20


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_a_refusal_tells_the_truth(seed: int) -> None:
    problem = read_problem(random_instance(seed))
    solution = solve(problem)
    if solution.refusal is None:
        return

    for concession in solution.refusal.concessions:
        if concession.plan is not None:
            assert concession.plan.legs
    assert solution.refusal.conflict


def test_the_same_question_gets_the_same_answer() -> None:
    problem = read_problem(generate(7, needs=6))

    assert solve(problem) == solve(problem)
