"""Days as the least cost of a leg by (pair of item and site, start tick)."""

from __future__ import annotations

from typing import Any

import numpy as np

from knotenpunkt.planner.kernels.compiled import inner
from knotenpunkt.planner.kernels.layout import (
    AFTER,
    BEFORE,
    BEGIN,
    BIT,
    DESK_COST,
    DESKS_FROM,
    DESKS_TO,
    DURATION,
    EARLIEST,
    END,
    FIRST_DAY,
    HERE,
    HIGH,
    INF,
    IS_FIXED,
    IS_GERMAN,
    IS_REMOTE,
    ITEM,
    L_OUTSIDE,
    LATEST,
    LOW,
    OCCUPIED,
    PIN_DAY,
    PIN_SITE,
    PIN_START,
    PRICE,
    RANK,
    SERVES,
    SITE,
)


@inner
def fold(index, asked, layout, costs, offered_at) -> None:  # type: ignore[no-untyped-def]
    """Fill `costs[day, pair, tick]` and, by day and item, the sets of sites that offer it.

    One long function on purpose: it runs for every day of every search, and a compiled call with
    a dozen arrays costs more than what it would do here; split in four, inlined, it took twice as
    long.
    """
    desk, desk_at, desk_rows = index.desk, index.desk_at, index.desk_rows
    start_at, start_rows = index.start_at, index.start_rows
    talk_at, talk_rows, travel = index.talk_at, index.talk_rows, index.travel
    items, desks, speech, talkers = asked.items, asked.desks, asked.speech, asked.talkers
    windows, offsets, tick_price = asked.windows, asked.window_offsets, asked.tick_price
    pairs, pair_of, outside = layout.pairs, layout.pair_of, asked.limits[L_OUTSIDE]
    days, _, ticks = costs.shape
    costs[:] = INF
    is_start = np.zeros(ticks, np.bool_)
    usable = np.empty(talkers.shape[0], np.int64)
    for day in range(days):
        if offsets[day] == offsets[day + 1]:
            continue
        helpers = 0
        for i in range(talkers.shape[0]):
            at_work = talk_at[day, i, BEGIN] < talk_at[day, i, END]
            if talkers[i, SERVES] and day >= talkers[i, FIRST_DAY] and at_work:
                usable[helpers] = i
                helpers += 1
        for k in range(items.shape[0]):
            pinned = items[k, PIN_DAY]
            if (
                day < items[k, EARLIEST]
                or day > items[k, LATEST]
                or (pinned >= 0 and pinned != day)
            ):
                continue
            duration, occupied, rank = items[k, DURATION], items[k, OCCUPIED], items[k, RANK]
            for n in range(items[k, DESKS_FROM], items[k, DESKS_TO]):
                d = desks[n]
                site, is_fixed = desk[d, SITE], desk[d, IS_FIXED]
                if pinned >= 0 and site != items[k, PIN_SITE]:
                    continue
                pair = pair_of[k, site]
                own = speech[d] if rank else 0
                extra = desk[d, DESK_COST] + (outside if site != 0 else 0)
                needs_help = own > 0 and desk[d, IS_GERMAN]
                if own >= INF and not (needs_help and helpers):
                    continue
                for r in range(desk_at[day, d, BEGIN], desk_at[day, d, END]):
                    low, high = desk_rows[r, LOW], desk_rows[r, HIGH] - occupied
                    if low > high:
                        continue
                    if is_fixed:
                        for m in range(start_at[day, d, BEGIN], start_at[day, d, END]):
                            is_start[start_rows[m, 0]] = True
                    for w in range(offsets[day], offsets[day + 1]):
                        first = max(low, windows[w, LOW])
                        last = min(high, windows[w, HIGH] - duration)
                        if pinned >= 0:
                            first, last = (
                                max(first, items[k, PIN_START]),
                                min(last, items[k, PIN_START]),
                            )
                        if first > last:
                            continue
                        if own < INF:
                            for t in range(first, last + 1):
                                price = own + extra + tick_price[t]
                                if price < costs[day, pair, t] and (not is_fixed or is_start[t]):
                                    costs[day, pair, t] = price
                                    offered_at[day, k] |= pairs[pair, BIT]
                        if not needs_help:
                            continue
                        for h in range(helpers):
                            i = usable[h]
                            if not (talkers[i, SERVES] >> k) & 1 or talkers[i, PRICE] >= own:
                                continue
                            for q in range(talk_at[day, i, BEGIN], talk_at[day, i, END]):
                                a, b = talk_rows[q, LOW], talk_rows[q, HIGH] - duration
                                if not talkers[i, IS_REMOTE]:
                                    before, after = talk_rows[q, BEFORE], talk_rows[q, AFTER]
                                    if before >= 0 and before != site:
                                        a += travel[before, site]
                                    if after >= 0 and after != site:
                                        b -= travel[site, after]
                                for t in range(max(first, a), min(last, b) + 1):
                                    price = talkers[i, PRICE] + extra + tick_price[t]
                                    if price < costs[day, pair, t] and (
                                        not is_fixed or is_start[t]
                                    ):
                                        costs[day, pair, t] = price
                                        offered_at[day, k] |= pairs[pair, BIT]
                    if is_fixed:
                        is_start[:] = False


