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
def can_come(windows, duration, ticks) -> Any:  # type: ignore[no-untyped-def]
    """Return for each tick whether a talk of this duration lies inside one of the windows."""
    present = np.zeros(ticks, np.bool_)
    for w in range(windows.shape[0]):
        for t in range(windows[w, 0], windows[w, 1] - duration + 1):
            present[t] = True
    return present


@njit(cache=True)
def interpreted(rows, serves, prices, is_remote, duration, travel, ticks) -> Any:  # type: ignore[no-untyped-def]
    """Return the least cost of an interpreter for a talk, by site and start tick, or `INF`.

    An interpreter on site also needs the ways from and to her neighbouring commitments.
    """
    sites = travel.shape[0]
    cost = np.full((sites, ticks), INF, np.int64)
    for r in range(rows.shape[0]):
        i, before, after = rows[r, 0], rows[r, 3], rows[r, 4]
        if not serves[i]:
            continue
        for s in range(sites):
            low, high = rows[r, 1], rows[r, 2] - duration
            if not is_remote[i]:
                low += travel[before, s] if before >= 0 and before != s else 0
                high -= travel[s, after] if after >= 0 and after != s else 0
            for t in range(low, high + 1):
                cost[s, t] = min(cost[s, t], prices[i])
    return cost


@njit(cache=True)
def is_start(start_rows, desk, tick) -> bool:  # type: ignore[no-untyped-def]
    """Return whether a group session of this desk begins at this tick."""
    for r in range(start_rows.shape[0]):
        if start_rows[r, 0] == desk and start_rows[r, 1] == tick:
            return True
    return False


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
    items, _, ticks = cost.shape
    cost[:] = INF
    for k in range(items):
        if not open_items[k]:
            continue
        present = can_come(windows, duration[k], ticks)
        helped = interpreted(
            talker_rows, talker_serves[:, k], talker_cost, talker_remote, duration[k], travel, ticks
        )
        for r in range(desk_rows.shape[0]):
            d = desk_rows[r, 0]
            if not serves[d, k]:
                continue
            s = desk_site[d]
            for t in range(desk_rows[r, 1], desk_rows[r, 2] - duration[k] - buffer[k] + 1):
                if not present[t] or (has_starts[d] and not is_start(start_rows, d, t)):
                    continue
                talk = 0 if rank[k] == 0 else desk_language[d]
                if rank[k] > 0 and desk_german[d]:
                    talk = min(talk, helped[s, t])
                if talk >= INF:
                    continue
                price = talk + desk_cost[d]
                price += prices[0] if s != 0 else 0
                price += prices[2] if t < prices[1] else 0
                price += prices[4] if t >= prices[3] else 0
                cost[k, s, t] = min(cost[k, s, t], price)


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
def grown(rows) -> Any:  # type: ignore[no-untyped-def]
    """Return a copy with room for twice as many rows."""
    larger = np.empty((2 * rows.shape[0], rows.shape[1]), rows.dtype)
    larger[: rows.shape[0]] = rows
    return larger


@njit(cache=True)
def ready_at(label, ends, item, subset, way, lags) -> int:  # type: ignore[no-untyped-def]
    """Return the first tick at which the item may start after this label."""
    ready = label[0] + way
    for a in range(lags.shape[0]):
        if lags[a, item] >= 0 and (subset >> a) & 1:
            ready = max(ready, ends[a] + lags[a, item])
    return int(ready)


@njit(cache=True)
def is_better(label, ends, other, other_ends, done, whole, lags) -> bool:  # type: ignore[no-untyped-def]
    """Return whether whatever follows `other` could as well follow `label`, at no more cost.

    Both did the same items and end at the same site. It must end no later, have begun its stretch
    no earlier, have begun its day later (or as late and no dearer), and have ended every item no
    later on whose end another item still waits.
    """
    if label[0] > other[0] or label[2] < other[2]:
        return False
    if label[1] < other[1] or (label[1] == other[1] and label[3] > other[3]):
        return False
    for a in range(lags.shape[0]):
        if not (done >> a) & 1 or ends[a] <= other_ends[a]:
            continue
        for b in range(lags.shape[0]):
            if lags[a, b] > 0 and (whole >> b) & 1 and not (done >> b) & 1:
                return False
    return True


