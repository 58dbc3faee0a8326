"""Placing members one after another, each as well as still possible.

Two books are kept. In the strict one a full tick can't be had; in the lenient one it costs a
little, because whoever has it could be placed elsewhere. Tables of legs are renewed only for the
pairs and days that someone asks for (`stale`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from knotenpunkt.planner.cohort.placing.packing import add_waste, renew_waste
from knotenpunkt.planner.cohort.pricing.kernels import (
    DAY_COST,
    FULL,
    WAIT_COST,
    best_visit,
    help_prices,
    leg_prices,
    resource_at,
    way,
)

STRICT, LENIENT = 0, 1
DISTURBANCE = 0.12  # lenient price of a tick that someone has, unless the books say otherwise


class Books(NamedTuple):
    """All that changes while members are placed; `[book]` is STRICT or LENIENT."""

    guide: Any  # [resource, day, tick] prices that steer, whoever has the tick
    thrift: Any  # [1] how much of them counts when two states serve as many
    disturbance: Any  # [1] lenient price of a tick that someone has
    capacity: Any  # [resource]
    use: Any  # [resource, day, tick]
    owner: Any  # [resource, day, tick] member, or -1; of resources with one seat
    site: Any  # [resource, day, tick] where an interpreter is
    budgets: Any  # [resource, week] ticks left
    sums: Any  # [book, resource, day, tick + 1]
    helps: Any  # [book, help, day, site, tick]
    legs: Any  # [book, place, day, tick]
    least: Any  # [book, pair, day]
    stale_help: Any  # [book, help, day]
    stale_pair: Any  # [book, pair, day]
    unfilled: Any  # [gap] ticks of a gap that talks of interpreters cannot fill
    waste: Any  # [1] price of all such ticks between talks
    wasted: Any  # [interpreter, day] the same by day
    plans: Any  # [member, leg, 6]
    counts: Any  # [member] legs, 0: not placed
    pairs_first: Any  # [resource + 1] into pairs_of: whose tables a resource touches
    pairs_of: Any
    helps_first: Any
    helps_of: Any


@njit(cache=True, nogil=True)
def renew_sums(books, r, day) -> Any:  # type: ignore[no-untyped-def]
    """Renew both running totals of a resource and day, and mark the tables that rest on them."""
    strict = lenient = 0.0
    for t in range(books.use.shape[2]):
        books.sums[STRICT, r, day, t], books.sums[LENIENT, r, day, t] = strict, lenient
        price, is_full = books.guide[r, day, t], books.use[r, day, t] >= books.capacity[r]
        strict += FULL if is_full else price
        if is_full and books.capacity[r] > 1:
            lenient += FULL
        else:
            lenient += price + (books.disturbance[0] if is_full else 0.0)
    ticks = books.use.shape[2]
    books.sums[STRICT, r, day, ticks], books.sums[LENIENT, r, day, ticks] = strict, lenient
    for n in range(books.pairs_first[r], books.pairs_first[r + 1]):
        books.stale_pair[:, books.pairs_of[n], day] = True
    for n in range(books.helps_first[r], books.helps_first[r + 1]):
        books.stale_help[:, books.helps_of[n], day] = True


@njit(cache=True, nogil=True)
def freshen(space, books, book, member, shunned) -> Any:  # type: ignore[no-untyped-def]
    """Renew the stale tables that this member looks at on days that are not shunned."""
    days = books.least.shape[2]
    for item in range(space.item_first[member], space.item_first[member + 1]):
        pair = space.item_pair[item]
        h = space.help_of[pair]
        for day in range(days):
            if shunned[day] or not books.stale_pair[book, pair, day]:
                continue
            if h >= 0 and books.stale_help[book, h, day]:
                if book == STRICT:
                    add_waste(space, books, books.helps[book], h, day)
                else:
                    help_prices(space, books.sums[book], books.helps[book], h, day)
                books.stale_help[book, h, day] = False
            leg_prices(
                space, books.sums[book], books.helps[book], books.budgets,
                books.legs[book], books.least[book], pair, day,
            )  # fmt: skip
            books.stale_pair[book, pair, day] = False


@njit(cache=True, nogil=True)
def take_talker(space, books, member, leg, end, amount) -> Any:  # type: ignore[no-untyped-def]
    """Take an interpreter's time, and at other sites also her ways from there and to there."""
    i, site, day, start = leg[2], leg[3], leg[4], leg[5]
    first, ticks = space.talker_resource[i], books.use.shape[2]
    for t in range(start, end):
        books.owner[first, day, t] = member if amount > 0 else -1
        books.site[first, day, t] = site
    renew_waste(space, books, i, day)
    if space.talker_remote[i]:
        books.use[first, day, start:end] += amount
        renew_sums(books, first, day)
        return
    for other in range(space.travel.shape[0]):
        low, high = start - way(space.travel, other, site), end + way(space.travel, site, other)
        books.use[first + other, day, max(low, 0) : min(high, ticks)] += amount
        renew_sums(books, first + other, day)


