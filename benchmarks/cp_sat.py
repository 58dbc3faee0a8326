"""The planner's problem as a CP-SAT model: a reference for exactness and for speed.

One Boolean for each possible leg (item, day, site, start) with its least cost, an order between
the legs of a day, and the objective in lexicographic weights. Breaks and lags within a day are not
modelled; the generated instances have none.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from ortools.sat.python import cp_model

from knotenpunkt.planner import Problem
from knotenpunkt.planner.kernels import INF
from knotenpunkt.planner.prepared import Folded

SECONDS = 120


def best_objective(problem: Problem) -> list[int] | None:
    """Return [days, last day, span, cost] of the optimum, or None when there is none."""
    folded, network, request = Folded(problem), problem.network, problem.request
    model = cp_model.CpModel()
    items, days = range(len(request.items)), range(network.horizon_days)
    duration = [int(value) for value in folded.duration]
    on_day = {(k, d): model.new_bool_var(f"on{k},{d}") for k in items for d in days}
    at_site = {
        (k, s): model.new_bool_var(f"at{k},{s}") for k in items for s in range(len(network.sites))
    }
    start = {k: model.new_int_var(0, network.day_ticks, f"start{k}") for k in items}
    costs = []
    for k in items:
        legs = []
        for d in days:
            table = folded.table(d)[k]
            for s, t in np.argwhere(table < INF):
                leg = model.new_bool_var("")
                legs.append((leg, d, int(s), int(t), int(table[s, t])))
        model.add_exactly_one(leg for leg, *_ in legs)
        for d in days:
            model.add(sum(leg for leg, day, *_ in legs if day == d) == on_day[k, d])
        for s in range(len(network.sites)):
            model.add(sum(leg for leg, _, site, *_ in legs if site == s) == at_site[k, s])
        model.add(start[k] == sum(t * leg for leg, _, _, t, _ in legs))
        costs.append(sum(c * leg for leg, *_, c in legs))
    day_of = {k: sum(d * on_day[k, d] for d in days) for k in items}
    _order(model, problem, on_day, at_site, start, duration)
    for rule in request.precedence:
        model.add(day_of[rule.after] >= day_of[rule.before] + rule.min_lag_days)
        for d in days:
            both = [on_day[rule.before, d], on_day[rule.after, d]]
            model.add(
                start[rule.after] >= start[rule.before] + duration[rule.before] + rule.min_lag_ticks
            ).only_enforce_if(both)
    return _solve(model, problem, on_day, day_of, start, duration, costs)


def _order(model, problem, on_day, at_site, start, duration) -> None:  # type: ignore[no-untyped-def]
    """Two legs of a day: one after the other, with the way between their sites."""
    network = problem.network
    for a, b in combinations(range(len(duration)), 2):
        first = model.new_bool_var("")
        way = {True: model.new_int_var(0, 1000, ""), False: model.new_int_var(0, 1000, "")}
        for s in range(len(network.sites)):
            for r in range(len(network.sites)):
                here = [at_site[a, s], at_site[b, r]]
                model.add(way[True] == network.travel[s][r]).only_enforce_if(here)
                model.add(way[False] == network.travel[r][s]).only_enforce_if(here)
        for d in range(network.horizon_days):
            both = [on_day[a, d], on_day[b, d]]
            model.add(start[b] >= start[a] + duration[a] + way[True]).only_enforce_if(
                [*both, first]
            )
            model.add(start[a] >= start[b] + duration[b] + way[False]).only_enforce_if(
                [*both, first.negated()]
            )


def _solve(model, problem, on_day, day_of, start, duration, costs) -> list[int] | None:  # type: ignore[no-untyped-def]
    network, request, items = problem.network, problem.request, range(len(duration))
    used, spans = [], []
    for d in range(network.horizon_days):
        is_used = model.new_bool_var("")
        model.add_max_equality(is_used, [on_day[k, d] for k in items])
        low, high = (
            model.new_int_var(0, network.day_ticks, ""),
            model.new_int_var(0, network.day_ticks, ""),
        )
        for k in items:
            model.add(low <= start[k]).only_enforce_if(on_day[k, d])
            model.add(high >= start[k] + duration[k]).only_enforce_if(on_day[k, d])
        span = model.new_int_var(0, network.day_ticks, "")
        model.add(span == high - low)
        model.add(span <= request.max_day_span)
        used.append(is_used)
        spans.append(span)
    model.add(sum(used) <= request.max_days)
    last = model.new_int_var(0, network.horizon_days, "")
    for k in items:
        model.add(last >= day_of[k])
    model.minimize(((sum(used) * 100 + last) * 1000 + sum(spans)) * 1000 + sum(costs))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers = SECONDS, 2
    if solver.solve(model) != cp_model.OPTIMAL:
        return None
    value = solver.value
    return [value(sum(used)), value(last), value(sum(spans)), value(sum(costs))]
