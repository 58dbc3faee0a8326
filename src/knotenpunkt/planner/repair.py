"""The gentle repair of a visit: when appointments are lost, the plan that changes least.

Which appointments stay is decided first, fewest moved before more. Whether the others fit around
those that stay is asked of the exact search, with the kept ones pinned in its cost tables; only
where they do is the least shift searched, by branch and bound from that answer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from knotenpunkt.planner.check import leg_violations, objective_of, violations
from knotenpunkt.planner.kernels.layout import INF
from knotenpunkt.planner.legs import leg_at, leg_costs
from knotenpunkt.planner.model import Leg, Objective, Plan, Problem
from knotenpunkt.planner.prepared import PreparedNetwork
from knotenpunkt.planner.search import find_plans

MINUTES_OF_A_DAY = 24 * 60


class TimeIsUp(Exception):
    """The time limit struck before the proof was complete."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One leg of a day before it has a desk: item, site, start and end tick."""

    item: int
    site: int
    start: int
    end: int


Place = tuple[int, Stop]  # the day, and where and when on it


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """How far a plan is from the booked one, compared in this order.

    `moved` counts legs that are not exactly as before, `new_days` days she did not have to come
    on, `ticks_shifted` sums how far starts moved (a day is 24 hours).
    """

    moved: int
    new_days: int
    ticks_shifted: int
    objective: Objective


@dataclass(frozen=True, slots=True)
class Repair:
    """The repaired plan, what it changes, and the items whose legs were lost.

    `is_proven` is False when the time limit struck: then a smaller change may exist.
    """

    plan: Plan
    change: Change
    lost: frozenset[int]
    is_proven: bool = True


def change_between(problem: Problem, booked: Plan, plan: Plan) -> Change:
    """Return how far `plan` is from `booked`, computed from the legs alone."""
    old = {leg.item: leg for leg in booked.legs}
    day_ticks = MINUTES_OF_A_DAY // problem.network.tick_minutes
    return Change(
        moved=sum(leg != old[leg.item] for leg in plan.legs),
        new_days=len(set(plan.days) - set(booked.days)),
        ticks_shifted=sum(
            abs((leg.day - old[leg.item].day) * day_ticks + leg.start - old[leg.item].start)
            for leg in plan.legs
        ),
        objective=plan.objective,
    )


def repair(
    problem: Problem,
    booked: Plan,
    *,
    prepared: PreparedNetwork | None = None,
    time_limit: float | None = None,
) -> Repair | None:
    """Return the valid plan that changes least (see `Change`), or None when none is valid.

    Parameters
    ----------
    problem
        The request against the network as it is now: what was lost is not free any more, the
        other times of this visit count as free.
    booked
        The visit as it was; one leg for each item.
    prepared
        Arrays of `problem.network`.
    time_limit
        Seconds after which the least change found so far is returned, not proven.
    """
    deadline = time.monotonic() + time_limit if time_limit is not None else None
    prepared = prepared or PreparedNetwork(problem.network)
    lost = frozenset(leg.item for leg in booked.legs if leg_violations(problem, leg))
    anew = find_plans(problem, top=1, prepared=prepared).best
    if anew is None:
        return None
    found, is_proven = [anew], True
    try:
        for plan in _least_moved(problem, booked, lost, prepared, deadline):
            found.append(plan)
    except TimeIsUp:
        is_proven = False
    plan = min(found, key=lambda plan: change_between(problem, booked, plan))
    return Repair(plan, change_between(problem, booked, plan), lost, is_proven)


def _least_moved(
    problem: Problem,
    booked: Plan,
    lost: frozenset[int],
    prepared: PreparedNetwork,
    deadline: float | None,
) -> Iterator[Plan]:
    """Yield the best plan of each smallest set of moving legs that has one."""
    others = [leg.item for leg in booked.legs if leg.item not in lost]
    for count in range(len(others) + 1):
        has_plan = False
        for more in combinations(others, count):
            mending = _Mending(problem, booked, lost | set(more), prepared, deadline)
            for plan in mending.improvements():
                has_plan = True
                yield plan
        if has_plan:
            return


