"""The compiled heart of the cohort: what a leg costs at given prices, and the best visit.

A price lies on every tick of every resource; prices of full ticks are `FULL`, so that nothing is
planned there. `sums` holds their running totals, `sums[r, day, t]` = prices before tick t, so that
a leg of any length costs one subtraction.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from knotenpunkt.planner.kernels import cache  # noqa: F401 - where compiled code is kept

FULL = 1e6
NOTHING = 1e5  # costs from here on mean: impossible
DAY_COST, WAIT_COST = 1e-3, 1e-5
LEG = 6  # a leg is a row (pair, desk, interpreter or -1, site, day, start)


@njit(cache=True, nogil=True)
def running_sums(prices, sums, days) -> Any:  # type: ignore[no-untyped-def]
    """Renew the running totals of these days."""
    for r in range(prices.shape[0]):
        for d in days:
            total = 0.0
            for t in range(prices.shape[2]):
                sums[r, d, t] = total
                total += prices[r, d, t]
            sums[r, d, prices.shape[2]] = total


@njit(cache=True, nogil=True)
def resource_at(first, is_remote, talker, site) -> Any:  # type: ignore[no-untyped-def]
    """Return the resource of this interpreter at this site.

    Like `way`, it takes the arrays it needs: a whole `Space` costs references at every call.
    """
    return first[talker] if is_remote[talker] else first[talker] + site


@njit(cache=True, nogil=True)
def way(travel, origin, site) -> Any:  # type: ignore[no-untyped-def]
    """Return the ticks an interpreter needs between two sites; -1 is no site."""
    return 0 if origin < 0 or site < 0 or origin == site else travel[origin, site]


@njit(cache=True, nogil=True)
def help_prices(space, sums, helps, h, day) -> Any:  # type: ignore[no-untyped-def]
    """Fill `helps[h, day, site, tick]` with the least price of an interpreter for a talk there."""
    cost, duration, travel = helps[h, day], space.help_duration[h], space.travel
    cost[:] = FULL
    for row in range(space.talker_first[day], space.talker_first[day + 1]):
        i, before, after = (
            space.talker_rows[row, 0],
            space.talker_rows[row, 3],
            space.talker_rows[row, 4],
        )
        if not space.talker_serves[h, i]:
            continue
        for s in range(cost.shape[0]):
            total = sums[resource_at(space.talker_resource, space.talker_remote, i, s), day]
            low, high = space.talker_rows[row, 1], space.talker_rows[row, 2] - duration
            if not space.talker_remote[i]:
                low += way(travel, before, s)
                high -= way(travel, s, after)
            for t in range(low, high + 1):
                price = total[t + duration] - total[t]
                if price < cost[s, t]:
                    cost[s, t] = price


@njit(cache=True, nogil=True)
def leg_prices(space, sums, helps, budgets, legs, least, pair, day) -> Any:  # type: ignore[no-untyped-def]
    """Fill `legs[place, day, tick]` for the places of a pair, and `least[pair, day]`."""
    duration, length = space.duration[pair], space.duration[pair] + space.buffer[pair]
    helper, ticks, week = space.help_of[pair], legs.shape[2], day // 7
    lowest = FULL
    for place in range(space.place_first[pair], space.place_first[pair + 1]):
        row, site, view = legs[place, day], space.place_site[place], space.place_view[place]
        row[:] = FULL
        for option in range(space.option_first[place], space.option_first[place + 1]):
            desk = space.option_desk[option]
            until = space.until[view, desk, day]
            first, last = space.desk_first[desk], space.desk_first[desk + 1]
            affordable = True
            for n in range(first, last):
                affordable = affordable and budgets[space.desk_resources[n], week] >= length
            if not affordable:
                continue
            own, helped = space.option_own[option], space.option_helped[option]
            for t in range(ticks - length + 1):
                if until[t] < t + length:
                    continue
                price = own
                if helper >= 0 and helped < FULL:
                    price = min(price, helped + helps[helper, day, site, t])
                for n in range(first, last):
                    r = space.desk_resources[n]
                    price += sums[r, day, t + length] - sums[r, day, t]
                if price < row[t]:
                    row[t] = price
        for t in range(ticks - duration + 1):
            lowest = min(lowest, row[t])
    least[pair, day] = lowest


@njit(cache=True, nogil=True)
def all_prices(space, sums, helps, budgets, legs, least, day) -> Any:  # type: ignore[no-untyped-def]
    """Renew every table of one day."""
    for h in range(helps.shape[0]):
        help_prices(space, sums, helps, h, day)
    for pair in range(space.duration.shape[0]):
        leg_prices(space, sums, helps, budgets, legs, least, pair, day)


@njit(cache=True, nogil=True)
def cheapest_talk(space, sums, legs, place, day, tick) -> Any:  # type: ignore[no-untyped-def]
    """Return (desk, interpreter or -1) of the leg whose price stands in the table."""
    pair = np.searchsorted(space.place_first, place, side="right") - 1
    duration, length = space.duration[pair], space.duration[pair] + space.buffer[pair]
    helper, site = space.help_of[pair], space.place_site[place]
    best, best_desk, best_talker = np.inf, -1, -1
    talker, talk, travel = -1, np.inf, space.travel
    if helper >= 0:
        for row in range(space.talker_first[day], space.talker_first[day + 1]):
            i, before, after = (
                space.talker_rows[row, 0],
                space.talker_rows[row, 3],
                space.talker_rows[row, 4],
            )
            low, high = space.talker_rows[row, 1], space.talker_rows[row, 2] - duration
            if not space.talker_remote[i]:
                low += way(travel, before, site)
                high -= way(travel, site, after)
            if space.talker_serves[helper, i] and low <= tick <= high:
                total = sums[resource_at(space.talker_resource, space.talker_remote, i, site), day]
                price = total[tick + duration] - total[tick]
                if price < talk:
                    talk, talker = price, i
    for option in range(space.option_first[place], space.option_first[place + 1]):
        desk = space.option_desk[option]
        if space.until[space.place_view[place], desk, day, tick] < tick + length:
            continue
        price = 0.0
        for n in range(space.desk_first[desk], space.desk_first[desk + 1]):
            total = sums[space.desk_resources[n], day]
            price += total[tick + length] - total[tick]
        own, helped = price + space.option_own[option], price + space.option_helped[option] + talk
        if own < best:
            best, best_desk, best_talker = own, desk, -1
        if helped < best:
            best, best_desk, best_talker = helped, desk, talker
    return best_desk, best_talker


@njit(cache=True, nogil=True)
def best_of_day(space, legs, member, subset, day, work, trace) -> float:  # type: ignore[no-untyped-def]
    """Return the least price of doing this subset of items on one day, or `FULL`.

    `work[subset, site, t]` is the least price of having done a subset and being free at that site
    by tick t; `trace` holds (item, origin) of the leg that ends exactly there. Span, breaks and
    lags within the day are not looked at: the price never exceeds the true one.
    """
    first = space.item_first[member]
    until = space.calendar[space.member_calendar[member], day]
    ticks, sites = legs.shape[2], space.travel.shape[0]
    best = FULL
    for done in range(1, subset + 1):
        if done & ~subset:
            continue
        work[done] = FULL
        for k in range(space.item_first[member + 1] - first):
            if not (done >> k) & 1:
                continue
            rest = done & ~(1 << k)
            pair = space.item_pair[first + k]
            if space.item_before[first + k] & subset & ~rest:
                continue
            duration = space.duration[pair]
            for place in range(space.place_first[pair], space.place_first[pair + 1]):
                site, row = space.place_site[place], legs[place, day]
                for t in range(ticks - duration + 1):
                    if row[t] >= NOTHING or until[t] < t + duration:
                        continue
                    came, origin = 0.0, -1
                    if rest:
                        came = FULL
                        for o in range(sites):
                            ready = t - space.travel[o, site]
                            if ready >= 0 and work[rest, o, ready] < came:
                                came, origin = work[rest, o, ready], o
                    price, end = came + row[t], t + duration
                    if price < work[done, site, end]:
                        work[done, site, end] = price
                        trace[done, site, end, 0], trace[done, site, end, 1] = k, origin
        for site in range(sites):
            for t in range(1, ticks + 1):
                if work[done, site, t - 1] < work[done, site, t]:
                    work[done, site, t] = work[done, site, t - 1]
                    trace[done, site, t, 0] = -1
            if done == subset:
                best = min(best, work[done, site, ticks])
    return best


@njit(cache=True, nogil=True)
def write_day(space, sums, legs, member, subset, day, work, trace, out, count) -> Any:  # type: ignore[no-untyped-def]
    """Write the legs that `best_of_day` found, last first, and return how many there are now."""
    first, ticks = space.item_first[member], legs.shape[2]
    site = int(np.argmin(work[subset, :, ticks]))
    t, done = ticks, subset
    while done:
        while trace[done, site, t, 0] < 0:
            t -= 1
        k, origin = trace[done, site, t, 0], trace[done, site, t, 1]
        pair = space.item_pair[first + k]
        start = t - space.duration[pair]
        for place in range(space.place_first[pair], space.place_first[pair + 1]):
            if space.place_site[place] == site:
                desk, talker = cheapest_talk(space, sums, legs, place, day, start)
        out[count, 0], out[count, 1], out[count, 2] = k, desk, talker
        out[count, 3], out[count, 4], out[count, 5] = site, day, start
        count += 1
        done &= ~(1 << k)
        if done:
            t = start - space.travel[origin, site]
            site = origin
    return count


@njit(cache=True, nogil=True)
def first_guess(space, least, member, known) -> Any:  # type: ignore[no-untyped-def]
    """Fill `known[day, subset]` with prices that are never too high; return nothing."""
    first = space.item_first[member]
    items = space.item_first[member + 1] - first
    come = space.calendar[space.member_calendar[member]]
    for day in range(known.shape[0]):
        is_there = False
        for t in range(come.shape[1]):
            if come[day, t] > 0:
                is_there = True
                break
        known[day, 0] = 0.0
        for subset in range(1, 1 << items):
            low, legs = 0, 0
            while not (subset >> low) & 1:
                low += 1
            for k in range(items):
                legs += (subset >> k) & 1
            price = known[day, subset & (subset - 1)]
            fits = space.item_earliest[first + low] <= day <= space.item_latest[first + low]
            if not is_there or not fits or legs > space.member_most_legs[member]:
                price = FULL
            else:
                price += least[space.item_pair[first + low], day]
            for k in range(items):
                for other in range(items):
                    both = (subset >> k) & (subset >> other) & 1
                    if both and space.item_lags[first + k, other] > 0:
                        price = FULL
            known[day, subset] = price


@njit(cache=True, nogil=True)
def may_split(space, member, subset, gap) -> bool:  # type: ignore[no-untyped-def]
    """Return whether this subset may be done `gap` days before the rest."""
    first = space.item_first[member]
    for k in range(space.item_first[member + 1] - first):
        for other in range(space.item_first[member + 1] - first):
            if not (space.item_before[first + k] >> other) & 1:
                continue
            is_early, other_early = (subset >> k) & 1, (subset >> other) & 1
            if is_early and not other_early:
                return False
            if not is_early and other_early and space.item_lags[first + k, other] > gap:
                return False
    return True


@njit(cache=True, nogil=True)
def splits_of(space, member, days) -> Any:  # type: ignore[no-untyped-def]
    """Return for each subset the least number of days by which it comes before the rest, or -1."""
    items = space.item_first[member + 1] - space.item_first[member]
    gaps = np.full(1 << items, -1, np.int64)
    if space.member_max_days[member] < 2:
        return gaps
    for subset in range(1, (1 << items) - 1):
        for gap in range(1, days):
            if may_split(space, member, subset, gap):
                gaps[subset] = gap
                break
    return gaps


@njit(cache=True, nogil=True)
def best_visit(space, sums, legs, least, member, limit, shunned, work, trace, out) -> Any:  # type: ignore[no-untyped-def]
    """Return (price, legs written to `out`) of the cheapest visit below `limit`.

    Prices of days and of waiting are in it. Cheap guesses first: a day is searched only when a
    visit that needs it could still be the best. `shunned` are days not to be used. When nothing
    costs less than `limit`, the legs are 0 and the price is at least `limit`.
    """
    days, items = least.shape[1], space.item_first[member + 1] - space.item_first[member]
    whole = (1 << items) - 1
    known = np.empty((days, whole + 1), np.float64)
    is_exact = np.zeros((days, whole + 1), np.bool_)
    first_guess(space, least, member, known)
    gaps = splits_of(space, member, days)
    for day in range(days):
        if shunned[day]:
            known[day, 1:] = FULL
    soonest, cheapest = np.empty(whole + 1, np.int64), np.empty(whole + 1, np.float64)
    at_day, at_part = -1, 0  # whose search stands in `work` and `trace`
    while True:
        best, day_one, day_two, part = limit, -1, -1, 0
        cheapest[:] = np.inf
        for day in range(days):
            price = known[day, whole] + WAIT_COST * day
            if price < best:
                best, day_one, day_two, part = price, day, -1, whole
            late = DAY_COST + WAIT_COST * day
            for subset in range(1, whole):
                early = day - gaps[subset]
                if gaps[subset] < 0 or early < 0:
                    continue
                if known[early, subset] < cheapest[subset]:
                    cheapest[subset], soonest[subset] = known[early, subset], early
                price = cheapest[subset] + (known[day, whole ^ subset] + late)
                if price < best:
                    best, day_one, day_two, part = price, soonest[subset], day, subset
        if day_one < 0:
            return limit, 0
        if not is_exact[day_one, part]:
            at_day, at_part = day_one, part
        elif day_two >= 0 and not is_exact[day_two, whole ^ part]:
            at_day, at_part = day_two, whole ^ part
        else:
            break
        known[at_day, at_part] = best_of_day(space, legs, member, at_part, at_day, work, trace)
        is_exact[at_day, at_part] = True
    count = 0
    for day, subset in ((day_one, part), (day_two, whole ^ part)):
        if day >= 0 and (day != at_day or subset != at_part):
            best_of_day(space, legs, member, subset, day, work, trace)
            at_day, at_part = day, subset
        if day >= 0:
            count = write_day(space, sums, legs, member, subset, day, work, trace, out, count)
    return best, count


@njit(cache=True, nogil=True)
def add_use(space, member, out, count, use, amount) -> Any:  # type: ignore[no-untyped-def]
    """Add `amount` to the use of every tick that these legs take."""
    first = space.item_first[member]
    for n in range(count):
        pair, day, start = space.item_pair[first + out[n, 0]], out[n, 4], out[n, 5]
        length = space.duration[pair] + space.buffer[pair]
        for m in range(space.desk_first[out[n, 1]], space.desk_first[out[n, 1] + 1]):
            for t in range(start, start + length):
                use[space.desk_resources[m], day, t] += amount
        if out[n, 2] >= 0:
            r = resource_at(space.talker_resource, space.talker_remote, out[n, 2], out[n, 3])
            for t in range(start, start + space.duration[pair]):
                use[r, day, t] += amount


@njit(cache=True, nogil=True)
def answer_prices(space, sums, legs, least, members, limits, use, gains, plans, counts) -> Any:  # type: ignore[no-untyped-def]
    """Let each of these members choose her best visit at these prices, as if she were alone.

    Fills `gains[member]` (how far it stays below her limit, 0 when nothing does), `plans[member]`,
    `counts[member]`, and adds what all take to `use`.
    """
    sites, ticks = space.travel.shape[0], legs.shape[2]
    most = 1
    for m in members:
        most = max(most, space.item_first[m + 1] - space.item_first[m])
    work = np.empty((1 << most, sites, ticks + 1), np.float64)
    trace = np.empty((1 << most, sites, ticks + 1, 2), np.int8)
    shunned = np.zeros(least.shape[1], np.bool_)
    for m in members:
        price, counts[m] = best_visit(
            space, sums, legs, least, m, limits[m], shunned, work, trace, plans[m]
        )
        gains[m] = max(limits[m] - price, 0.0)
        add_use(space, m, plans[m], counts[m], use, 1)