@njit(cache=True)
def may_follow(item, subset, whole, successors, lags) -> bool:  # type: ignore[no-untyped-def]
    """Return whether the item is wanted, not done, and all that must come first is done."""
    if not (whole >> item) & 1 or (subset >> item) & 1 or successors[item] & subset:
        return False
    for a in range(lags.shape[0]):
        if lags[a, item] >= 0 and (whole >> a) & 1 and not (subset >> a) & 1:
            return False
    return True


@njit(cache=True)
def best_rested_order(  # type: ignore[no-untyped-def]
    cost, duration, travel, successors, lags, whole, longest_day, longest_stretch, least_break
) -> Any:
    """Return labels and the best label for the subset `whole`, with breaks and lags kept.

    Rows are (end, first start, start of stretch, cost, parent, item, site, subset). Slower than
    `best_orders` and used only where its answer breaks such a rule. `lags[a, b]` are the least
    ticks from the end of a to the start of b, or -1. Row 0 is the empty day.
    """
    items, sites, ticks = cost.shape
    starts, offered = starts_of(cost)
    labels, ends = np.empty((4096, 8), np.int64), np.zeros((4096, items), np.int64)
    chain, heads = np.empty((4096, 1), np.int64), np.full((1 << items, sites), -1, np.int64)
    labels[0], chain[0, 0], heads[0, 0], count = 0, -1, 0, 1
    shortest, cheapest, best, subset = ticks + 1, INF * 16, -1, 0
    while subset != whole:
        left = 0
        for k in range(items):
            left += duration[k] if (whole >> k) & 1 and not (subset >> k) & 1 else 0
        for origin in range(sites):
            row = heads[subset, origin]
            while row >= 0:
                for k in range(items):
                    if not may_follow(k, subset, whole, successors, lags):
                        continue
                    done = subset | (1 << k)
                    for s in range(sites):
                        way = travel[origin, s] if subset else 0
                        ready = (
                            ready_at(labels[row], ends[row], k, subset, way, lags) if subset else 0
                        )
                        lowest = INF
                        for n in range(offered[k, s]):
                            t = starts[k, s, n]
                            is_rested = subset == 0 or t - labels[row, 0] - way >= least_break
                            if t < ready or (not is_rested and cost[k, s, t] >= lowest):
                                continue
                            lowest = min(lowest, cost[k, s, t])
                            if count == labels.shape[0]:
                                labels, ends, chain = grown(labels), grown(ends), grown(chain)
                            new, new_ends = labels[count], ends[count]
                            new[0], new[1] = t + duration[k], t if subset == 0 else labels[row, 1]
                            new[2] = t if is_rested else labels[row, 2]
                            new[3], new[4] = labels[row, 3] + cost[k, s, t], row
                            new[5], new[6], new[7] = k, s, done
                            if new[0] - new[2] > longest_stretch:
                                continue
                            if t + left - new[1] > min(longest_day, shortest):
                                break
                            new_ends[:] = ends[row]
                            new_ends[k] = new[0]
                            other = heads[done, s]
                            while other >= 0 and not is_better(
                                labels[other], ends[other], new, new_ends, done, whole, lags
                            ):
                                other = chain[other, 0]
                            if other >= 0:
                                continue
                            chain[count, 0] = heads[done, s]
                            heads[done, s] = count
                            span = new[0] - new[1]
                            is_best = span < shortest or (span == shortest and new[3] < cheapest)
                            if done == whole and is_best:
                                shortest, cheapest, best = span, new[3], count
                            count += 1
                row = chain[row, 0]
        subset = (subset - whole) & whole  # the next subset of `whole` in ascending order
    return labels[:count], best
