"""Every possible leg of a request and its cost: for repair, other methods and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from knotenpunkt.planner.asked import asked_arrays
from knotenpunkt.planner.check import leg_violations, price_of_leg
from knotenpunkt.planner.kernels.layout import INF, Ints
from knotenpunkt.planner.kernels.run import run
from knotenpunkt.planner.model import Leg, Problem
from knotenpunkt.planner.prepared import PreparedNetwork


def leg_costs(
    problem: Problem, prepared: PreparedNetwork | None = None, *, pinned: Sequence[Leg] = ()
) -> Ints:
    """Return `cost[day, item, site, tick]`, the least cost of a leg that starts there, or `INF`.

    Desks, buffers, languages, interpreters and the windows of the person are folded in; ways,
    order, breaks and numbers of days are not.
    """
    prepared = prepared or PreparedNetwork(problem.network)
    network = problem.network
    only_fold = replace(problem, request=replace(problem.request, max_days=1, any_first=()))
    asked = asked_arrays(only_fold, prepared, top=1, budget=-1, pinned=pinned)
    _, _, _, costs, pairs, site_of, _ = run(prepared.index, asked, network.day_ticks)
    items = len(problem.request.items)
    shape = (network.horizon_days, items, len(network.sites), network.day_ticks)
    found = np.full(shape, INF, np.int64)
    for p, (item, here, _) in enumerate(pairs.tolist()):
        found[:, item, site_of[here]] = costs[:, p]
    return found


def leg_at(problem: Problem, item: int, day: int, site: int, start: int) -> Leg:
    """Return the cheapest leg there, of equals that of the first desk and interpreter.

    Raises `ValueError` when there is none.
    """
    return min(_legs_at(problem, item, day, site, start), key=lambda it: price_of_leg(problem, it))


def _legs_at(problem: Problem, item: int, day: int, site: int, start: int) -> Iterator[Leg]:
    network, wanted = problem.network, problem.request.items[item]
    end = start + network.services[wanted.service].duration
    talkers = [None, *range(len(network.interpreters))]
    for d, desk in enumerate(network.desks):
        if desk.site != site or wanted.service not in desk.services:
            continue
        for talker in talkers:
            leg = Leg(item, wanted.service, d, site, day, start, end, talker)
            if not leg_violations(problem, leg):
                yield leg
