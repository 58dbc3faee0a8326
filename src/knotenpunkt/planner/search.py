"""The exact search: the best plans with distinct sets of days, or the proof that none exists."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from knotenpunkt.planner.asked import NO_BUDGET, asked_arrays
from knotenpunkt.planner.check import objective_of
from knotenpunkt.planner.kernels import found as at
from knotenpunkt.planner.kernels.run import run
from knotenpunkt.planner.model import Leg, Objective, Plan, Problem, Request, Solution
from knotenpunkt.planner.prepared import PreparedNetwork

FIRST_STEPS = 300_000  # before the clock is looked at: some milliseconds
STEPS_AT_LEAST = 1000


def find_plans(
    problem: Problem,
    *,
    top: int = 5,
    time_limit: float | None = None,
    prepared: PreparedNetwork | None = None,
    pinned: Sequence[Leg] = (),
) -> Solution:
    """Return the `top` best plans with distinct sets of days; the first is the proven optimum.

    Parameters
    ----------
    problem
        One request against one network.
    top
        How many plans at most, best first. Each is the best on its days.
    time_limit
        Seconds. When it strikes, status is "time_limit", `plans` are the best found so far, and
        `bound` is an objective that no plan beats.
    prepared
        Arrays of `problem.network`, to be shared by many searches.
    pinned
        Legs of a booked visit whose day, site and start stay.
    """
    prepared = prepared or PreparedNetwork(problem.network)
    solutions = [
        _solve_one(replace_request(problem, **change), top, time_limit, prepared, pinned)
        for change in _choices(problem.request)
    ]
    return solutions[0] if len(solutions) == 1 else _joined(solutions, top)


def what_holds(problem: Problem, prepared: PreparedNetwork) -> list[bool]:
    """Return for every set of items, as a bit set, whether a visit can meet it at all.

    With less than all items, rules that name one left out do not count.
    """
    held = []
    for change in _choices(problem.request):
        asked = asked_arrays(replace_request(problem, **change), prepared, top=0)
        held.append(run(prepared.index, asked, problem.network.day_ticks)[-1])
    with_any: list[bool] = np.logical_or.reduce(held).tolist()
    return with_any


def _choices(request: Request) -> Iterator[dict[str, Any]]:
    """Yield the request once for each choice of who comes first where any one suffices."""
    if not request.any_first:
        yield {}
        return
    for chosen in product(*(group.rules for group in request.any_first)):
        yield {"precedence": (*request.precedence, *chosen), "any_first": ()}


def _joined(solutions: list[Solution], top: int) -> Solution:
    best: dict[tuple[int, ...], Plan] = {}
    for plan in (plan for solution in solutions for plan in solution.plans):
        if plan.days not in best or plan.objective < best[plan.days].objective:
            best[plan.days] = plan
    plans = sorted(best.values(), key=lambda plan: (plan.objective, plan.days))[:top]
    if any(solution.status == "time_limit" for solution in solutions):
        bound = min((s.bound for s in solutions if s.bound is not None), default=None)
        return Solution("time_limit", tuple(plans), bound=bound)
    return Solution("optimal" if plans else "infeasible", tuple(plans))


def _solve_one(
    problem: Problem,
    top: int,
    time_limit: float | None,
    prepared: PreparedNetwork,
    pinned: Sequence[Leg],
) -> Solution:
    began, budget = time.monotonic(), NO_BUDGET if time_limit is None else FIRST_STEPS
    asked = asked_arrays(problem, prepared, top=top, budget=budget, pinned=pinned)
    ticks = problem.network.day_ticks
    _, legs, meta, *_ = run(prepared.index, asked, ticks)
    while meta[at.PAUSED] and time_limit is not None:
        spent = time.monotonic() - began
        steps = int(budget * (time_limit - spent) / max(spent, 1e-9))
        if steps <= max(STEPS_AT_LEAST, budget // 4):
            break
        began, budget, time_limit = time.monotonic(), steps, time_limit - spent
        asked = asked_arrays(problem, prepared, top=top, budget=budget, pinned=pinned)
        _, legs, meta, *_ = run(prepared.index, asked, ticks)
    plans = tuple(_plan(problem, rows) for rows in legs.tolist())
    if meta[at.PAUSED]:
        return Solution("time_limit", plans, bound=_bound(problem, plans, meta.tolist()))
    return Solution("optimal" if plans else "infeasible", plans)


def _bound(problem: Problem, plans: Iterable[Plan], meta: list[int]) -> Objective:
    """Return an objective that no plan beats: what the search had left behind when it stopped."""
    is_by_day = problem.request.order == "standard"
    last_day = meta[at.AT_DAY] if is_by_day else 0
    proven = Objective(meta[at.AT_DAYS], meta[at.AT_LOCATIONS], last_day, 0, 0)
    return min([plan.objective for plan in plans if plan.objective < proven], default=proven)


def _plan(problem: Problem, rows: list[list[int]]) -> Plan:
    items = problem.request.items
    legs = tuple(
        Leg(
            item=item,
            service=items[item].service,
            desk=desk,
            site=site,
            day=day,
            start=start,
            end=end,
            interpreter=None if talker < 0 else talker,
        )
        for day, item, site, start, end, desk, talker in rows
    )
    return Plan(legs, objective_of(problem, legs))


def replace_request(problem: Problem, **changes: Any) -> Problem:
    """Return the problem with some wishes of its request changed."""
    if not changes:
        return problem
    return replace(problem, request=replace(problem.request, **changes))
