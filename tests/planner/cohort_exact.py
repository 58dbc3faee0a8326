"""The best answer for a small cohort by CP-SAT: every leg a variable, every rule a constraint."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, product
from typing import Any

from ortools.sat.python import cp_model

from knotenpunkt.planner import Leg, Plan, Problem
from knotenpunkt.planner.check import leg_violations, objective_of
from knotenpunkt.planner.cohort import Cohort, Member

SERVED, DAY, WAIT = 100_000, 100, 1  # `Worth.score` in whole numbers


def legs_of(cohort: Cohort, member: Member) -> list[Leg]:
    """Return every leg this member could have."""
    network, found = cohort.network, []
    problem = Problem(network, member.request)
    for item, wish in enumerate(member.request.items):
        length = network.services[wish.service].duration
        for d, desk in enumerate(network.desks):
            if wish.service not in desk.services:
                continue
            starts = [
                (day, start)
                for day, free in desk.free.items()
                for low, high in free
                for start in range(low, high - length + 1)
            ]
            talkers = [None, *range(len(network.interpreters))]
            for (day, start), talker in product(starts, talkers):
                leg = Leg(item, wish.service, d, desk.site, day, start, start + length, talker)
                if not leg_violations(problem, leg):
                    found.append(leg)
    return found


def fit(cohort: Cohort, member: Member, one: Leg, other: Leg) -> bool:
    """Return whether one visit may hold both legs, of different needs."""
    first, second = sorted((one, other), key=lambda leg: (leg.day, leg.start))
    for rule in member.request.precedence:
        if (rule.before, rule.after) == (second.item, first.item):
            return False
        if (rule.before, rule.after) == (first.item, second.item):
            if second.day - first.day < rule.min_lag_days:
                return False
            if first.day == second.day and second.start - first.end < rule.min_lag_ticks:
                return False
    if first.day != second.day:
        return True
    way = cohort.network.travel[first.site][second.site]
    is_short = second.end - first.start <= member.request.max_day_span
    return is_short and second.start >= first.end + way


class Exact:
    """The model; `best()` returns the score of the best answer and its plans."""

    def __init__(self, cohort: Cohort) -> None:
        self.cohort, self.model = cohort, cp_model.CpModel()
        self.legs = [legs_of(cohort, member) for member in cohort.members]
        self.taken = [[self.model.new_bool_var("") for _ in legs] for legs in self.legs]
        self.worth: list[Any] = [self._visit(m) for m in range(len(cohort.members))]
        self._share_desks()
        self._share_interpreters()

    def _visit(self, m: int) -> Any:
        member, legs, taken = self.cohort.members[m], self.legs[m], self.taken[m]
        served = self.model.new_bool_var("")
        for item in range(len(member.request.items)):
            of_item = [var for leg, var in zip(legs, taken, strict=True) if leg.item == item]
            self.model.add(sum(of_item) == served)
        for one, other in combinations(range(len(legs)), 2):
            is_other = legs[one].item != legs[other].item
            if is_other and not fit(self.cohort, member, legs[one], legs[other]):
                self.model.add_at_most_one(taken[one], taken[other])
        last = self.model.new_int_var(0, self.cohort.network.horizon_days, "")
        days = {leg.day: self.model.new_bool_var("") for leg in legs}
        for leg, var in zip(legs, taken, strict=True):
            self.model.add_implication(var, days[leg.day])
            self.model.add(last >= leg.day * var)
        self.model.add(sum(days.values()) <= member.request.max_days)
        return (SERVED + DAY) * served - DAY * sum(days.values()) - WAIT * last

    def _share_desks(self) -> None:
        at: dict[Any, list[Any]] = defaultdict(list)
        for legs, taken in zip(self.legs, self.taken, strict=True):
            for leg, var in zip(legs, taken, strict=True):
                end = leg.end + self.cohort.network.services[leg.service].buffer
                for tick in range(leg.start, end):
                    at[leg.desk, leg.day, tick].append(var)
        for variables in at.values():
            self.model.add_at_most_one(variables)

    def _share_interpreters(self) -> None:
        talks: dict[Any, dict[Any, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for legs, taken in zip(self.legs, self.taken, strict=True):
            for leg, var in zip(legs, taken, strict=True):
                if leg.interpreter is not None:
                    key = leg.start, leg.end, leg.site
                    talks[leg.interpreter, leg.day][key].append(var)
        for (interpreter, _day), slots in talks.items():
            is_remote = self.cohort.network.interpreters[interpreter].mode == "remote"
            held = {}
            for slot, variables in slots.items():
                held[slot] = self.model.new_bool_var("")
                self.model.add(sum(variables) == held[slot])
            for one, other in combinations(sorted(held), 2):
                is_same = is_remote or one[2] == other[2]
                way = 0 if is_same else self.cohort.network.travel[one[2]][other[2]]
                if other[0] < one[1] + way:
                    self.model.add_at_most_one(held[one], held[other])

    def best(self) -> tuple[float, list[Plan | None]]:
        self.model.maximize(sum(self.worth))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(self.model) == cp_model.OPTIMAL
        return solver.objective_value / SERVED, [
            self._plan(solver, m) for m in range(len(self.legs))
        ]

    def _plan(self, solver: Any, m: int) -> Plan | None:
        pairs = zip(self.legs[m], self.taken[m], strict=True)
        legs = [leg for leg, var in pairs if solver.value(var)]
        ordered = tuple(sorted(legs, key=lambda leg: (leg.day, leg.start)))
        problem = Problem(self.cohort.network, self.cohort.members[m].request)
        return Plan(ordered, objective_of(problem, ordered)) if ordered else None
