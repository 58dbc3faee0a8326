"""Where interpreters on site are best at given prices: a route through the sites of each day.

A talk at a site needs its interpreter there, and she is at one site at a time, with ways between.
This is part of the bound: without it half of what interpreters could do is time they spend walking.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from knotenpunkt.planner.cohort.pricing.kernels import way


@njit(cache=True, nogil=True)
def best_routes(space, prices, room, day) -> Any:  # type: ignore[no-untyped-def]
    """Set `room[resource, day, tick]` of interpreters on site to 1 where their best route is."""
    sites, ticks = space.travel.shape[0], prices.shape[2]
    value = np.empty((sites, ticks + 1), np.float64)
    follow = np.empty((sites, ticks + 1), np.int64)
    for i in range(space.talker_resource.shape[0]):
        if not space.talker_remote[i]:
            first = space.talker_resource[i]
            room[first : first + sites, day] = 0.0
    for row in range(space.talker_first[day], space.talker_first[day + 1]):
        if not space.talker_remote[space.talker_rows[row, 0]]:
            one_route(space, prices, room, day, row, value, follow)


@njit(cache=True, nogil=True)
def one_route(space, prices, room, day, row, value, follow) -> Any:  # type: ignore[no-untyped-def]
    """Mark the best route within one free time of an interpreter.

    `value[site, t]` is what the ticks from t on are worth to whoever is at the site at tick t, and
    `follow[site, t]` the site she goes to from there (herself: she stays a tick).
    """
    low, high = space.talker_rows[row, 1], space.talker_rows[row, 2]
    before, after = space.talker_rows[row, 3], space.talker_rows[row, 4]
    first, sites = space.talker_resource[space.talker_rows[row, 0]], space.travel.shape[0]
    travel = space.travel
    value[:, high] = 0.0
    for t in range(high - 1, low - 1, -1):
        for s in range(sites):
            has_left = t >= high - way(travel, s, after)
            value[s, t] = 0.0 if has_left else prices[first + s, day, t] + value[s, t + 1]
            follow[s, t] = s
        for s in range(sites):
            for other in range(sites):
                there = t + way(travel, s, other)
                if other != s and there < high and value[other, there] > value[s, t]:
                    value[s, t], follow[s, t] = value[other, there], other
    best, t = -1.0, low
    site = 0
    for s in range(sites):
        there = low + way(travel, before, s)
        if there < high and value[s, there] > best:
            best, site, t = value[s, there], s, there
    while best >= 0 and t < high - way(travel, site, after):
        if follow[site, t] == site:
            room[first + site, day, t] = 1.0
            t += 1
        else:
            origin, site = site, follow[site, t]
            t += way(travel, origin, site)
