"""The exact search: the best plans with distinct sets of days, or the proof that none exists."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

import numpy as np

from knotenpunkt.planner.asked import asked_arrays, in_each_order, with_budget
from knotenpunkt.planner.check import objective_of
from knotenpunkt.planner.kernels import found as at
from knotenpunkt.planner.kernels.layout import Asked
from knotenpunkt.planner.kernels.run import run
from knotenpunkt.planner.model import Leg, Objective, Plan, Problem, Solution
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
    asked = asked_arrays(problem, prepared, top=top, pinned=pinned)
    solutions = [
        _solve_one(problem, each, time_limit, prepared)
        for each in in_each_order(asked, problem.request)
    ]
    return solutions[0] if len(solutions) == 1 else _joined(solutions, top)


def what_holds(problem: Problem, prepared: PreparedNetwork) -> list[bool]:
    """Return for every set of items, as a bit set, whether a visit can meet it at all.

    With less than all items, rules that name one left out do not count.
    """
    asked, ticks = asked_arrays(problem, prepared, top=0), problem.network.day_ticks
    held = [run(prepared.index, each, ticks)[-1] for each in in_each_order(asked, problem.request)]
    with_any: list[bool] = np.logical_or.reduce(held).tolist()
    return with_any


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
    asked: Asked,
    time_limit: float | None,
    prepared: PreparedNetwork,
) -> Solution:
    began, budget = time.monotonic(), FIRST_STEPS
    ticks = problem.network.day_ticks
    limited = asked if time_limit is None else with_budget(asked, budget)
    _, legs, meta, *_ = run(prepared.index, limited, ticks)
    while meta[at.PAUSED] and time_limit is not None:
        spent = time.monotonic() - began
        steps = int(budget * (time_limit - spent) / max(spent, 1e-9))
        if steps <= max(STEPS_AT_LEAST, budget // 4):
            break
        began, budget, time_limit = time.monotonic(), steps, time_limit - spent
        _, legs, meta, *_ = run(prepared.index, with_budget(asked, budget), ticks)
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
