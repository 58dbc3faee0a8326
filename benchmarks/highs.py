"""The planner's problem as a mixed-integer model for HiGHS, which comes with OR-Tools.

One Boolean for each possible leg (need, day, site, start) with its least cost, folded by the planner
as the model's input; big-M order with ways between the legs of a day. Breaks, lags in ticks and
fewest locations are not modelled; the generated instances have none.
"""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import numpy as np
from ortools.linear_solver import pywraplp

from knotenpunkt.planner import Problem
from knotenpunkt.planner.kernels.layout import INF
from knotenpunkt.planner.legs import leg_costs

SECONDS = 60
OPTIMAL, INFEASIBLE = pywraplp.Solver.OPTIMAL, pywraplp.Solver.INFEASIBLE


def best_objective(problem: Problem, seconds: float = SECONDS) -> list[int] | None:
    """Return [days, locations, last day, span, cost] of the optimum, or None when there is none.

    Raises `TimeoutError` without a proof.
    """
    return _Model(problem).solve(seconds)


class _Model:
    def __init__(self, problem: Problem) -> None:
        self.problem, self.network, self.request = problem, problem.network, problem.request
        self.solver = pywraplp.Solver.CreateSolver("HIGHS")
        self.items = range(len(self.request.items))
        self.days = range(self.network.horizon_days)
        self.duration = [
            self.network.services[item.service].duration for item in self.request.items
        ]
        ticks = self.network.day_ticks
        self.start = [self.solver.NumVar(0, ticks, "") for _ in self.items]
        self.on = {(k, d): self.solver.BoolVar("") for k, d in product(self.items, self.days)}
        sites = range(len(self.network.sites))
        self.at = {(k, s): self.solver.BoolVar("") for k, s in product(self.items, sites)}
        self.costs: list[Any] = []
        self._legs(leg_costs(problem))
        self._order()

    def _legs(self, table: Any) -> None:
        add, total = self.solver.Add, self.solver.Sum
        for k in self.items:
            legs = []
            for d, s, t in np.argwhere(table[:, k] < INF).tolist():
                legs.append((self.solver.BoolVar(""), d, s, t))
                self.costs.append(int(table[d, k, s, t]) * legs[-1][0])
            add(total([leg for leg, *_ in legs]) == 1)
            for d in self.days:
                add(total([leg for leg, day, *_ in legs if day == d]) == self.on[k, d])
            for s in range(len(self.network.sites)):
                add(total([leg for leg, _, site, _ in legs if site == s]) == self.at[k, s])
            add(self.start[k] == total([t * leg for leg, _, _, t in legs]))

    def _order(self) -> None:
        solver, travel = self.solver, self.network.travel
        far = 2 * self.network.day_ticks + max(way for row in travel for way in row)
        sites = range(len(self.network.sites))
        for a, b in combinations(self.items, 2):
            first = solver.BoolVar("")
            for one, other, sign in ((a, b, first), (b, a, 1 - first)):
                way = solver.NumVar(0, far, "")
                for s, r in product(sites, sites):
                    here = self.at[one, s] + self.at[other, r] - 1
                    solver.Add(way >= travel[s][r] * here)
                for d in self.days:
                    apart = 3 - sign - self.on[one, d] - self.on[other, d]
                    gap = self.start[other] - self.start[one] - self.duration[one] - way
                    solver.Add(gap >= -far * apart)
        for rule in self.request.precedence:
            lag = self._day(rule.after) - self._day(rule.before)
            solver.Add(lag >= rule.min_lag_days)
            for d in self.days:
                apart = 2 - self.on[rule.before, d] - self.on[rule.after, d]
                gap = self.start[rule.after] - self.start[rule.before]
                solver.Add(gap - self.duration[rule.before] >= rule.min_lag_ticks - far * apart)

    def _day(self, k: int) -> Any:
        return self.solver.Sum([d * self.on[k, d] for d in self.days])

    def solve(self, seconds: float) -> list[int] | None:
        solver, request, ticks = self.solver, self.request, self.network.day_ticks
        used, spans = [], []
        for d in self.days:
            used.append(solver.BoolVar(""))
            span = solver.NumVar(0, min(request.max_day_span, ticks), "")
            low, high = solver.NumVar(0, ticks, ""), solver.NumVar(0, ticks, "")
            solver.Add(span >= high - low)
            spans.append(span)
            for k in self.items:
                solver.Add(used[-1] >= self.on[k, d])
                solver.Add(low <= self.start[k] + ticks * (1 - self.on[k, d]))
                end = self.start[k] + self.duration[k]
                solver.Add(high >= end - 2 * ticks * (1 - self.on[k, d]))
        solver.Add(solver.Sum(used) <= request.max_days)
        last = solver.NumVar(0, self.network.horizon_days, "")
        for k in self.items:
            solver.Add(last >= self._day(k))
        parts = [solver.Sum(used), last, solver.Sum(spans), solver.Sum(self.costs)]
        weights = (3 * 10**6, 3 * 10**4, 100, 1)
        solver.Minimize(solver.Sum([w * part for w, part in zip(weights, parts, strict=True)]))
        return self._answer(parts, seconds)

    def _answer(self, parts: list[Any], seconds: float) -> list[int] | None:
        exact = pywraplp.MPSolverParameters()
        exact.SetDoubleParam(pywraplp.MPSolverParameters.RELATIVE_MIP_GAP, 0)
        self.solver.SetTimeLimit(int(seconds * 1000))
        status = self.solver.Solve(exact)
        if status == INFEASIBLE:
            return None
        if status != OPTIMAL:
            raise TimeoutError(str(status))
        days, last, span, cost = (round(part.solution_value()) for part in parts)
        return [days, 0, last, span, cost]
