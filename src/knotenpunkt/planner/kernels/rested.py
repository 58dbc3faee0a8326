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
    NEVER,
    NONE,
    SHIFT,
    SUCCESSORS,
)
from knotenpunkt.planner.kernels.orders import L_END, L_PAIR, L_PARENT, grown, starts_of

FIRST_SLACK = 6  # ticks
# Columns of a label here; row 0 is the empty day.
END, FIRST, STRETCH, COST, PARENT, PAIR = range(6)
COLUMNS = 6


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
def is_covered_by(labels, ends, low, count, new, new_ends, waiting) -> bool:  # type: ignore[no-untyped-def]
    """Return whether whatever follows `new` could as well follow a label from `low` on.

    All did the same items and end at the same site. The other must end no later, have begun its
    stretch no earlier, have begun its day later (or as late and no dearer), and have ended every
    item of `waiting` no later.
    """
    for row in range(low, count):
        if labels[row, END] > new[END] or labels[row, STRETCH] < new[STRETCH]:
            continue
        if labels[row, FIRST] < new[FIRST]:
            continue
        if labels[row, FIRST] == new[FIRST] and labels[row, COST] > new[COST]:
            continue
        for a in range(new_ends.shape[0]):
            if (waiting >> a) & 1 and ends[row, a] > new_ends[a]:
                break
        else:
            return True
    return False


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
def rested_order(asked, layout, costs, day, where, whole, least, longest, path, budget) -> Any:  # type: ignore[no-untyped-def]
    """Return (worth or `NONE`, length of `path`, work) of the best order that keeps all rules.

    `least` is a span that no such order undercuts. Short days are tried first: they leave few
    labels, and a day found among them is the best.
    """
    slack, work = 0, 0
    while True:
        within = min(least + slack, longest)
        worth, count, done = rested_within(
            asked, layout, costs, day, where, whole, within, path, budget - work
        )
        work += done
        if worth < NONE or within == longest or work > budget:
            return worth, count, work
        slack = 2 * slack + FIRST_SLACK


@inner
def rested_within(asked, layout, costs, day, where, whole, longest, path, budget) -> Any:  # type: ignore[no-untyped-def]
    """Return the same of the best order whose day is no longer than `longest`.

    Labels of a set of items and the site it ends at stand together. On no end of theirs another
    item waits as a rule; then a table by end and length of the stretch keeps the best of each, and
    one pass over it leaves those that no other replaces. Returns work beyond `budget` when it gave
    up.
    """
    items, pairs, lags, limits = asked.items, layout.pairs, asked.lags, asked.limits
    sites, ticks = layout.way.shape[0], costs.shape[2]
    starts, offered, places = starts_of(layout, costs, day, where)
    labels, ends = np.empty((1024, COLUMNS), np.int64), np.zeros((1024, items.shape[0]), np.int64)
    range_of = np.zeros((whole + 1, sites, 2), np.int64)
    range_of[0, 0, 1] = 1
    widest = min(limits[L_STRETCH], ticks)
    table = np.full((ticks + 1, widest + 1, 3), NEVER, np.int64)  # value, row before, pair
    spread = np.empty((ticks + 1, 2), np.int64)  # by end: shortest and longest stretch in the table
    spread[:, 0], spread[:, 1] = ticks + 1, -1
    new, new_ends = np.empty(COLUMNS, np.int64), np.empty(items.shape[0], np.int64)
    labels[0], count, work = 0, 1, 0
    done = whole & -whole
    while True:
        left, waiting = left_after(asked, layout, done, whole), waiting_for(done, whole, lags)
        for s in range(sites):
            low, first_end, last_end = count, ticks + 1, -1
            for p in range(pairs.shape[0]):
                k = pairs[p, ITEM]
                rest = done ^ (1 << k)
                if pairs[p, HERE] != s or offered[p] == 0 or not done >> k & 1:
                    continue
                if not may_follow(k, rest, whole, items, lags):
                    continue
                for origin in range(sites if rest else 1):
                    way = layout.way[origin, s] if rest else 0
                    for row in range(range_of[rest, origin, 0], range_of[rest, origin, 1]):
                        ready = labels[row, END] + way
                        for a in range(items.shape[0]):
                            if lags[a, k] >= 0 and (rest >> a) & 1:
                                ready = max(ready, ends[row, a] + lags[a, k])
                        if ready >= ticks:
                            continue
                        lowest = INF
                        for n in range(places[p, ready], offered[p]):
                            t = starts[p, n]
                            price = costs[day, p, t]
                            pause = t - labels[row, END] - way
                            is_rested = rest == 0 or pause >= limits[L_BREAK]
                            if not is_rested and price >= lowest:
                                continue
                            lowest = min(lowest, price)
                            work += 1
                            new[END] = t + items[k, DURATION]
                            new[FIRST] = t if rest == 0 else labels[row, FIRST]
                            new[STRETCH] = t if is_rested else labels[row, STRETCH]
                            if new[END] - new[STRETCH] > limits[L_STRETCH]:
                                continue
                            if new[END] + left - new[FIRST] > longest:
                                break
                            new[COST] = labels[row, COST] + price
                            new[PARENT], new[PAIR] = row, p
                            if waiting:
                                new_ends[:] = ends[row]
                                new_ends[k] = new[END]
                                work += count - low
                                if not is_covered_by(
                                    labels, ends, low, count, new, new_ends, waiting
                                ):
                                    if count == labels.shape[0]:
                                        labels, ends = grown(labels), grown(ends)
                                    labels[count], ends[count] = new, new_ends
                                    count += 1
                                continue
                            end, since = new[END], new[END] - new[STRETCH]
                            value = (new[FIRST] << SHIFT) - new[COST]
                            if value > table[end, since, 0]:
                                table[end, since, 0] = value
                                table[end, since, 1], table[end, since, 2] = row, p
                                first_end, last_end = min(first_end, end), max(last_end, end)
                                spread[end, 0] = min(spread[end, 0], since)
                                spread[end, 1] = max(spread[end, 1], since)
                    if work > budget:
                        return NONE, 0, work
            labels, ends, count = empty_table(
                asked, layout, costs, day, table, spread, first_end, last_end, labels, ends, count
            )
            range_of[done, s, 0], range_of[done, s, 1] = low, count
        if done == whole:
            break
        done = (done - whole) & whole  # the next part of `whole` in ascending order
    worth, best = best_of(labels, range_of[whole])
    return worth, rested_path(asked, layout, labels, best, path), work


