"""The compiled heart of the search: folding one day, and the best order of every subset.

A label is a way to have done a subset of needs on one day, ending at a site at a tick. Its worth
is packed into one number, `(first start << SHIFT) - cost`: later first starts make shorter days,
which count before cost; so the larger number is better whatever follows, and a label is dominated
when another ends no later at the same site with a larger or equal number.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

SHIFT = 20
INF = 1 << 19
NEVER = -(1 << 60)


@njit(cache=True)
def fold_day(  # type: ignore[no-untyped-def]
    cost,
    duration,
    buffer,
    rank,
    open_items,
    windows,
    desk_rows,
    start_rows,
    has_starts,
    serves,
    desk_site,
    desk_language,
    desk_german,
    desk_cost,
    talker_rows,
    talker_serves,
    talker_cost,
    talker_remote,
    travel,
    prices,
) -> Any:
    """Fill `cost[item, site, tick]` with the least cost of a leg that starts there, or `INF`.

    `talker` rows are interpreters (index, from, to, site before, site after); `prices` holds
    outside, early before, early, late after, late.
    """
    items, sites, ticks = cost.shape
    cost[:] = INF
    for k in range(items):
        if not open_items[k]:
            continue
        present = np.zeros(ticks, np.bool_)
        for w in range(windows.shape[0]):
            for t in range(windows[w, 0], windows[w, 1] - duration[k] + 1):
                present[t] = True
        interpreted = np.full((sites, ticks), INF, np.int64)
        if rank[k] > 0:
            for r in range(talker_rows.shape[0]):
                i = talker_rows[r, 0]
                if not talker_serves[i, k]:
                    continue
                for s in range(sites):
                    low, high = talker_rows[r, 1], talker_rows[r, 2] - duration[k]
                    before, after = talker_rows[r, 3], talker_rows[r, 4]
                    if not talker_remote[i]:
                        if before >= 0 and before != s:
                            low += travel[before, s]
                        if after >= 0 and after != s:
                            high -= travel[s, after]
                    for t in range(low, high + 1):
                        if talker_cost[i] < interpreted[s, t]:
                            interpreted[s, t] = talker_cost[i]
        for r in range(desk_rows.shape[0]):
            d = desk_rows[r, 0]
            if not serves[d, k]:
                continue
            s = desk_site[d]
            for t in range(desk_rows[r, 1], desk_rows[r, 2] - duration[k] - buffer[k] + 1):
                if not present[t]:
                    continue
                if has_starts[d]:
                    is_start = False
                    for q in range(start_rows.shape[0]):
                        if start_rows[q, 0] == d and start_rows[q, 1] == t:
                            is_start = True
                    if not is_start:
                        continue
                talk = 0 if rank[k] == 0 else desk_language[d]
                if rank[k] > 0 and desk_german[d] and interpreted[s, t] < talk:
                    talk = interpreted[s, t]
                if talk >= INF:
                    continue
                price = talk + desk_cost[d]
                price += prices[0] if s != 0 else 0
                price += prices[2] if t < prices[1] else 0
                price += prices[4] if t >= prices[3] else 0
                if price < cost[k, s, t]:
                    cost[k, s, t] = price


@njit(cache=True)
def feasible_subsets(cost, duration, travel, successors, forbidden, most_legs) -> Any:  # type: ignore[no-untyped-def]
    """Return for each subset whether one day could hold it, looking at earliest ends only."""
    items, sites, ticks = cost.shape
    subsets = 1 << items
    next_start = np.full((items, sites, ticks + 1), ticks, np.int64)
    offered = np.zeros((items, sites), np.bool_)
    for k in range(items):
        for s in range(sites):
            for t in range(ticks - 1, -1, -1):
                next_start[k, s, t] = t if cost[k, s, t] < INF else next_start[k, s, t + 1]
            offered[k, s] = next_start[k, s, 0] < ticks
    end = np.full((subsets, sites), ticks + 1, np.int64)
    feasible = np.zeros(subsets, np.bool_)
    feasible[0] = True
    legs = np.zeros(subsets, np.int64)
    for subset in range(1, subsets):
        legs[subset] = legs[subset >> 1] + (subset & 1)
        if forbidden[subset] or legs[subset] > most_legs:
            continue
        for k in range(items):
            rest = subset & ~(1 << k)
            if rest == subset or successors[k] & rest:
                continue
            for s in range(sites):
                if not offered[k, s]:
                    continue
                ready = 0 if rest == 0 else ticks
                for origin in range(sites):
                    if rest and end[rest, origin] + travel[origin, s] < ready:
                        ready = end[rest, origin] + travel[origin, s]
                start = next_start[k, s, min(ready, ticks)]
                if start < ticks and start + duration[k] < end[subset, s]:
                    end[subset, s] = start + duration[k]
        for s in range(sites):
            if end[subset, s] <= ticks:
                feasible[subset] = True
    return feasible


@njit(cache=True)
def first_days(feasible, second, subsets, gaps, whole) -> Any:  # type: ignore[no-untyped-def]
    """Return for each day before `second` whether some split lets the two hold everything."""
    fits = np.zeros(second, np.bool_)
    for first in range(second):
        for i in range(subsets.shape[0]):
            if (
                gaps[i] <= second - first
                and feasible[first, subsets[i]]
                and feasible[second, whole ^ subsets[i]]
            ):
                fits[first] = True
                break
    return fits


@njit(cache=True)
def starts_of(cost) -> Any:  # type: ignore[no-untyped-def]
    """Return the ticks at which an item can start at a site, packed, and how many there are."""
    items, sites, ticks = cost.shape
    starts = np.empty((items, sites, ticks), np.int64)
    count = np.zeros((items, sites), np.int64)
    for k in range(items):
        for s in range(sites):
            for t in range(ticks):
                if cost[k, s, t] < INF:
                    starts[k, s, count[k, s]] = t
                    count[k, s] += 1
    return starts, count


@njit(cache=True)
def best_orders(cost, duration, travel, successors, feasible, longest_day) -> Any:  # type: ignore[no-untyped-def]
    """Return labels and, for each subset, the label of the shortest and then cheapest day.

    Labels are rows (end, packed, parent row, item, site, start); `-1` where there is none.
    """
    items, sites, ticks = cost.shape
    subsets = 1 << items
    starts, offered = starts_of(cost)
    labels = np.empty((1024, 6), np.int64)
    count = 0
    first = np.zeros((subsets, sites), np.int64)
    length = np.zeros((subsets, sites), np.int64)
    best = np.full(subsets, -1, np.int64)
    value = np.full(ticks + 1, NEVER, np.int64)
    parent, last = np.empty(ticks + 1, np.int64), np.empty(ticks + 1, np.int64)
    for subset in range(1, subsets):
        if not feasible[subset]:
            continue
        shortest, cheapest = ticks + 1, INF * 16
        for s in range(sites):
            low, high = ticks + 1, -1
            for k in range(items):
                rest = subset & ~(1 << k)
                if rest == subset or successors[k] & rest or offered[k, s] == 0:
                    continue
                for origin in range(sites if rest else 1):
                    row = stop = -1
                    begin = 0
                    if rest:
                        size = length[rest, origin]
                        if size == 0:
                            continue
                        row, stop = first[rest, origin], first[rest, origin] + size
                        begin = labels[row, 0] + travel[origin, s]
                    for n in range(offered[k, s]):
                        t = starts[k, s, n]
                        if t < begin:
                            continue
                        packed = (t << SHIFT) - cost[k, s, t]
                        if rest:
                            while row + 1 < stop and labels[row + 1, 0] + travel[origin, s] <= t:
                                row += 1
                            packed = labels[row, 1] - cost[k, s, t]
                        e = t + duration[k]
                        began = (packed + (1 << SHIFT) - 1) >> SHIFT
                        if e - began <= longest_day and packed > value[e]:
                            value[e], parent[e], last[e] = packed, row, k
                            low, high = min(low, e), max(high, e)
            first[subset, s] = count
            highest = NEVER
            for e in range(low, high + 1):
                packed = value[e]
                value[e] = NEVER
                if packed <= highest:
                    continue
                highest = packed
                if count == labels.shape[0]:
                    larger = np.empty((2 * count, 6), np.int64)
                    larger[:count] = labels
                    labels = larger
                labels[count, 0], labels[count, 1], labels[count, 2] = e, packed, parent[e]
                labels[count, 3], labels[count, 4] = last[e], s
                labels[count, 5] = e - duration[last[e]]
                began = (packed + (1 << SHIFT) - 1) >> SHIFT
                price = (began << SHIFT) - packed
                if e - began < shortest or (e - began == shortest and price < cheapest):
                    shortest, cheapest, best[subset] = e - began, price, count
                count += 1
            length[subset, s] = count - first[subset, s]
    return labels[:count], best


@njit(cache=True)
def best_rested_order(  # type: ignore[no-untyped-def]
    cost, duration, travel, successors, lags, whole, longest_day, longest_stretch, least_break
) -> Any:
    """Return labels and the best label for the subset `whole`, with breaks and lags kept.

    Rows are (end, first start, start of stretch, cost, parent, item, site, subset). Slower than
    `best_orders` and used only where its answer breaks such a rule. `lags[a, b]` are the least
    ticks from the end of a to the start of b, or -1.
    """
    items, sites, ticks = cost.shape
    labels = np.empty((4096, 8), np.int64)
    ends = np.empty((4096, items), np.int64)
    chain = np.empty(4096, np.int64)
    heads = np.full(((1 << items), sites), -1, np.int64)
    count = 0
    work = 0
    for k in range(items):
        if whole & (1 << k):
            work += duration[k]
    shortest, cheapest, best = ticks + 1, INF * 16, -1
    subset = 0
    while True:
        for origin in range(sites):
            row = heads[subset, origin] if subset else (0 if origin == 0 else -1)
            while row >= 0:
                for k in range(items):
                    if not (whole >> k) & 1 or (subset >> k) & 1 or successors[k] & subset:
                        continue
                    blocked = False
                    for a in range(items):
                        if lags[a, k] >= 0 and (whole >> a) & 1 and not (subset >> a) & 1:
                            blocked = True
                    if blocked:
                        continue
                    left = 0
                    for other in range(items):
                        if (whole >> other) & 1 and not (subset >> other) & 1 and other != k:
                            left += duration[other]
                    for s in range(sites):
                        ready = 0
                        if subset:
                            ready = labels[row, 0] + travel[origin, s]
                            for a in range(items):
                                if lags[a, k] >= 0 and (subset >> a) & 1:
                                    ready = max(ready, ends[row, a] + lags[a, k])
                        lowest = INF
                        for t in range(ready, ticks):
                            if cost[k, s, t] >= INF:
                                continue
                            e = t + duration[k]
                            is_rested = (
                                subset == 0 or t - labels[row, 0] - travel[origin, s] >= least_break
                            )
                            if not is_rested and cost[k, s, t] >= lowest:
                                continue
                            lowest = min(lowest, cost[k, s, t])
                            f = t if subset == 0 else labels[row, 1]
                            g = t if is_rested else labels[row, 2]
                            if e - g > longest_stretch:
                                continue
                            if e + left - f > min(longest_day, shortest):
                                break
                            c = cost[k, s, t] + (0 if subset == 0 else labels[row, 3])
                            new = subset | (1 << k)
                            is_dominated = False
                            other_row = heads[new, s]
                            while other_row >= 0 and not is_dominated:
                                is_dominated = (
                                    labels[other_row, 0] <= e
                                    and labels[other_row, 2] >= g
                                    and (
                                        labels[other_row, 1] > f
                                        or (labels[other_row, 1] == f and labels[other_row, 3] <= c)
                                    )
                                )
                                if is_dominated:
                                    for a in range(items):
                                        if (subset >> a) & 1 or a == k:
                                            mine = e if a == k else ends[row, a]
                                            for b in range(items):
                                                if (
                                                    lags[a, b] > 0
                                                    and (whole >> b) & 1
                                                    and not (new >> b) & 1
                                                ) and ends[other_row, a] > mine:
                                                    is_dominated = False
                                other_row = chain[other_row]
                            if is_dominated:
                                continue
                            if count == labels.shape[0]:
                                bigger = np.empty((2 * count, 8), np.int64)
                                bigger[:count] = labels
                                labels = bigger
                                more = np.empty((2 * count, items), np.int64)
                                more[:count] = ends
                                ends = more
                                longer = np.empty(2 * count, np.int64)
                                longer[:count] = chain
                                chain = longer
                            labels[count, 0], labels[count, 1], labels[count, 2] = e, f, g
                            labels[count, 3], labels[count, 4] = c, row if subset else -1
                            labels[count, 5], labels[count, 6], labels[count, 7] = k, s, new
                            if subset:
                                ends[count] = ends[row]
                            ends[count, k] = e
                            chain[count] = heads[new, s]
                            heads[new, s] = count
                            if new == whole and (
                                e - f < shortest or (e - f == shortest and c < cheapest)
                            ):
                                shortest, cheapest, best = e - f, c, count
                            count += 1
                row = chain[row] if subset else -1
        if subset == whole:
            break
        subset = (subset - whole) & whole  # the next subset of `whole` in ascending order
    return labels[:count], best