@njit(cache=True, nogil=True)
def take(space, books, member, amount) -> Any:  # type: ignore[no-untyped-def]
    """Take (1) or give back (-1) what the plan of this member needs."""
    first = space.item_first[member]
    for n in range(books.counts[member]):
        leg = books.plans[member, n]
        pair, day, start = space.item_pair[first + leg[0]], leg[4], leg[5]
        length = space.duration[pair] + space.buffer[pair]
        for m in range(space.desk_first[leg[1]], space.desk_first[leg[1] + 1]):
            r = space.desk_resources[m]
            books.budgets[r, day // 7] -= amount * length
            for t in range(start, start + length):
                books.use[r, day, t] += amount
                books.owner[r, day, t] = member if amount > 0 else -1
            renew_sums(books, r, day)
        if leg[2] >= 0:
            take_talker(space, books, member, leg, start + space.duration[pair], amount)


@njit(cache=True, nogil=True)
def share_a_resource(space, desk, other) -> int:  # type: ignore[no-untyped-def]
    """Return a resource that both desks need, or -1."""
    for m in range(space.desk_first[desk], space.desk_first[desk + 1]):
        for n in range(space.desk_first[other], space.desk_first[other + 1]):
            if space.desk_resources[m] == space.desk_resources[n]:
                return int(space.desk_resources[m])
    return -1


@njit(cache=True, nogil=True)
def clashes(space, books, member, out, count, m) -> bool:  # type: ignore[no-untyped-def]
    """Return whether leg m breaks a lag, meets another at its desk, or exceeds a week's budget."""
    first = space.item_first[member]
    pair, day, start = space.item_pair[first + out[m, 0]], out[m, 4], out[m, 5]
    length = space.duration[pair] + space.buffer[pair]
    asked = length
    for n in range(count):
        if n == m:
            continue
        other = space.item_pair[first + out[n, 0]]
        lag = space.item_gaps[first + out[m, 0], out[n, 0]]
        is_same_day = out[n, 4] == day
        if is_same_day and lag >= 0 and start < out[n, 5] + space.duration[other] + lag:
            return True
        r = share_a_resource(space, out[m, 1], out[n, 1])
        if r < 0 or out[n, 4] // 7 != day // 7:
            continue
        taken = space.duration[other] + space.buffer[other]
        if is_same_day and start < out[n, 5] + taken and out[n, 5] < start + length:
            return True
        asked += taken  # of desks with several people this may count too much, never too little
        if asked > books.budgets[r, day // 7]:
            return True
    return False


@njit(cache=True, nogil=True)
def keeps_rules(space, books, member, out, count) -> int:  # type: ignore[no-untyped-def]
    """Return -1 when spans, breaks, lags, ways and budgets hold, else the day that breaks one."""
    first = space.item_first[member]
    began = stretch = end = site = 0
    day = -1
    # Each day's legs are written last first: from the end, this is the order of time.
    for m in range(count - 1, -1, -1):
        start, duration = out[m, 5], space.duration[space.item_pair[first + out[m, 0]]]
        if out[m, 4] != day:
            day, began, stretch = out[m, 4], start, start
        elif start - end - space.travel[site, out[m, 3]] >= space.member_break[member]:
            stretch = start
        end, site = start + duration, out[m, 3]
        is_long = (
            end - stretch > space.member_stretch[member] or end - began > space.member_span[member]
        )
        if is_long or clashes(space, books, member, out, count, m):
            return int(day)
    return -1


@njit(cache=True, nogil=True)
def find_visit(space, books, book, member, shunned, work, trace, out) -> Any:  # type: ignore[no-untyped-def]
    """Return (price, legs) of the cheapest visit that keeps every rule; 0 legs when none is found.

    A day whose cheapest visit breaks a rule the prices do not know is not used: an answer may be
    missed, never a wrong one given.
    """
    freshen(space, books, book, member, shunned)
    away = shunned.copy()
    for _ in range(4):
        price, count = best_visit(
            space, books.sums[book], books.legs[book], books.least[book], member, FULL / 20,
            away, work, trace, out,
        )  # fmt: skip
        if count == 0:
            return price, 0
        bad = keeps_rules(space, books, member, out, count)
        if bad < 0:
            return price, count
        away[bad] = True
    return FULL, 0


@njit(cache=True, nogil=True)
def place(space, books, member, shunned, work, trace) -> Any:  # type: ignore[no-untyped-def]
    """Give this member the cheapest visit that is left; return whether there was one."""
    out = books.plans[member]
    _, count = find_visit(space, books, STRICT, member, shunned, work, trace, out)
    books.counts[member] = count
    if count:
        take(space, books, member, 1)
    return count > 0


@njit(cache=True, nogil=True)
def lift(space, books, member) -> Any:  # type: ignore[no-untyped-def]
    """Take a member's visit away."""
    take(space, books, member, -1)
    books.counts[member] = 0


@njit(cache=True, nogil=True)
def cost_of(space, books, member) -> Any:  # type: ignore[no-untyped-def]
    """Return what days and waiting of a placed member cost, and some of the price of her times.

    A state that serves as many and leaves more of what is scarce is the better one to go on from;
    `thrift[0]` (0..1) says how much that counts.
    """
    first, first_day, last_day, price = space.item_first[member], 1 << 30, 0, 0.0
    for n in range(books.counts[member]):
        leg = books.plans[member, n]
        pair, day, start = space.item_pair[first + leg[0]], leg[4], leg[5]
        first_day, last_day = min(first_day, day), max(last_day, day)
        for m in range(space.desk_first[leg[1]], space.desk_first[leg[1] + 1]):
            r = space.desk_resources[m]
            for t in range(start, start + space.duration[pair] + space.buffer[pair]):
                price += books.guide[r, day, t]
        if leg[2] >= 0:
            r = resource_at(space.talker_resource, space.talker_remote, leg[2], leg[3])
            for t in range(start, start + space.duration[pair]):
                price += books.guide[r, day, t]
    days = DAY_COST if first_day != last_day else 0.0
    return WAIT_COST * last_day + days + books.thrift[0] * price


@njit(cache=True, nogil=True)
def place_all(space, books, order, work, trace) -> Any:  # type: ignore[no-untyped-def]
    """Place the members one after another, each as well as still possible."""
    nobody = np.zeros(books.least.shape[2], np.bool_)
    for member in order:
        if books.counts[member] == 0:
            place(space, books, member, nobody, work, trace)
