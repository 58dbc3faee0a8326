"""One day, two days, three days: the best combinations, earliest last day first."""

from __future__ import annotations

from typing import Any

import numpy as np

from knotenpunkt.planner.kernels.compiled import inner
from knotenpunkt.planner.kernels.found import (
    COLUMNS,
    DAY,
    HAS_RULES,
    LAST_DAY,
    PAUSED,
    SET,
    WHERE,
    WORK,
    WORTH,
    enter,
    is_out_of_budget,
    worst_worth,
)
from knotenpunkt.planner.kernels.layout import L_BUDGET, L_SPAN, NONE, SHIFT
from knotenpunkt.planner.kernels.orders import best_orders, span_limits
from knotenpunkt.planner.kernels.reach import FORBIDDEN, GAP, LEAST, reach
from knotenpunkt.planner.kernels.rested import keeps_rules, path_of, rested_order


@inner
def offered_within(hunt, day, where) -> int:  # type: ignore[no-untyped-def]
    """Return the set of items that this day offers at the sites of `where`."""
    offered = 0
    for k in range(hunt.offered_at.shape[1]):
        if hunt.offered_at[day, k] & where:
            offered |= 1 << k
    return offered


@inner
def solve_day(asked, layout, hunt, day, where, allowed, slot) -> None:  # type: ignore[no-untyped-def]
    """Fill `worth[slot]` and `is_exact[slot]` for the sets with an allowed span."""
    limit = span_limits(asked, layout, offered_within(hunt, day, where), allowed)
    labels, best = best_orders(asked, layout, hunt.costs, day, where, limit, slot, hunt.worth)
    hunt.meta[WORK] += 20 * labels.shape[0]
    hunt.is_exact[slot] = True
    if hunt.meta[HAS_RULES]:
        path = np.empty((asked.items.shape[0], 4), np.int64)
        for done in range(best.shape[0]):
            if best[done] >= 0 and allowed[done] >= 0:
                count = path_of(layout, asked, labels, best[done], path)
                hunt.is_exact[slot, done] = keeps_rules(asked, layout, path, count)


@inner
def make_exact(asked, layout, hunt, day, where, done, longest, slot) -> None:  # type: ignore[no-untyped-def]
    """Replace the lower bound of a set by the worth of its best order with breaks and lags kept."""
    path = np.empty((asked.items.shape[0], 4), np.int64)
    budget = asked.limits[L_BUDGET] - hunt.meta[WORK]
    worth, _, work = rested_order(
        asked,
        layout,
        hunt.costs,
        day,
        where,
        done,
        hunt.worth[slot, done] >> SHIFT,
        longest,
        path,
        budget,
    )
    hunt.meta[WORK] += work
    hunt.worth[slot, done], hunt.is_exact[slot, done] = worth, True
    if work > budget:
        hunt.meta[PAUSED] = 1


@inner
def collect_one(asked, layout, hunt, where) -> None:  # type: ignore[no-untyped-def]
    """Enter the plans of a single day."""
    whole = (1 << asked.items.shape[0]) - 1
    entry = np.full(COLUMNS, -1, np.int64)
    allowed = np.full(whole + 1, -1, np.int64)
    if hunt.sets[whole, FORBIDDEN] or hunt.sets[whole, LEAST] > asked.limits[L_SPAN]:
        return
    for day in range(hunt.feasible.shape[0]):
        worst = worst_worth(hunt, day)
        if worst < 0 or is_out_of_budget(hunt, asked, day):
            return
        if offered_within(hunt, day, where) != whole:
            continue
        hunt.meta[WORK] += reach(
            asked, layout, hunt.costs, day, where, whole, whole, hunt.sets, hunt.feasible
        )
        if not hunt.feasible[day, whole]:
            continue
        allowed[whole] = min(asked.limits[L_SPAN], worst >> SHIFT)
        solve_day(asked, layout, hunt, day, where, allowed, np.int64(0))
        if hunt.worth[0, whole] < NONE and not hunt.is_exact[0, whole]:
            make_exact(asked, layout, hunt, day, where, whole, allowed[whole], np.int64(0))
        if hunt.worth[0, whole] < NONE:
            entry[LAST_DAY], entry[WORTH], entry[DAY] = day, hunt.worth[0, whole], day
            entry[SET], entry[WHERE] = whole, where
            enter(hunt, entry)


@inner
def reach_day(asked, layout, hunt, day, where) -> None:  # type: ignore[no-untyped-def]
    """Fill `feasible[day]` for all sets."""
    offered = offered_within(hunt, day, where)
    hunt.feasible[day] = False
    if offered:
        hunt.meta[WORK] += reach(
            asked, layout, hunt.costs, day, where, offered, np.int64(0), hunt.sets, hunt.feasible
        )
    hunt.feasible[day, 0] = False


