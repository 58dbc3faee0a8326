"""The repair of a booked visit against brute force, on small problems."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from knotenpunkt.planner import Plan, Problem, objective_of, read_problem, repair, violations
from knotenpunkt.planner.repair import change_between
from knotenpunkt.planner.search import find_plans
from tests.planner.brute_force import _legs_of
from tests.planner.instances import random_instance

SEEDS = range(150)


def booked_and_broken(seed: int) -> tuple[Plan, Problem] | None:
    """Return a best plan, and the problem after the desk of one of its legs fell ill that day."""
    problem = read_problem(random_instance(seed))
    plan = find_plans(problem, top=1).best
    if plan is None:
        return None
    leg = plan.legs[seed % len(plan.legs)]
    desks = list(problem.network.desks)
    left = {day: free for day, free in desks[leg.desk].free.items() if day != leg.day}
    desks[leg.desk] = replace(desks[leg.desk], free=left)
    return plan, replace(problem, network=replace(problem.network, desks=tuple(desks)))


def least_by_trying(problem: Problem, booked: Plan) -> tuple[int, int, int] | None:
    """Return (moved, new days, shift) of the least change, by trying every combination."""
    old = {leg.item: leg for leg in booked.legs}
    options = [[old[item], *_legs_of(problem, item)] for item in range(len(old))]
    changes = []
    for legs in product(*options):
        ordered = tuple(sorted(legs, key=lambda leg: (leg.day, leg.start)))
        plan = Plan(ordered, objective_of(problem, ordered))
        change = change_between(problem, booked, plan)
        size = change.moved, change.new_days, change.ticks_shifted
        if (not changes or size < changes[0]) and not violations(problem, plan):
            changes = [size]
    return changes[0] if changes else None


@pytest.mark.parametrize("block", range(5))
def test_repair_changes_as_little_as_brute_force(block: int) -> None:
    for seed in SEEDS[block::5]:
        case = booked_and_broken(seed)
        if case is None:
            continue
        booked, problem = case

        found = repair(problem, booked)

        size = found and (found.change.moved, found.change.new_days, found.change.ticks_shifted)
        assert size == least_by_trying(problem, booked), f"seed {seed}"


def test_repaired_plans_are_valid_and_the_lost_plans_were_not() -> None:
    repaired = 0
    for seed in SEEDS:
        case = booked_and_broken(seed)
        if case is None:
            continue
        booked, problem = case
        found = repair(problem, booked)
        assert violations(problem, booked)
        if found is not None:
            repaired += 1
            assert violations(problem, found.plan) == []
            assert found.lost <= {leg.item for leg in found.plan.legs if leg not in booked.legs}

    assert repaired > 20


def test_a_visit_that_lost_nothing_stays_as_it_is() -> None:
    for seed in range(40):
        problem = read_problem(random_instance(seed))
        booked = find_plans(problem, top=1).best
        if booked is not None:
            found = repair(problem, booked)

            assert found is not None
            assert (found.lost, found.change.moved) == (frozenset(), 0)
            assert set(found.plan.legs) == set(booked.legs)


def test_planning_anew_changes_more_than_a_repair() -> None:
    """Negative control: the best new plan is often not the one that changes least."""
    worse = 0
    for seed in SEEDS:
        case = booked_and_broken(seed)
        if case is None:
            continue
        booked, problem = case
        anew, found = find_plans(problem, top=1).best, repair(problem, booked)
        assert (anew is None) == (found is None)
        if anew is not None and found is not None:
            change = change_between(problem, booked, anew)
            assert found.change <= change
            worse += found.change < change

    assert worse > 3


def test_out_of_time_the_repair_is_valid_and_says_that_it_is_not_proven() -> None:
    cases = [case for seed in range(40) if (case := booked_and_broken(seed)) is not None]
    hurried = [repair(problem, booked, time_limit=0) for booked, problem in cases]
    patient = [repair(problem, booked) for booked, problem in cases]

    answered = 0
    for (_, problem), quick, slow in zip(cases, hurried, patient, strict=True):
        assert (quick is None) == (slow is None)
        if quick is not None and slow is not None:
            answered += 1
            assert violations(problem, quick.plan) == []
            assert (quick.is_proven, slow.is_proven) == (False, True)
            assert slow.change <= quick.change
    assert answered > 5
