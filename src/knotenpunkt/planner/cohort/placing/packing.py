"""How tightly the talks of an interpreter lie: time between them that no talk fills is wasted.

Where interpreters are scarce, a visit that leaves 15 minutes which nobody can use costs as much as
one that takes them. `unfilled[g]` is the least of g ticks that talks end to end leave.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from knotenpunkt.planner.cohort.pricing.kernels import FULL, resource_at, way


def unfilled(lengths: Any, ticks: int) -> Any:
    """Return for each gap of 0 to `ticks` ticks how many of them talks of these lengths leave.

    >>> unfilled([4, 6], 11).tolist()
    [0, 1, 2, 3, 0, 1, 0, 1, 0, 1, 0, 1]
    """
    left = np.arange(ticks + 1)
    for gap in range(ticks + 1):
        for length in lengths:
            if length <= gap:
                left[gap] = min(left[gap], left[gap - length])
    return left


@njit(cache=True, nogil=True)
def renew_waste(space, books, i, day) -> Any:  # type: ignore[no-untyped-def]
    """Count again what the gaps of this interpreter's day waste, at the prices that guide."""
    first, total = space.talker_resource[i], 0.0
    if books.capacity[first] == 1:
        for row in range(space.talker_first[day], space.talker_first[day + 1]):
            if space.talker_rows[row, 0] == i:
                total += waste_of_row(space, books, row, day)
    books.waste[0] += total - books.wasted[i, day]
    books.wasted[i, day] = total


@njit(cache=True, nogil=True)
def waste_of_row(space, books, row, day) -> Any:  # type: ignore[no-untyped-def]
    """Return what the gaps within one free time of an interpreter waste; 0 when it is empty."""
    i = space.talker_rows[row, 0]
    first, is_remote = space.talker_resource[i], space.talker_remote[i]
    site, end, total = space.talker_rows[row, 3], space.talker_rows[row, 1], 0.0
    is_empty = True
    for t in range(space.talker_rows[row, 1], space.talker_rows[row, 2]):
        if books.owner[first, day, t] < 0:
            continue
        here = books.site[first, day, t]
        if is_empty or t > end:
            there = end if is_remote else end + way(space.travel, site, here)
            total += priced_gap(books, first if is_remote else first + here, day, there, t)
        is_empty, site, end = False, here, t + 1
    if is_empty:
        return 0.0
    high = space.talker_rows[row, 2]
    high -= 0 if is_remote else way(space.travel, site, space.talker_rows[row, 4])
    return total + priced_gap(books, first if is_remote else first + site, day, end, high)


@njit(cache=True, nogil=True)
def priced_gap(books, r, day, start, end) -> Any:  # type: ignore[no-untyped-def]
    """Return the price of what talks cannot fill of these ticks."""
    if end <= start or books.unfilled[end - start] == 0:
        return 0.0
    return books.guide[r, day, start:end].sum() * books.unfilled[end - start] / (end - start)


@njit(cache=True, nogil=True)
def add_waste(space, books, helps, h, day) -> Any:  # type: ignore[no-untyped-def]
    """As `help_prices` of the strict book, with what a talk there would newly waste."""
    cost, duration, travel = helps[h, day], space.help_duration[h], space.travel
    cost[:] = FULL
    for row in range(space.talker_first[day], space.talker_first[day + 1]):
        i = space.talker_rows[row, 0]
        if not space.talker_serves[h, i]:
            continue
        for s in range(cost.shape[0]):
            r = resource_at(space.talker_resource, space.talker_remote, i, s)
            low, high = space.talker_rows[row, 1], space.talker_rows[row, 2]
            if not space.talker_remote[i]:
                low += way(travel, space.talker_rows[row, 3], s)
                high -= way(travel, s, space.talker_rows[row, 4])
            tight_prices(books, r, day, low, high, duration, cost[s])


@njit(cache=True, nogil=True)
def tight_prices(books, r, day, low, high, duration, cost) -> Any:  # type: ignore[no-untyped-def]
    """Lower `cost[t]` to the price of a talk within `[low, high)`, with the gaps beside it."""
    total = books.sums[0, r, day]
    begin = low
    while begin < high:
        end = begin
        while end < high and books.use[r, day, end] < books.capacity[r]:
            end += 1
        if end - begin >= duration:
            each = (total[end] - total[begin]) / (end - begin)
            if books.capacity[r] > 1:
                each = 0.0
            before = books.unfilled[end - begin]
            for t in range(begin, end - duration + 1):
                left = books.unfilled[t - begin] + books.unfilled[end - t - duration] - before
                price = total[t + duration] - total[t] + each * left
                if price < cost[t]:
                    cost[t] = price
        begin = end + 1