@inner
def collect_two(asked, layout, hunt, where) -> None:  # type: ignore[no-untyped-def]
    """Enter the plans of two days. The day is looked at alone first, then with each before it."""
    whole = (1 << asked.items.shape[0]) - 1
    earlier = np.zeros(whole + 1, np.bool_)
    for second in range(hunt.feasible.shape[0]):
        if worst_worth(hunt, second) < 0 or is_out_of_budget(hunt, asked, second):
            return
        reach_day(asked, layout, hunt, second, where)
        fits = False
        for one in range(1, whole):
            if earlier[one] and hunt.sets[one, GAP] >= 0 and hunt.feasible[second, whole ^ one]:
                fits = True
                break
        if fits:
            pair_up(asked, layout, hunt, second, where, earlier)
        for one in range(1, whole):
            earlier[one] |= hunt.feasible[second, one]


@inner
def pair_up(asked, layout, hunt, second, where, earlier) -> None:  # type: ignore[no-untyped-def]
    """Enter the plans whose last day is `second`: cheapest bounds first, then the truth."""
    whole = (1 << asked.items.shape[0]) - 1
    worst = worst_worth(hunt, second)
    allowed = np.full(whole + 1, -1, np.int64)
    for one in range(1, whole):
        if earlier[one] and hunt.sets[one, GAP] >= 0 and hunt.feasible[second, whole ^ one]:
            longest = min(asked.limits[L_SPAN], (worst >> SHIFT) - hunt.sets[one, LEAST])
            allowed[whole ^ one] = max(longest, -1)
    solve_day(asked, layout, hunt, second, where, allowed, np.int64(1))
    bounds = np.full(second, NONE, np.int64)
    for first in range(second):
        for one in range(1, whole):
            other = hunt.worth[1, whole ^ one]
            if (
                hunt.feasible[first, one]
                and other < NONE
                and 0 <= hunt.sets[one, GAP] <= second - first
            ):
                bounds[first] = min(bounds[first], (hunt.sets[one, LEAST] << SHIFT) + other)
    while second:
        first = np.int64(0)  # type: ignore[assignment]
        for day in range(second):
            if bounds[day] < bounds[first]:
                first = day
        if bounds[first] > worst_worth(hunt, second) or is_out_of_budget(hunt, asked, second):
            return
        bounds[first] = NONE
        best_pair(asked, layout, hunt, first, second, where)


@inner
def best_pair(asked, layout, hunt, first, second, where) -> None:  # type: ignore[no-untyped-def]
    """Enter the best plan on exactly these two days; `worth[1]` is that of the second."""
    whole = (1 << asked.items.shape[0]) - 1
    worst = worst_worth(hunt, second)
    allowed = np.full(whole + 1, -1, np.int64)
    for one in range(1, whole):
        other = hunt.worth[1, whole ^ one]
        if (
            hunt.feasible[first, one]
            and other < NONE
            and 0 <= hunt.sets[one, GAP] <= second - first
        ):
            allowed[one] = max(min(asked.limits[L_SPAN], (worst - other) >> SHIFT), -1)
    solve_day(asked, layout, hunt, first, where, allowed, np.int64(0))
    while hunt.meta[PAUSED] == 0:
        best, chosen = NONE, np.int64(0)
        for one in range(1, whole):
            if allowed[one] >= 0 and hunt.worth[0, one] < NONE:
                together = hunt.worth[0, one] + hunt.worth[1, whole ^ one]
                if together < best:
                    best, chosen = together, one  # type: ignore[assignment]
        if best > worst:
            return
        if not hunt.is_exact[0, chosen]:
            make_exact(asked, layout, hunt, first, where, chosen, allowed[chosen], np.int64(0))
        elif not hunt.is_exact[1, whole ^ chosen]:
            longest = min(asked.limits[L_SPAN], (worst >> SHIFT) - hunt.sets[chosen, LEAST])
            make_exact(asked, layout, hunt, second, where, whole ^ chosen, longest, np.int64(1))
        else:
            entry = np.full(COLUMNS, -1, np.int64)
            entry[LAST_DAY], entry[WORTH], entry[WHERE] = second, best, where
            entry[DAY], entry[DAY + 1] = first, second
            entry[SET], entry[SET + 1] = chosen, whole ^ chosen
            enter(hunt, entry)
            return


@inner
def part_of(asked, layout, hunt, day, where, done, path) -> Any:  # type: ignore[no-untyped-def]
    """Fill `path` with the best order of a set that is known to have one; return its length."""
    allowed = np.full(1 << asked.items.shape[0], -1, np.int64)
    allowed[done] = asked.limits[L_SPAN]
    limit = span_limits(asked, layout, offered_within(hunt, day, where), allowed)
    labels, best = best_orders(
        asked, layout, hunt.costs, day, where, limit, np.int64(0), hunt.worth
    )
    count = path_of(layout, asked, labels, best[done], path)
    if hunt.meta[HAS_RULES] and not keeps_rules(asked, layout, path, count):
        least, longest = hunt.worth[0, done] >> SHIFT, asked.limits[L_SPAN]
        _, count, _ = rested_order(
            asked, layout, hunt.costs, day, where, done, least, longest, path, np.int64(NONE)
        )
    return count
