"""The planner's problem as a full CP-SAT model, written from the format alone.

It shares no code with the search: a reference for exactness and for speed. Booleans choose for
each need a free interval of a desk, a window of the person and, where nobody shares a language, a
free interval of an interpreter; an order with ways holds between the legs of a day. Breaks within
a day (`max_stretch`) are the one rule it does not know.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

from ortools.sat.python import cp_model

from knotenpunkt.planner import Problem
from knotenpunkt.planner.model import CLASS_RANK

SECONDS = 120.0


def best_objective(problem: Problem, seconds: float = SECONDS) -> list[int] | None:
    """Return [days, locations, last day, span, cost] of the optimum, or None when there is none.

    Raises `TimeoutError` without a proof.
    """
    return _Model(problem).solve(seconds)


class _Model:
    def __init__(self, problem: Problem) -> None:
        self.problem, self.network, self.request = problem, problem.network, problem.request
        self.model = cp_model.CpModel()
        self.items = range(len(self.request.items))
        self.days = range(self.network.horizon_days)
        ticks = self.network.day_ticks
        self.start = [self.model.new_int_var(0, ticks, "") for _ in self.items]
        self.on = [[self.model.new_bool_var("") for _ in self.days] for _ in self.items]
        self.at = [[self.model.new_bool_var("") for _ in self.network.sites] for _ in self.items]
        self.service = [self.network.services[item.service] for item in self.request.items]
        self.costs: list[Any] = []
        for k in self.items:
            self._legs_of(k)
        self._order()
        self._precedence()

    def _legs_of(self, k: int) -> None:
        """One desk, one window, and a language in common or an interpreter."""
        model, request = self.model, self.request
        item, service = request.items[k], self.service[k]
        by_day: dict[int, list[Any]] = {day: [] for day in self.days}
        by_site: dict[int, list[Any]] = {site: [] for site in range(len(self.network.sites))}
        interpreted, every = [], []
        for desk in self.network.desks:
            if item.service not in desk.services or (item.desks and desk.id not in item.desks):
                continue
            if request.allowed_sites is not None and desk.site not in request.allowed_sites:
                continue
            for day, free in desk.free.items():
                if not item.earliest_day <= day <= item.latest_day:
                    continue
                for low, high in free:
                    if high - service.duration - service.buffer < low:
                        continue
                    for cost, needs_help in self._talks(service, desk):
                        leg = model.new_bool_var("")
                        every.append(leg)
                        by_day[day].append(leg)
                        by_site[desk.site].append(leg)
                        interpreted += [leg] if needs_help else []
                        self._when(k, leg, low, high - service.buffer, desk, day)
                        outside = request.outside_centre_cost if desk.site else 0
                        self.costs.append((cost + desk.cost + outside) * leg)
        model.add_exactly_one(every)
        for day in self.days:
            model.add(sum(by_day[day]) == self.on[k][day])
        for site, legs in by_site.items():
            model.add(sum(legs) == self.at[k][site])
        self._windows(k)
        self._interpreters(k, interpreted)
        self._hours(k)

    def _talks(self, service: Any, desk: Any) -> list[tuple[int, bool]]:
        """Return (cost, whether an interpreter is needed) of each way to talk at this desk."""
        if service.interpreter_class == "none":
            return [(0, False)]
        spoken = [c for name, c in self.request.languages.items() if name in desk.languages]
        ways = [(min(spoken), False)] if spoken else []
        if "de" in desk.languages and self.request.allow_interpreter:
            ways.append((0, True))
        return ways

    def _when(self, k: int, leg: Any, low: int, high: int, desk: Any, day: int) -> None:
        start, last = self.start[k], high - self.service[k].duration
        if desk.starts is None:
            self.model.add_linear_constraint(start, low, last).only_enforce_if(leg)
            return
        fixed = [t for t in desk.starts.get(day, ()) if low <= t <= last]
        if fixed:
            domain = cp_model.Domain.from_values(fixed)
            self.model.add_linear_expression_in_domain(start, domain).only_enforce_if(leg)
        else:
            self.model.add(leg == 0)

    def _windows(self, k: int) -> None:
        for day in self.days:
            chosen = []
            for low, high in self.request.availability.get(day, ()):
                window = self.model.new_bool_var("")
                chosen.append(window)
                self.model.add_linear_constraint(
                    self.start[k], low, high - self.service[k].duration
                ).only_enforce_if(window)
            self.model.add(sum(chosen) == self.on[k][day])

    def _interpreters(self, k: int, interpreted: list[Any]) -> None:
        request, model, start = self.request, self.model, self.start[k]
        main = {name for name, cost in request.languages.items() if cost == 0}
        chosen: dict[int, list[Any]] = {day: [] for day in self.days}
        for one in self.network.interpreters:
            known = CLASS_RANK[one.interpreter_class]
            if not one.languages & main or known < CLASS_RANK[self.service[k].interpreter_class]:
                continue
            if request.interpreter_gender not in (None, one.gender):
                continue
            for day, free in one.free.items():
                for low, high, before, after in free if day >= one.first_day else ():
                    talk = model.new_bool_var("")
                    chosen[day].append(talk)
                    self.costs.append(request.price_of(one) * talk)
                    last = high - self.service[k].duration
                    if one.mode == "remote":
                        model.add_linear_constraint(start, low, last).only_enforce_if(talk)
                        continue
                    for site in range(len(self.network.sites)):
                        way = self.network.travel
                        there = way[before][site] if before not in (-1, site) else 0
                        away = way[site][after] if after not in (-1, site) else 0
                        model.add_linear_constraint(
                            start, low + there, last - away
                        ).only_enforce_if([talk, self.at[k][site]])
        model.add(sum(talk for talks in chosen.values() for talk in talks) == sum(interpreted))
        for day, talks in chosen.items():
            model.add(sum(talks) <= self.on[k][day])

    def _hours(self, k: int) -> None:
        request, start = self.request, self.start[k]
        for cost, bound, is_early in (
            (request.early_cost, request.early_before, True),
            (request.late_cost, request.late_after, False),
        ):
            if not cost or bound > self.network.day_ticks:
                continue
            hit = self.model.new_bool_var("")
            (inside, outside) = (start < bound, start >= bound) if is_early else (
                start >= bound, start < bound,
            )  # fmt: skip
            self.model.add(inside).only_enforce_if(hit)
            self.model.add(outside).only_enforce_if(hit.negated())
            self.costs.append(cost * hit)

    def _order(self) -> None:
        """Two legs of a day: one after the other, with the way between their sites."""
        model, travel, sites = self.model, self.network.travel, range(len(self.network.sites))
        for a, b in combinations(self.items, 2):
            first = model.new_bool_var("")
            longest = max((way for row in travel for way in row), default=0)
            there, back = model.new_int_var(0, longest, ""), model.new_int_var(0, longest, "")
            for s in sites:
                for r in sites:
                    here = [self.at[a][s], self.at[b][r]]
                    model.add(there == travel[s][r]).only_enforce_if(here)
                    model.add(back == travel[r][s]).only_enforce_if(here)
            for day in self.days:
                both = [self.on[a][day], self.on[b][day]]
                for one, other, way, sign in (
                    (a, b, there, first),
                    (b, a, back, first.negated()),
                ):
                    model.add(
                        self.start[other] >= self.start[one] + self.service[one].duration + way
                    ).only_enforce_if([*both, sign])

    def _precedence(self) -> None:
        for rule in self.request.precedence:
            self._rule(rule, [])
        for group in self.request.any_first:
            signs = [self.model.new_bool_var("") for _ in group.rules]
            self.model.add_bool_or(signs)
            for rule, sign in zip(group.rules, signs, strict=True):
                self._rule(rule, [sign])

    def _rule(self, rule: Any, when: list[Any]) -> None:
        before, after = self._day_of(rule.before), self._day_of(rule.after)
        self.model.add(after >= before + rule.min_lag_days).only_enforce_if(when)
        end = self.start[rule.before] + self.service[rule.before].duration
        for day in self.days:
            both = [self.on[rule.before][day], self.on[rule.after][day], *when]
            self.model.add(self.start[rule.after] >= end + rule.min_lag_ticks).only_enforce_if(both)

    def _day_of(self, k: int) -> Any:
        return sum(day * self.on[k][day] for day in self.days)

    def solve(self, seconds: float) -> list[int] | None:
        """Minimise days, locations, last day, span and cost in lexicographic weights."""
        model, request = self.model, self.request
        used, spans = [], []
        for day in self.days:
            is_used = model.new_bool_var("")
            model.add_max_equality(is_used, [self.on[k][day] for k in self.items])
            model.add(sum(self.on[k][day] for k in self.items) <= request.max_legs_per_day)
            low = model.new_int_var(0, self.network.day_ticks, "")
            high = model.new_int_var(0, self.network.day_ticks, "")
            for k in self.items:
                model.add(low <= self.start[k]).only_enforce_if(self.on[k][day])
                end = self.start[k] + self.service[k].duration
                model.add(high >= end).only_enforce_if(self.on[k][day])
            span = model.new_int_var(0, self.network.day_ticks, "")
            model.add(span == high - low)
            model.add(span <= request.max_day_span)
            used.append(is_used)
            spans.append(span)
        model.add(sum(used) <= request.max_days)
        last = model.new_int_var(0, self.network.horizon_days, "")
        for k in self.items:
            model.add(last >= self._day_of(k))
        visited: list[Any] = []
        if request.order == "fewest_locations":
            for site in range(len(self.network.sites)):
                visited.append(model.new_bool_var(""))
                model.add_max_equality(visited[-1], [self.at[k][site] for k in self.items])
        parts = [sum(used), sum(visited), last, sum(spans), sum(self.costs)]
        weights = (10**10, 10**8, 10**6, 10**3, 1)
        model.minimize(sum(weight * part for weight, part in zip(weights, parts, strict=True)))
        return self._answer(parts, seconds)

    def _answer(self, parts: list[Any], seconds: float) -> list[int] | None:
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds, solver.parameters.num_workers = seconds, 2
        status = solver.solve(self.model)
        if status == cp_model.INFEASIBLE:
            return None
        if status != cp_model.OPTIMAL:
            raise TimeoutError(solver.status_name(status))
        return [int(solver.value(part)) for part in parts]
