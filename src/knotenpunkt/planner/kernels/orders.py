"""The best order of every set of needs on one day, breaks and lags aside.

A label is a way to have done a set, ending at a site at a tick. Its worth is packed into one
number, `(first start << SHIFT) - cost`: later first starts make shorter days, and these count
before cost; so the larger number is better whatever follows, and a label is dominated when another
of the same set and site ends no later with a larger or equal number.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from knotenpunkt.planner.kernels.compiled import inner, part
from knotenpunkt.planner.kernels.layout import (
    BIT,
    DURATION,
    HERE,
    INF,
    ITEM,
    NEVER,
    NONE,
    SHIFT,
    SUCCESSORS,
)

# Columns of labels.
L_END, L_PACKED, L_PARENT, L_PAIR = range(4)


@inner
def grown(rows) -> Any:  # type: ignore[no-untyped-def]
    """Return a copy with room for twice as many rows."""
    larger = np.empty((2 * rows.shape[0], rows.shape[1]), rows.dtype)
    larger[: rows.shape[0]] = rows
    return larger


@inner
def span_limits(asked, layout, offered, allowed) -> Any:  # type: ignore[no-untyped-def]
    """Return by set the longest span from which a wanted set can still be had, or -1.

    `allowed[set]` is the longest span at which a set is wanted, or -1 where it is not.
    """
    items = asked.items
    limit = allowed.copy()
    for done in range(allowed.shape[0] - 1, -1, -1):
        if done & ~offered:
            limit[done] = -1
            continue
        way = layout.shortest_way if done else 0
        for k in range(items.shape[0]):
            if (offered & ~done) >> k & 1:
                limit[done] = max(limit[done], limit[done | (1 << k)] - items[k, DURATION] - way)
    return limit


@inner
def starts_of(layout, costs, day, where) -> Any:  # type: ignore[no-untyped-def]
    """Return the starts of each pair in ascending order, and by tick the place of the next one."""
    pairs, ticks = costs.shape[1], costs.shape[2]
    starts = np.empty((pairs, ticks), np.int64)
    places = np.empty((pairs, ticks + 1), np.int64)
    count = np.zeros(pairs, np.int64)
    for p in range(pairs):
        if not layout.pairs[p, BIT] & where:
            continue
        found = 0
        for t in range(ticks):
            places[p, t] = found
            if costs[day, p, t] < INF:
                starts[p, found] = t
                found += 1
        places[p, ticks] = count[p] = found
    return starts, count, places


@part
def keep_best(value, parent, last, low, high, labels, count) -> Any:  # type: ignore[no-untyped-def]
    """Move what no other dominates behind the labels; return labels, their number, the least worth
    among these and its row.
    """
    highest, least, best = NEVER, NONE, -1
    for e in range(low, high + 1):
        packed = value[e]
        value[e] = NEVER
        if packed <= highest:
            continue
        highest = packed
        if count == labels.shape[0]:
            labels = grown(labels)
        labels[count, L_END], labels[count, L_PACKED] = e, packed
        labels[count, L_PARENT], labels[count, L_PAIR] = parent[e], last[e]
        if (e << SHIFT) - packed < least:
            least, best = (e << SHIFT) - packed, count
        count += 1
    return labels, count, least, best


@part
def merge(labels, first, way, s, value, parent, merged, size) -> Any:  # type: ignore[no-untyped-def]
    """Append to `merged` when and with what the labels of all sites are ready at site `s`."""
    ticks = value.shape[0] - 1
    low, high, highest = ticks, -1, NEVER
    for origin in range(way.shape[0]):
        for row in range(first[origin], first[origin + 1]):
            t = labels[row, L_END] + way[origin, s]
            if t < ticks and labels[row, L_PACKED] > value[t]:
                value[t], parent[t] = labels[row, L_PACKED], row
                low, high = min(low, t), max(high, t)
    if size + high - low + 1 > merged.shape[0]:
        merged = grown(merged)
    for t in range(low, high + 1):
        if value[t] > highest:
            highest = value[t]
            merged[size, 0], merged[size, 1], merged[size, 2] = t, highest, parent[t]
            size += 1
        value[t] = NEVER
    return merged, size


@inner
def best_orders(asked, layout, costs, day, where, limit, worth) -> Any:  # type: ignore[no-untyped-def]
    """Fill `worth[day, set]` with the least (span << SHIFT) + cost, or `NONE`.

    Sets with a negative `limit` are left out, and so are days longer than it. Returns labels, rows
    (end, packed, parent row or -1, pair), and by set the row of the best.
    """
    items, pairs, way = asked.items, layout.pairs, layout.way
    sites, ticks, sets = way.shape[0], costs.shape[2], limit.shape[0]
    starts, counts, places = starts_of(layout, costs, day, where)
    labels, count = np.empty((1024, 4), np.int64), 0
    # Ready at a site: tick, packed, row.
    merged, size = np.empty((2 * ticks + 2048, 3), np.int64), 0
    range_of = np.zeros((sets, sites, 2), np.int64)
    best = np.full(sets, -1, np.int64)
    value = np.full(ticks + 1, NEVER, np.int64)
    parent, last = np.empty(ticks + 1, np.int64), np.empty(ticks + 1, np.int64)
    first = np.empty(sites + 1, np.int64)
    for done in range(1, sets):
        worth[day, done] = NONE
        if limit[done] < 0:
            continue
        first[0] = count
        for s in range(sites):
            low, high = ticks + 1, -1
            for p in range(pairs.shape[0]):
                k = pairs[p, ITEM]
                rest = done ^ (1 << k)
                if pairs[p, HERE] != s or rest > done or counts[p] == 0:
                    continue
                if items[k, SUCCESSORS] & rest:
                    continue
                duration = items[k, DURATION]
                row, stop, n = range_of[rest, s, 0], range_of[rest, s, 1], 0
                if rest:
                    if row == stop:
                        continue
                    n = places[p, merged[row, 0]]
                seen, lowest = -1, INF
                while n < counts[p]:
                    t = starts[p, n]
                    n += 1
                    price, source, packed = costs[day, p, t], -1, t << SHIFT
                    if rest:
                        while row + 1 < stop and merged[row + 1, 0] <= t:
                            row += 1
                        if row != seen:
                            seen, lowest = row, INF
                        if price >= lowest:  # no cheaper than an earlier start after this label
                            continue
                        lowest, packed, source = price, merged[row, 1], merged[row, 2]
                        if lowest == 0 and row + 1 < stop:
                            n = max(n, places[p, merged[row + 1, 0]])
                        elif lowest == 0:
                            n = counts[p]
                    packed -= price
                    e = t + duration
                    began = (packed + (1 << SHIFT) - 1) >> SHIFT
                    if packed > value[e] and e - began <= limit[done]:
                        value[e], parent[e], last[e] = packed, source, p
                        low, high = min(low, e), max(high, e)
            labels, count, least, winner = keep_best(value, parent, last, low, high, labels, count)
            if least < worth[day, done]:
                worth[day, done], best[done] = least, winner
            first[s + 1] = count
        for s in range(sites if first[0] < count else 0):
            range_of[done, s, 0] = size
            merged, size = merge(labels, first, way, s, value, parent, merged, size)
            range_of[done, s, 1] = size
    return labels[:count], best