@inner
def best_of(labels, ranges) -> Any:  # type: ignore[no-untyped-def]
    """Return the least worth in these ranges of labels and its row; (`NONE`, 0): there is none."""
    worth, best = NONE, 0
    for s in range(ranges.shape[0]):
        for row in range(ranges[s, 0], ranges[s, 1]):
            value = ((labels[row, END] - labels[row, FIRST]) << SHIFT) + labels[row, COST]
            if value < worth:
                worth, best = value, row
    return worth, best


@inner
def empty_table(  # type: ignore[no-untyped-def]
    asked, layout, costs, day, table, spread, first_end, last_end, labels, ends, count
) -> Any:
    """Move the labels that no other replaces from the table behind `labels`.

    By ends in ascending order, `top[begin]` is the best value of a stretch that began no earlier.
    """
    top = np.full(table.shape[0], NEVER, np.int64)
    for end in range(first_end, last_end + 1):
        for since in range(spread[end, 0], spread[end, 1] + 1):
            value, row, p = table[end, since, 0], table[end, since, 1], table[end, since, 2]
            table[end, since, 0] = NEVER
            begin = end - since
            if value <= top[begin]:
                continue
            at = begin
            while at >= 0 and top[at] < value:
                top[at] = value
                at -= 1
            if count == labels.shape[0]:
                labels, ends = grown(labels), grown(ends)
            k = layout.pairs[p, ITEM]
            ends[count] = ends[row]
            ends[count, k] = end
            labels[count, END], labels[count, STRETCH] = end, begin
            labels[count, FIRST] = labels[row, FIRST] if row else begin
            labels[count, COST] = labels[row, COST] + costs[day, p, end - asked.items[k, DURATION]]
            labels[count, PARENT], labels[count, PAIR] = row, p
            count += 1
        spread[end, 0], spread[end, 1] = table.shape[0], -1
    return labels, ends, count


@inner
def left_after(asked, layout, done, whole) -> int:  # type: ignore[no-untyped-def]
    """Return the ticks that the items not yet done need at least."""
    left = 0
    for k in range(asked.items.shape[0]):
        if (whole & ~done) >> k & 1:
            left += asked.items[k, DURATION] + layout.shortest_way
    return left


@inner
def rested_path(asked, layout, labels, row, path) -> int:  # type: ignore[no-untyped-def]
    """Fill `path` from the labels of `rested_order`; return how many legs it has."""
    count, at = 0, row
    while at > 0:
        count, at = count + 1, labels[at, PARENT]
    place, at = count - 1, row
    while at > 0:
        p, end = labels[at, PAIR], labels[at, END]
        k = layout.pairs[p, ITEM]
        path[place, 0], path[place, 1] = k, layout.pairs[p, HERE]
        path[place, 2], path[place, 3] = end - asked.items[k, DURATION], end
        place, at = place - 1, labels[at, PARENT]
    return count
