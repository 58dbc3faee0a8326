"""Breaks and lags within a day: whether an order keeps them, and the best that does.

`orders` ignores both, so its answer is a lower bound; only where it breaks such a rule is the set
solved again here, with longer labels.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from knotenpunkt.planner.kernels.compiled import inner
from knotenpunkt.planner.kernels.layout import (
    DURATION,
    HERE,
    INF,
    ITEM,
    L_BREAK,
    L_STRETCH,
    NONE,
    SHIFT,
    SUCCESSORS,
)
from knotenpunkt.planner.kernels.orders import L_END, L_PAIR, L_PARENT, grown, starts_of


@inner
def path_of(layout, asked, labels, row, path) -> int:  # type: ignore[no-untyped-def]
    """Fill `path` with (item, site here, start, end) in order of time; return how many."""
    count, at = 0, row
    while at >= 0:
        count, at = count + 1, labels[at, L_PARENT]
    place, at = count - 1, row
    while at >= 0:
        p, end = labels[at, L_PAIR], labels[at, L_END]
        k = layout.pairs[p, ITEM]
        path[place, 0], path[place, 1] = k, layout.pairs[p, HERE]
        path[place, 2], path[place, 3] = end - asked.items[k, DURATION], end
        place, at = place - 1, labels[at, L_PARENT]
    return count


@inner
def keeps_rules(asked, layout, path, count) -> bool:  # type: ignore[no-untyped-def]
    """Return whether an order keeps breaks and lags."""
    began, lags, limits = path[0, 2], asked.lags, asked.limits
    for n in range(count):
        if n:
            way = layout.way[path[n - 1, 1], path[n, 1]]
            if path[n, 2] - path[n - 1, 3] - way >= limits[L_BREAK]:
                began = path[n, 2]
        if path[n, 3] - began > limits[L_STRETCH]:
            return False
        for m in range(count):
            lag = lags[path[m, 0], path[n, 0]]
            if lag >= 0 and path[n, 2] < path[m, 3] + lag:
                return False
    return True


@inner
def is_better(labels, ends, row, new, new_ends, waiting) -> bool:  # type: ignore[no-untyped-def]
    """Return whether whatever follows `new` could as well follow label `row`, at no more cost.

    Both did the same items and end at the same site. It must end no later, have begun its stretch
    no earlier, have begun its day later (or as late and no dearer), and have ended every item of
    `waiting` no later.
    """
    if labels[row, 0] > new[0] or labels[row, 2] < new[2] or labels[row, 1] < new[1]:
        return False
    if labels[row, 1] == new[1] and labels[row, 3] > new[3]:
        return False
    for a in range(new_ends.shape[0]):
        if (waiting >> a) & 1 and ends[row, a] > new_ends[a]:
            return False
    return True


@inner
def waiting_for(done, whole, lags) -> int:  # type: ignore[no-untyped-def]
    """Return the done items on whose end another item of the day still waits."""
    waiting = 0
    for a in range(lags.shape[0]):
        for b in range(lags.shape[0]):
            if (done >> a) & 1 and lags[a, b] > 0 and (whole & ~done) >> b & 1:
                waiting |= 1 << a
    return waiting


@inner
def may_follow(item, done, whole, items, lags) -> bool:  # type: ignore[no-untyped-def]
    """Return whether the item is wanted, not done, and all that must come first is done."""
    if not (whole >> item) & 1 or (done >> item) & 1 or items[item, SUCCESSORS] & done:
        return False
    for a in range(lags.shape[0]):
        if lags[a, item] >= 0 and (whole >> a) & 1 and not (done >> a) & 1:
            return False
    return True


@inner
def rested_order(asked, layout, costs, day, where, whole, longest, path, budget) -> Any:  # type: ignore[no-untyped-def]
    """Return (worth or `NONE`, length of `path`, work) of the best order that keeps all rules.

    `path` is filled as in `path_of`. Labels are rows (end, first start, start of stretch, cost,
    parent, pair); row 0 is the empty day. Returns work beyond `budget` when it gave up.
    """
    items, pairs, lags, limits = asked.items, layout.pairs, asked.lags, asked.limits
    sites, ticks = layout.way.shape[0], costs.shape[2]
    starts, offered, places = starts_of(layout, costs, day, where)
    labels, ends = np.empty((1024, 6), np.int64), np.zeros((1024, items.shape[0]), np.int64)
    chain, heads = np.empty((1024, 1), np.int64), np.full((whole + 1, sites), -1, np.int64)
    new, new_ends = np.empty(6, np.int64), np.empty(items.shape[0], np.int64)
    labels[0], count, work, best, worth, done = 0, 1, 0, 0, NONE, 0
    while done != whole:
        left, legs = 0, 0
        for k in range(items.shape[0]):
            if (whole & ~done) >> k & 1:
                left, legs = left + items[k, DURATION], legs + 1
        left += max(legs - 1, 0) * layout.shortest_way
        for origin in range(sites if done else 1):
            row = heads[done, origin] if done else 0
            while row >= 0:
                for p in range(pairs.shape[0]):
                    k, s = pairs[p, ITEM], pairs[p, HERE]
                    if offered[p] == 0 or not may_follow(k, done, whole, items, lags):
                        continue
                    way, ready = 0, 0
                    if done:
                        way = layout.way[origin, s]
                        ready = labels[row, 0] + way
                        for a in range(items.shape[0]):
                            if lags[a, k] >= 0 and (done >> a) & 1:
                                ready = max(ready, ends[row, a] + lags[a, k])
                    if ready >= ticks:
                        continue
                    after, lowest = done | (1 << k), INF
                    waiting = waiting_for(after, whole, lags)
                    for n in range(places[p, ready], offered[p]):
                        t = starts[p, n]
                        price = costs[day, p, t]
                        is_rested = done == 0 or t - labels[row, 0] - way >= limits[L_BREAK]
                        if not is_rested and price >= lowest:
                            continue
                        lowest = min(lowest, price)
                        work += 1
                        new[0], new[1] = t + items[k, DURATION], t if done == 0 else labels[row, 1]
                        new[2] = t if is_rested else labels[row, 2]
                        new[3], new[4], new[5] = labels[row, 3] + price, row, p
                        if new[0] - new[2] > limits[L_STRETCH]:
                            continue
                        if t + left - new[1] > min(longest, worth >> SHIFT):
                            break
                        new_ends[:] = ends[row]
                        new_ends[k] = new[0]
                        other = heads[after, s]
                        while other >= 0 and not is_better(
                            labels, ends, other, new, new_ends, waiting
                        ):
                            other, work = chain[other, 0], work + 1
                        if other >= 0:
                            continue
                        if count == labels.shape[0]:
                            labels, ends, chain = grown(labels), grown(ends), grown(chain)
                        labels[count], ends[count] = new, new_ends
                        chain[count, 0] = heads[after, s]
                        heads[after, s] = count
                        value = ((new[0] - new[1]) << SHIFT) + new[3]
                        if after == whole and value < worth:
                            worth, best = value, count
                        count += 1
                    if work > budget:
                        return NONE, 0, work
                row = chain[row, 0] if done else -1
        done = (done - whole) & whole  # the next part of `whole` in ascending order
    return worth, rested_path(asked, layout, labels, best, path), work


@inner
def rested_path(asked, layout, labels, row, path) -> int:  # type: ignore[no-untyped-def]
    """Fill `path` from the labels of `rested_order`; return how many legs it has."""
    count, at = 0, row
    while at > 0:
        count, at = count + 1, labels[at, 4]
    place, at = count - 1, row
    while at > 0:
        p, end = labels[at, 5], labels[at, 0]
        k = layout.pairs[p, ITEM]
        path[place, 0], path[place, 1] = k, layout.pairs[p, HERE]
        path[place, 2], path[place, 3] = end - asked.items[k, DURATION], end
        place, at = place - 1, labels[at, 4]
    return count
