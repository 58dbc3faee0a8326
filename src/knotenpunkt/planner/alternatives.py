"""A short list of plans that differ in a way a person cares about, each the best of its kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from knotenpunkt.planner.model import Plan, Problem, Request
from knotenpunkt.planner.prepared import PreparedNetwork
from knotenpunkt.planner.search import find_plans

LATER_START = 36  # ticks: three hours after the origin of the day
SHORTER = 2 / 3  # of the longest day of the best plan


@dataclass(frozen=True)
class Alternative:
    """A plan and what makes it different: a stable word that pages turn into a sentence."""

    kind: str
    plan: Plan


def alternatives(
    problem: Problem,
    plans: tuple[Plan, ...],
    prepared: PreparedNetwork,
    *,
    most: int = 5,
    time_limit: float | None = None,
) -> list[Alternative]:
    """Return the best plan and up to `most` - 1 others; `plans` are what `solve` found.

    A kind whose best is not proven within `time_limit` seconds is left out.
    """
    found = [Alternative("best", plans[0])]
    for kind, plan in _candidates(problem, plans, prepared, time_limit):
        if all(_differs(plan, other.plan) for other in found):
            found.append(Alternative(kind, plan))
        if len(found) == most:
            break
    return found


def _candidates(
    problem: Problem, plans: tuple[Plan, ...], prepared: PreparedNetwork, limit: float | None
) -> Iterator[tuple[str, Plan]]:
    best = plans[0]
    for kind, request in _other_wishes(problem, best):
        wished = replace(problem, request=request)
        found = find_plans(wished, top=1, time_limit=limit, prepared=prepared)
        if found.status == "optimal" and found.best is not None:
            yield kind, found.best
    for plan in plans[1:]:
        yield "another_day", plan


def _other_wishes(problem: Problem, best: Plan) -> Iterator[tuple[str, Request]]:
    request = problem.request
    longest = max(_span(best, day) for day in best.days)
    shorter = max(int(longest * SHORTER), 1)
    yield "shorter_days", replace(request, max_day_span=min(shorter, request.max_day_span))
    if request.order == "standard" and len({leg.site for leg in best.legs}) > 1:
        yield "fewer_locations", replace(request, order="fewest_locations")
    if any(leg.interpreter is not None for leg in best.legs):
        yield "own_language", replace(request, allow_interpreter=False)
    if min(leg.start for leg in best.legs) < LATER_START:
        later = {
            day: tuple((max(a, LATER_START), b) for a, b in windows if b > LATER_START)
            for day, windows in request.availability.items()
        }
        yield "later_start", replace(request, availability=later)


def _span(plan: Plan, day: int) -> int:
    legs = [leg for leg in plan.legs if leg.day == day]
    return max(leg.end for leg in legs) - min(leg.start for leg in legs)


def _differs(plan: Plan, other: Plan) -> bool:
    """Two plans are the same to a person when days and desks and times are."""
    return {(it.item, it.day, it.start, it.desk) for it in plan.legs} != {
        (it.item, it.day, it.start, it.desk) for it in other.legs
    }