class _Mending:
    """One choice of legs that move; all others are pinned."""

    def __init__(
        self,
        problem: Problem,
        booked: Plan,
        moving: frozenset[int],
        prepared: PreparedNetwork,
        deadline: float | None,
    ) -> None:
        self.problem, self.booked, self.moving = problem, booked, moving
        self.old = {leg.item: leg for leg in booked.legs}
        self.kept = tuple(leg for leg in booked.legs if leg.item not in moving)
        self.prepared, self.deadline = prepared, deadline
        self.costs = leg_costs(problem, prepared, pinned=self.kept)
        self.best_plan: Plan | None = None
        self.best_change: Change | None = None

    def improvements(self) -> list[Plan]:
        """Return the least change that moves only these legs, if there is any.

        Raises `TimeIsUp`.
        """
        self._look_at_the_clock()
        first = find_plans(self.problem, top=1, prepared=self.prepared, pinned=self.kept).best
        if first is None:
            return []
        self._offer([leg for leg in first.legs if leg.item in self.moving])
        places = sorted((self._places(item) for item in self.moving), key=len)
        least = [min((self._shift(place) for place in options), default=0) for options in places]
        self._place([], places, least)
        return [] if self.best_plan is None else [self.best_plan]

    def _look_at_the_clock(self) -> None:
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise TimeIsUp

    def _places(self, item: int) -> list[Place]:
        """Return where and when the item can be, known days first and small shifts before large."""
        days = {leg.day for leg in self.kept}
        is_full = len(days) == self.problem.request.max_days
        request, network = self.problem.request, self.problem.network
        duration = network.services[request.items[item].service].duration
        found = []
        for day, site, start in np.argwhere(self.costs[:, item] < INF).tolist():
            if is_full and day not in days:
                continue
            place = (day, Stop(item, site, start, start + duration))
            if all(self._go_together(place, _place_of(leg)) for leg in self.kept):
                found.append(place)
        known = set(self.booked.days)
        return sorted(found, key=lambda p: (p[0] not in known, self._shift(p), p[0], p[1].site))

    def _leg_at(self, day: int, stop: Stop) -> Leg:
        return leg_at(self.problem, stop.item, day, stop.site, stop.start)

    def _shift(self, place: Place) -> int:
        old, (day, stop) = self.old[place[1].item], place
        day_ticks = MINUTES_OF_A_DAY // self.problem.network.tick_minutes
        return abs((day - old.day) * day_ticks + stop.start - old.start)

    def _go_together(self, one: Place, other: Place) -> bool:
        """Return whether way and order of two legs hold (necessary; the checker decides)."""
        (first_day, first), (second_day, second) = sorted(
            (one, other), key=lambda place: (place[0], place[1].start)
        )
        is_same_day = first_day == second_day
        way = self.problem.network.travel[first.site][second.site]
        if is_same_day and second.start < first.end + way:
            return False
        for rule in self.problem.request.precedence:
            pair = (rule.before, rule.after)
            if pair == (second.item, first.item):
                return False
            if pair == (first.item, second.item):
                if second_day < first_day + rule.min_lag_days:
                    return False
                if is_same_day and second.start < first.end + rule.min_lag_ticks:
                    return False
        return True

    def _place(self, chosen: list[Place], places: list[list[Place]], least: list[int]) -> None:
        depth = len(chosen)
        if depth == len(places):
            self._offer([self._leg_at(day, stop) for day, stop in chosen])
            return
        self._look_at_the_clock()
        for place in places[depth]:
            if self._may_be_best([*chosen, place], sum(least[depth + 1 :])) and all(
                self._go_together(place, other) for other in chosen
            ):
                self._place([*chosen, place], places, least)

    def _may_be_best(self, chosen: list[Place], shift_to_come: int) -> bool:
        days = {leg.day for leg in self.kept} | {day for day, _ in chosen}
        if len(days) > self.problem.request.max_days:
            return False
        if self.best_change is None:
            return True
        shift = sum(self._shift(place) for place in chosen) + shift_to_come
        bound = len(days - set(self.booked.days)), shift
        return bound <= (self.best_change.new_days, self.best_change.ticks_shifted)

    def _offer(self, moved: list[Leg]) -> None:
        legs = tuple(sorted((*self.kept, *moved), key=lambda leg: (leg.day, leg.start)))
        plan = Plan(legs, objective_of(self.problem, legs))
        if violations(self.problem, plan):
            return
        change = change_between(self.problem, self.booked, plan)
        if self.best_change is None or change < self.best_change:
            self.best_plan, self.best_change = plan, change


def _place_of(leg: Leg) -> Place:
    return leg.day, Stop(leg.item, leg.site, leg.start, leg.end)
