"""The slowest correct planner: try everything, let the checker judge."""

from __future__ import annotations

from itertools import pairwise, product

from knotenpunkt.planner.check import objective_of, violations
from knotenpunkt.planner.model import Leg, Objective, Plan, Problem


def best_by_trying(problem: Problem) -> Objective | None:
    """Return the objective of the best valid plan, or None."""
    options = [_legs_of(problem, item) for item in range(len(problem.request.items))]
    best: Objective | None = None
    for legs in product(*options):
        if len({leg.day for leg in legs}) > problem.request.max_days or _overlap(legs):
            continue
        objective = objective_of(problem, legs)
        if best is not None and objective >= best:
            continue
        if not violations(problem, Plan(legs, objective)):
            best = objective
    return best


def _overlap(legs: tuple[Leg, ...]) -> bool:
    ordered = sorted(legs, key=lambda leg: (leg.day, leg.start))
    return any(a.day == b.day and b.start < a.end for a, b in pairwise(ordered))


def _legs_of(problem: Problem, item: int) -> list[Leg]:
    """Return for each day, site and start the cheapest leg that is valid by itself."""
    network = problem.network
    wanted = problem.request.items[item]
    duration = network.services[wanted.service].duration
    cheapest: dict[tuple[int, int, int], tuple[int, Leg]] = {}
    alone = _alone(problem, item)
    for day, d, start, talker in product(
        range(network.horizon_days),
        range(len(network.desks)),
        range(network.day_ticks - duration + 1),
        [None, *range(len(network.interpreters))],
    ):
        leg = Leg(
            item, wanted.service, d, network.desks[d].site, day, start, start + duration, talker
        )
        single = Leg(0, *[getattr(leg, key) for key in Leg.__slots__[1:]])
        objective = objective_of(alone, (single,))
        key = (day, leg.site, start)
        if key in cheapest and cheapest[key][0] <= objective.cost:
            continue
        if not violations(alone, Plan((single,), objective)):
            cheapest[key] = objective.cost, leg
    return [leg for _, leg in cheapest.values()]


def _alone(problem: Problem, item: int) -> Problem:
    from dataclasses import replace

    request = replace(
        problem.request, items=(problem.request.items[item],), precedence=(), any_first=()
    )
    return replace(problem, request=request)
