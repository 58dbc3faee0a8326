"""The exact search: the best plans with distinct sets of days, or the proof that none exists."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np

from knotenpunkt.planner.check import objective_of
from knotenpunkt.planner.days import Day, DayOrder, Rules, Stop
from knotenpunkt.planner.kernels import INF, first_days
from knotenpunkt.planner.model import CLASS_RANK, Leg, Plan, Problem, Solution
from knotenpunkt.planner.prepared import Folded, PreparedNetwork


class TimeIsUp(Exception):
    """The time limit struck before the proof was complete."""


class Search:
    """One search. Single days come before pairs, earlier last days before later ones."""

    def __init__(
        self, problem: Problem, prepared: PreparedNetwork | None, deadline: float | None
    ) -> None:
        self.problem, self.request = problem, problem.request
        self.folded = Folded(problem, prepared)
        self.rules = Rules(self.request)
        self.whole = (1 << len(self.request.items)) - 1
        self.days = [Day(self.folded, self.rules, d) for d in range(problem.network.horizon_days)]
        splits = np.array(list(self._splits()), np.int64).reshape(-1, 2)
        self.subsets, self.gaps = splits[:, 0].copy(), splits[:, 1].copy()
        self.offers = self.folded.offers()
        self.feasible = np.zeros((len(self.days), self.whole + 1), np.bool_)
        self.deadline = deadline

    def plans(self) -> Iterator[Plan]:
        """Yield plans with distinct sets of days, in the order of the objective."""
        yield from self.plans_of_one_day()
        if self.request.max_days >= 2:
            yield from self.plans_of_two_days()

    def plans_of_one_day(self) -> Iterator[Plan]:
        for day in self.days:
            self.look_at_the_clock()
            order = day.exact(self.whole) if self._may_hold_all(day) else None
            if order is not None:
                yield self._plan([(day, order)])

    def plans_of_two_days(self) -> Iterator[Plan]:
        for second, day in enumerate(self.days):
            self.look_at_the_clock()
            if not self.offers[:, second].any():
                continue
            self.feasible[second] = day.feasible
            fits = first_days(self.feasible, second, self.subsets, self.gaps, self.whole)
            found = [
                plan
                for first in np.flatnonzero(fits)
                if (plan := self._best_of(self.days[first], self.days[second])) is not None
            ]
            yield from sorted(found, key=lambda plan: (plan.objective, plan.days))

    def look_at_the_clock(self) -> None:
        """Raise `TimeIsUp` once the deadline has passed."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise TimeIsUp

    def _may_hold_all(self, day: Day) -> bool:
        fits = len(self.request.items) <= self.request.max_legs_per_day
        if not fits or self.rules.forbidden[self.whole] or not self.offers[:, day.day].all():
            return False
        return bool(day.feasible[self.whole])

    def _splits(self) -> Iterator[tuple[int, int]]:
        """Yield (subset of the first day, least days between) for all splits precedence allows."""
        for subset in range(1, self.whole):
            gap = 0
            for rule in self.request.precedence:
                is_first = bool(subset >> rule.before & 1), bool(subset >> rule.after & 1)
                if is_first == (False, True):
                    break
                if is_first == (True, False):
                    gap = max(gap, rule.min_lag_days)
                elif rule.min_lag_days:
                    break
            else:
                yield subset, gap

    def _best_of(self, first: Day, second: Day) -> Plan | None:
        """Return the best plan on exactly these two days: cheapest bounds first, then the truth."""
        is_candidate = (
            (self.gaps <= second.day - first.day)
            & self.feasible[first.day, self.subsets]
            & self.feasible[second.day, self.whole ^ self.subsets]
        )
        best: tuple[int, int, int] | None = None
        pending = sorted(
            bound
            for subset in self.subsets[is_candidate].tolist()
            if (bound := self._bound(first, second, subset))
        )
        for bound in pending:
            if best is not None and bound[:2] >= best[:2]:
                break
            subset = bound[2]
            if first.exact(subset) and second.exact(self.whole ^ subset):
                exact = self._bound(first, second, subset)
                if exact is not None and (best is None or exact < best):
                    best = exact
        if best is None:
            return None
        parts = [(first, first.order(best[2])), (second, second.order(self.whole ^ best[2]))]
        return self._plan([(day, order) for day, order in parts if order is not None])

    def _bound(self, first: Day, second: Day, subset: int) -> tuple[int, int, int] | None:
        one, other = first.order(subset), second.order(self.whole ^ subset)
        if one is None or other is None:
            return None
        return one.span + other.span, one.cost + other.cost, subset

    def _plan(self, parts: list[tuple[Day, DayOrder]]) -> Plan:
        legs = tuple(self.leg_at(day.day, stop) for day, order in parts for stop in order.stops)
        return Plan(legs, objective_of(self.problem, legs))

    def leg_at(self, day: int, stop: Stop) -> Leg:
        """Choose desk and interpreter for a stop: the cheapest, and of equals the first."""
        item, network = self.request.items[stop.item], self.problem.network
        service = network.services[item.service]
        choices = []
        for d in range(len(network.desks)):
            if not self.folded.serves[d, stop.item] or not self._is_free(
                d, day, stop, service.buffer
            ):
                continue
            own = 0 if service.interpreter_class == "none" else int(self.folded.desk_language[d])
            price = network.desks[d].cost
            if own < INF:
                choices.append((own + price, d, -1))
            if CLASS_RANK[service.interpreter_class] and self.folded.prepared.desk_german[d]:
                choices += [(c + price, d, i) for c, i in self._interpreters(day, stop)]
        _, desk, interpreter = min(choices)
        return Leg(
            item=stop.item,
            service=item.service,
            desk=desk,
            site=stop.site,
            day=day,
            start=stop.start,
            end=stop.end,
            interpreter=None if interpreter < 0 else interpreter,
        )

    def _is_free(self, d: int, day: int, stop: Stop, buffer: int) -> bool:
        desk = self.problem.network.desks[d]
        if desk.site != stop.site:
            return False
        if desk.starts is not None and stop.start not in desk.starts.get(day, ()):
            return False
        return any(a <= stop.start and stop.end + buffer <= b for a, b in desk.free.get(day, ()))

    def _interpreters(self, day: int, stop: Stop) -> Iterator[tuple[int, int]]:
        travel = self.problem.network.travel
        for i, interpreter in enumerate(self.problem.network.interpreters):
            if not self.folded.talker_serves[i, stop.item] or day < interpreter.first_day:
                continue
            for low, high, before, after in interpreter.free.get(day, ()):
                start, end = stop.start, stop.end
                if interpreter.mode == "onsite":
                    start -= travel[before][stop.site] if before not in (-1, stop.site) else 0
                    end += travel[stop.site][after] if after not in (-1, stop.site) else 0
                if low <= start and end <= high:
                    yield int(self.folded.talker_cost[i]), i
                    break


