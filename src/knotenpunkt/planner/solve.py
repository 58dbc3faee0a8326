"""The front door: plans if there are any, and if not, why not."""

from __future__ import annotations

from dataclasses import replace

from knotenpunkt.planner.model import Problem, Solution
from knotenpunkt.planner.prepared import PreparedNetwork
from knotenpunkt.planner.refusal import explain
from knotenpunkt.planner.search import find_plans


def solve(
    problem: Problem,
    *,
    top: int = 5,
    time_limit: float | None = None,
    prepared: PreparedNetwork | None = None,
    why: bool = True,
) -> Solution:
    """Return the `top` best plans with distinct sets of days, or a refusal that explains itself.

    Parameters
    ----------
    problem
        One request against one network (ticks of `tick_minutes`, days from 0).
    top
        How many plans at most; the first is the proven optimum of `Objective`.
    time_limit
        Seconds after which the best so far is returned with status "time_limit".
    prepared
        Arrays of `problem.network`, to be shared by many searches.
    why
        Whether a refusal is explained; this costs a search for each wish.
    """
    prepared = prepared or PreparedNetwork(problem.network)
    solution = find_plans(problem, top=top, time_limit=time_limit, prepared=prepared)
    if why and solution.status == "infeasible":
        return replace(solution, refusal=explain(problem, prepared))
    return solution
