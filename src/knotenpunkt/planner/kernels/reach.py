"""Which sets of needs a day can hold, looking at earliest ends alone: necessary, and quick."""

from __future__ import annotations

from typing import Any

import numpy as np

from knotenpunkt.planner.kernels.compiled import inner
from knotenpunkt.planner.kernels.layout import (
    BIT,
    DURATION,
    HERE,
    INF,
    ITEM,
    L_BREAK,
    L_LEGS,
    L_SPAN,
    L_STRETCH,
    SUCCESSORS,
)

# Columns of the table of sets.
FORBIDDEN, LEAST, GAP = range(3)


@inner
def reach(asked, layout, costs, day, where, offered, target, sets, feasible) -> int:  # type: ignore[no-untyped-def]
    """Fill `feasible[day, set]` for sets within `offered`; return the work done.

    With `target`, sets after which a part of the target would come too late are left out: then
    only `feasible[day, target]` means something.
    """
    items, pairs, way = asked.items, layout.pairs, layout.way
    sites, ticks, size = way.shape[0], costs.shape[2], pairs.shape[0]
    feasible[day] = False
    next_start = np.empty((size, ticks + 1), np.int64)
    used = np.empty(size, np.int64)
    latest = np.full(items.shape[0], -1, np.int64)
    open_pairs = 0
    for p in range(size):
        if not pairs[p, BIT] & where or not (offered >> pairs[p, ITEM]) & 1:
            continue
        start = ticks
        next_start[p, ticks] = ticks
        for t in range(ticks - 1, -1, -1):
            if costs[day, p, t] < INF:
                if start == ticks:
                    latest[pairs[p, ITEM]] = max(latest[pairs[p, ITEM]], t)
                start = t
            next_start[p, t] = start
        if start < ticks:
            used[open_pairs] = p
            open_pairs += 1
    ready = np.full((1 << items.shape[0], sites), ticks, np.int64)
    ready[0] = 0
    end = np.empty(sites, np.int64)
    work = 0
    for done in range(1, 1 << items.shape[0]):
        if done & ~offered or sets[done, FORBIDDEN]:
            continue
        end[:] = ticks + 1
        soonest = ticks + 1
        for n in range(open_pairs):
            p = used[n]
            k, s = pairs[p, ITEM], pairs[p, HERE]
            rest = done ^ (1 << k)
            if rest > done or items[k, SUCCESSORS] & rest or ready[rest, s] >= ticks:
                continue
            start = next_start[p, ready[rest, s]]
            if start < ticks and start + items[k, DURATION] < end[s]:
                end[s] = start + items[k, DURATION]
                soonest = min(soonest, end[s])
        work += open_pairs
        if soonest > ticks:
            continue
        is_late = False
        for k in range(items.shape[0] if target else 0):
            is_late |= (target & ~done) >> k & 1 and latest[k] < soonest
        if is_late:
            continue
        feasible[day, done] = True
        for origin in range(sites):
            if end[origin] <= ticks:
                for s in range(sites):
                    ready[done, s] = min(ready[done, s], end[origin] + way[origin, s])
    return work


@inner
def shortest_span(asked, layout, talk, legs) -> int:  # type: ignore[no-untyped-def]
    """Return ticks that no day of so many legs undercuts: talks, ways, and the breaks it needs.

    Between two stretches lies a way, which is part of neither.
    """
    way, breaks = layout.shortest_way, 0
    while breaks < legs - 1:
        if talk + (legs - 1 - breaks) * way <= (breaks + 1) * asked.limits[L_STRETCH]:
            break
        breaks += 1
    return int(talk + (legs - 1) * way + breaks * asked.limits[L_BREAK])


@inner
def table_of_sets(asked, layout) -> Any:  # type: ignore[no-untyped-def]
    """Return by set of needs: whether no day may hold it (too many legs, too long, or days must lie
    between two of them); a lower bound of its span; how many days must lie between it and all that
    comes later, or -1 when it cannot come first.
    """
    wanted, rules = asked.items, asked.rules
    sets = np.zeros((1 << wanted.shape[0], 3), np.int64)
    legs, talk = np.zeros(sets.shape[0], np.int64), np.zeros(sets.shape[0], np.int64)
    for done in range(1, sets.shape[0]):
        legs[done] = legs[done >> 1] + (done & 1)
        rest, k = done & (done - 1), 0
        while not (done >> k) & 1:
            k += 1
        talk[done] = talk[rest] + wanted[k, DURATION]
        sets[done, LEAST] = shortest_span(asked, layout, talk[done], legs[done])
        sets[done, FORBIDDEN] = (
            legs[done] > asked.limits[L_LEGS] or sets[done, LEAST] > asked.limits[L_SPAN]
        )
        for r in range(rules.shape[0]):
            has_before = (done >> rules[r, 0]) & 1
            has_after = (done >> rules[r, 1]) & 1
            if has_before and has_after and rules[r, 2] > 0:
                sets[done, FORBIDDEN] = 1
            elif has_after and not has_before:
                sets[done, GAP] = -1
            elif has_before and not has_after and sets[done, GAP] >= 0:
                sets[done, GAP] = max(sets[done, GAP], rules[r, 2])
    return sets
