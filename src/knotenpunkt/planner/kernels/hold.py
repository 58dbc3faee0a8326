"""Which sets of needs can be met at all, whatever it costs: what a refusal is explained from.

One pass over the days answers for all sets. Whether two days hold a set needs no pairs of days: of
all days that hold the first part the earliest leaves most room for the second, and of all days
that hold the second the last leaves most room for the first. Days are solved only where this
matters. A set that is part of one that can be met can be met as well.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from knotenpunkt.planner.kernels.collect import make_exact, reach_day, solve_all
from knotenpunkt.planner.kernels.compiled import inner
from knotenpunkt.planner.kernels.found import WORK
from knotenpunkt.planner.kernels.layout import L_DAYS, L_SPAN, NONE, all_sites

EARLIEST_ON, LATEST_ON = range(2)  # columns of `edges`: no day before, or after, holds the set


@inner
def is_held_on(asked, layout, hunt, day, done) -> bool:  # type: ignore[no-untyped-def]
    """Return whether the day holds the set, breaks and lags kept; find out what is not known."""
    if hunt.feasible[day, done] and not hunt.is_kept[day]:
        solve_all(asked, layout, hunt, day, all_sites(layout))
    if hunt.feasible[day, done] and not hunt.is_exact[day, done]:
        make_exact(asked, layout, hunt, day, all_sites(layout), done, asked.limits[L_SPAN])
        hunt.feasible[day, done] = hunt.worth[day, done] < NONE
    return bool(hunt.feasible[day, done])


@inner
def narrow(hunt, edges, done) -> None:  # type: ignore[no-untyped-def]
    """Move both edges of a set past the days known not to hold it."""
    days = hunt.feasible.shape[0]
    while edges[done, EARLIEST_ON] < days and not hunt.feasible[edges[done, EARLIEST_ON], done]:
        edges[done, EARLIEST_ON] += 1
    while edges[done, LATEST_ON] >= 0 and not hunt.feasible[edges[done, LATEST_ON], done]:
        edges[done, LATEST_ON] -= 1


@inner
def edges_of(hunt) -> Any:  # type: ignore[no-untyped-def]
    """Return by set the earliest and the latest day that may hold it."""
    days, sets = hunt.feasible.shape
    edges = np.empty((sets, 2), np.int64)
    edges[:, EARLIEST_ON], edges[:, LATEST_ON] = days, -1
    for day in range(days):
        for done in range(1, sets):
            if hunt.feasible[day, done]:
                edges[done, LATEST_ON] = day
                edges[done, EARLIEST_ON] = min(edges[done, EARLIEST_ON], day)
    return edges


@inner
def days_apart(asked, one, other) -> int:  # type: ignore[no-untyped-def]
    """Return the least days from the day of `one` to a later one of `other`; -1: it may not be."""
    least = 1
    for r in range(asked.rules.shape[0]):
        before, after = asked.rules[r, 0], asked.rules[r, 1]
        if (other >> before) & 1 and (one >> after) & 1:
            return -1
        if (one >> before) & 1 and (other >> after) & 1:
            least = max(least, asked.rules[r, 2])
    return least


@inner
def are_held_apart(asked, layout, hunt, edges, one, other, least) -> bool:  # type: ignore[no-untyped-def]
    """Return whether a day holds `one` and a day at least so much later `other`.

    Then the earliest and the latest such days are those of `edges`.
    """
    while True:
        narrow(hunt, edges, one)
        narrow(hunt, edges, other)
        first, last = edges[one, EARLIEST_ON], edges[other, LATEST_ON]
        if first + least > last:
            return False
        is_first_held = is_held_on(asked, layout, hunt, first, one)
        if is_held_on(asked, layout, hunt, last, other) and is_first_held:
            return True


@inner
def is_held_on_one(asked, layout, hunt, edges, done) -> bool:  # type: ignore[no-untyped-def]
    """Return whether a single day holds the set."""
    for day in range(edges[done, EARLIEST_ON], edges[done, LATEST_ON] + 1):
        if is_held_on(asked, layout, hunt, day, done):
            return True
    return False


@inner
def is_held_on_two(asked, layout, hunt, edges, done) -> bool:  # type: ignore[no-untyped-def]
    """Return whether two days hold the set together."""
    one = (done - 1) & done
    while one:
        if edges[one, EARLIEST_ON] < edges[done ^ one, LATEST_ON]:
            hunt.meta[WORK] += 1
            least = days_apart(asked, one, done ^ one)
            if least > 0 and are_held_apart(asked, layout, hunt, edges, one, done ^ one, least):
                return True
        one = (one - 1) & done
    return False


@inner
def is_held_between(asked, layout, hunt, edges, one, two, three) -> bool:  # type: ignore[no-untyped-def]
    """Return whether three days in this order hold the three sets."""
    to_two, to_three = days_apart(asked, one, two), days_apart(asked, two, three)
    least = days_apart(asked, one, three)
    if min(to_two, to_three, least) < 0:
        return False
    least = max(least, to_two + to_three)
    if not are_held_apart(asked, layout, hunt, edges, one, three, least):
        return False
    last = edges[three, LATEST_ON] - to_three
    for day in range(edges[one, EARLIEST_ON] + to_two, last + 1):
        if is_held_on(asked, layout, hunt, day, two):
            return True
    return False


@inner
def is_held_on_three(asked, layout, hunt, edges, done) -> bool:  # type: ignore[no-untyped-def]
    """Return whether three days hold the set together."""
    three = (done - 1) & done
    while three:
        rest = done ^ three
        one = (rest - 1) & rest
        while one:
            if edges[one, EARLIEST_ON] + 1 < edges[three, LATEST_ON]:
                hunt.meta[WORK] += 1
                if is_held_between(asked, layout, hunt, edges, one, rest ^ one, three):
                    return True
            one = (one - 1) & rest
        three = (three - 1) & done
    return False


@inner
def may_be_held(edges, done, days) -> bool:  # type: ignore[no-untyped-def]
    """Return False where the edges alone rule a set out, as they do for most."""
    if edges[done, EARLIEST_ON] <= edges[done, LATEST_ON] or days > 2:
        return True
    one = (done - 1) & done if days > 1 else np.int64(0)
    while one:
        if edges[one, EARLIEST_ON] < edges[done ^ one, LATEST_ON]:
            return True
        one = (one - 1) & done
    return False


@inner
def is_held(asked, layout, hunt, edges, done, days) -> bool:  # type: ignore[no-untyped-def]
    """Return whether so many days hold the set together."""
    return bool(
        is_held_on_one(asked, layout, hunt, edges, done)
        or (days > 1 and is_held_on_two(asked, layout, hunt, edges, done))
        or (days > 2 and is_held_on_three(asked, layout, hunt, edges, done))
    )


@inner
def is_part_of_held(holds, done) -> bool:  # type: ignore[no-untyped-def]
    """Return whether a set of one need more can be met."""
    need = 1
    while need < holds.shape[0]:
        if not done & need and holds[done | need]:
            return True
        need <<= 1
    return False


@inner
def what_holds(asked, layout, hunt, holds) -> None:  # type: ignore[no-untyped-def]
    """Fill by set of needs whether it can be met. Larger sets come first: they answer for parts."""
    for day in range(hunt.feasible.shape[0]):
        reach_day(asked, layout, hunt, day, all_sites(layout))
    edges, most = edges_of(hunt), asked.limits[L_DAYS]
    for done in range(holds.shape[0] - 1, 0, -1):
        holds[done] = is_part_of_held(holds, done) or (
            may_be_held(edges, done, most) and is_held(asked, layout, hunt, edges, done, most)
        )
    holds[0] = True