@inner
def tables(index, asked, layout, days, ticks) -> Any:  # type: ignore[no-untyped-def]
    """Return `cost[day, item, site, tick]` of every leg, or `INF`: for other methods to use."""
    pairs, items, sites = layout.pairs, asked.items.shape[0], index.travel.shape[0]
    costs = np.empty((days, pairs.shape[0], ticks), np.int32)
    fold(index, asked, layout, costs, np.zeros((days, items), np.int64))
    found = np.full((days, items, sites, ticks), INF, np.int32)
    for p in range(pairs.shape[0]):
        found[:, pairs[p, ITEM], layout.site_of[pairs[p, HERE]]] = costs[:, p]
    return found


@inner
def choose(index, asked, day, k, site, start) -> Any:  # type: ignore[no-untyped-def]
    """Return (desk, interpreter or -1) of the cheapest leg, of equals the first; (-1, -1): none."""
    best, desk, talker = INF, -1, -1
    rank = asked.items[k, RANK]
    for n in range(asked.items[k, DESKS_FROM], asked.items[k, DESKS_TO]):
        d = asked.desks[n]
        if index.desk[d, SITE] != site or not is_free(index, asked, day, k, d, start):
            continue
        own, extra = asked.speech[d] if rank else 0, index.desk[d, DESK_COST]
        if own < INF and own + extra < best:
            best, desk, talker = own + extra, d, -1
        if not rank or not index.desk[d, IS_GERMAN]:
            continue
        for i in range(asked.talkers.shape[0]):
            price = asked.talkers[i, PRICE] + extra
            if price < best and can_help(index, asked, day, k, i, site, start):
                best, desk, talker = price, d, i
    return desk, talker


@inner
def is_free(index, asked, day, k, desk, start) -> bool:  # type: ignore[no-untyped-def]
    """Return whether the desk can give item `k` at this start."""
    if index.desk[desk, IS_FIXED]:
        is_start = False
        for n in range(index.start_at[day, desk, BEGIN], index.start_at[day, desk, END]):
            is_start |= index.start_rows[n, 0] == start
        if not is_start:
            return False
    for r in range(index.desk_at[day, desk, BEGIN], index.desk_at[day, desk, END]):
        low, high = index.desk_rows[r, LOW], index.desk_rows[r, HIGH]
        if low <= start <= high - asked.items[k, OCCUPIED]:
            return True
    return False


@inner
def can_help(index, asked, day, k, i, site, start) -> bool:  # type: ignore[no-untyped-def]
    """Return whether interpreter `i` can be at item `k` at this site and start.

    On site she also needs the ways from and to her neighbouring commitments.
    """
    if not (asked.talkers[i, SERVES] >> k) & 1 or day < asked.talkers[i, FIRST_DAY]:
        return False
    for r in range(index.talk_at[day, i, BEGIN], index.talk_at[day, i, END]):
        low = index.talk_rows[r, LOW]
        high = index.talk_rows[r, HIGH] - asked.items[k, DURATION]
        if not asked.talkers[i, IS_REMOTE]:
            before, after = index.talk_rows[r, BEFORE], index.talk_rows[r, AFTER]
            low += index.travel[before, site] if before >= 0 and before != site else 0
            high -= index.travel[site, after] if after >= 0 and after != site else 0
        if low <= start <= high:
            return True
    return False