def find_plans(
    problem: Problem,
    *,
    top: int = 5,
    time_limit: float | None = None,
    prepared: PreparedNetwork | None = None,
) -> Solution:
    """Return the `top` best plans with distinct sets of days; `time_limit` in seconds.

    The first plan is the proven optimum. When the time limit strikes, the plans found so far are
    the best of their kind, and `bound` says how many days any plan needs at least.
    """
    deadline = time.monotonic() + time_limit if time_limit is not None else None
    plans: list[Plan] = []
    try:
        for plan in _ordered(problem, prepared, deadline):
            plans.append(plan)
            if len(plans) == top:
                break
    except TimeIsUp:
        return Solution("time_limit", tuple(plans), bound=1)
    return Solution("optimal" if plans else "infeasible", tuple(plans))


def _ordered(
    problem: Problem, prepared: PreparedNetwork | None, deadline: float | None
) -> Iterator[Plan]:
    if problem.request.order == "standard":
        yield from Search(problem, prepared, deadline).plans()
        return
    prepared = prepared or PreparedNetwork(problem.network)
    seen: set[tuple[int, ...]] = set()
    for max_days in range(1, problem.request.max_days + 1):
        for plans in _by_locations(problem, prepared, deadline, max_days):
            for plan in plans:
                if plan.days not in seen:
                    seen.add(plan.days)
                    yield plan


def _by_locations(
    problem: Problem, prepared: PreparedNetwork, deadline: float | None, days: int
) -> Iterator[list[Plan]]:
    """Yield the plans on exactly `days` days, fewest locations first."""
    request, sites = problem.request, range(len(problem.network.sites))
    offered = _sites_of_items(problem)
    most = min(len(request.items), len(sites))
    whole = Search(
        replace_request(problem, allowed_sites=request.allowed_sites), prepared, deadline
    )
    plans = whole.plans_of_one_day() if days == 1 else whole.plans_of_two_days()
    if next(plans, None) is None:
        return
    for count in range(1, most + 1):
        found: list[Plan] = []
        for chosen in combinations(sites, count):
            allowed = frozenset(chosen)
            if request.allowed_sites is not None and not allowed <= request.allowed_sites:
                continue
            if not all(allowed & places for places in offered):
                continue
            search = Search(replace_request(problem, allowed_sites=allowed), prepared, deadline)
            plans = search.plans_of_one_day() if days == 1 else search.plans_of_two_days()
            found += [
                plan for plan in _first(plans, 8) if len({leg.site for leg in plan.legs}) == count
            ]
        yield sorted(found, key=lambda plan: (plan.objective, plan.days))


def _first(plans: Iterator[Plan], count: int) -> Iterator[Plan]:
    for _, plan in zip(range(count), plans, strict=False):
        yield plan


def _sites_of_items(problem: Problem) -> list[frozenset[int]]:
    return [
        frozenset(desk.site for desk in problem.network.desks if item.service in desk.services)
        for item in problem.request.items
    ]


def replace_request(problem: Problem, **changes: object) -> Problem:
    """Return the problem with some wishes of its request changed."""
    return replace(problem, request=replace(problem.request, **changes))  # type: ignore[arg-type]
