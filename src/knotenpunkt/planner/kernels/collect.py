"""One day, two days, three days: the best combinations, earliest last day first."""

from __future__ import annotations

from typing import Any

import numpy as np

from knotenpunkt.planner.kernels.compiled import inner
from knotenpunkt.planner.kernels.found import (
    COLUMNS,
    DAY,
    FAILED,
    FROM_DAY,
    HAS_RULES,
    LAST_DAY,
    OVERLAID,
    PAUSED,
    SET,
    SOLVED,
    WHERE,
    WORK,
    WORTH,
    enter,
    is_out_of_budget,
    worst_worth,
)
from knotenpunkt.planner.kernels.layout import L_BUDGET, L_SPAN, NONE, SHIFT, all_sites
from knotenpunkt.planner.kernels.orders import best_orders, span_limits
from knotenpunkt.planner.kernels.reach import FORBIDDEN, GAP, LEAST, reach
from knotenpunkt.planner.kernels.rested import keeps_rules, path_of, rested_order

PATIENCE = 2  # pairs without a plan
ENOUGH_SOLVED = 8  # days, while there is no plan


@inner
def offered_within(hunt, day, where) -> int:  # type: ignore[no-untyped-def]
    """Return the set of items that this day offers at the sites of `where`."""
    offered = 0
    for k in range(hunt.offered_at.shape[1]):
        if hunt.offered_at[day, k] & where:
            offered |= 1 << k
    return offered


@inner
def solve_day(asked, layout, hunt, day, where, allowed) -> None:  # type: ignore[no-untyped-def]
    """Fill `worth[day]` and `is_exact[day]` for the sets with an allowed span."""
    limit = span_limits(asked, layout, offered_within(hunt, day, where), allowed)
    labels, best = best_orders(asked, layout, hunt.costs, day, where, limit, hunt.worth)
    hunt.meta[WORK] += 20 * labels.shape[0]
    hunt.meta[SOLVED] += 1
    hunt.is_exact[day] = True
    if hunt.meta[HAS_RULES]:
        path = np.empty((asked.items.shape[0], 4), np.int64)
        for done in range(best.shape[0]):
            if best[done] >= 0 and allowed[done] >= 0:
                count = path_of(layout, asked, labels, best[done], path)
                hunt.is_exact[day, done] = keeps_rules(asked, layout, path, count)


@inner
def solve_all(asked, layout, hunt, day, where) -> None:  # type: ignore[no-untyped-def]
    """Solve a day for every set that may be feasible, and leave no other feasible."""
    sets = hunt.feasible.shape[1]
    allowed = np.full(sets, -1, np.int64)
    for done in range(1, sets):
        if hunt.feasible[day, done]:
            allowed[done] = asked.limits[L_SPAN]
    solve_day(asked, layout, hunt, day, where, allowed)
    for done in range(1, sets):
        hunt.feasible[day, done] = allowed[done] >= 0 and hunt.worth[day, done] < NONE
    hunt.is_kept[day] = True


@inner
def keep_day(asked, layout, hunt, day, where) -> None:  # type: ignore[no-untyped-def]
    """Solve a day once for every set that a pair could want of it, and leave no other feasible."""
    if hunt.is_kept[day]:
        return
    whole = (1 << asked.items.shape[0]) - 1
    allowed = np.full(whole + 1, -1, np.int64)
    for one in range(1, whole):
        if hunt.feasible[day, one] and not hunt.sets[whole ^ one, FORBIDDEN]:
            allowed[one] = asked.limits[L_SPAN]
    solve_day(asked, layout, hunt, day, where, allowed)
    for one in range(1, whole):
        hunt.feasible[day, one] = allowed[one] >= 0 and hunt.worth[day, one] < NONE
    hunt.is_kept[day] = True


@inner
def make_exact(asked, layout, hunt, day, where, done, longest) -> None:  # type: ignore[no-untyped-def]
    """Replace the lower bound of a set by the worth of its best order with breaks and lags kept."""
    path = np.empty((asked.items.shape[0], 4), np.int64)
    budget = asked.limits[L_BUDGET] - hunt.meta[WORK]
    least = hunt.worth[day, done] >> SHIFT
    worth, _, work = rested_order(
        asked, layout, hunt.costs, day, where, done, least, longest, path, budget
    )
    hunt.meta[WORK] += work
    hunt.worth[day, done], hunt.is_exact[day, done] = worth, True
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
        if day < hunt.meta[FROM_DAY] or offered_within(hunt, day, where) != whole:
            continue
        hunt.meta[WORK] += reach(
            asked, layout, hunt.costs, day, where, whole, whole, hunt.sets, hunt.feasible
        )
        if not hunt.feasible[day, whole]:
            continue
        allowed[whole] = min(asked.limits[L_SPAN], worst >> SHIFT)
        solve_day(asked, layout, hunt, day, where, allowed)
        if hunt.worth[day, whole] < NONE and not hunt.is_exact[day, whole]:
            make_exact(asked, layout, hunt, day, where, whole, allowed[whole])
        if hunt.worth[day, whole] < NONE:
            entry[LAST_DAY], entry[WORTH], entry[DAY] = day, hunt.worth[day, whole], day
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
def overlay(asked, layout, hunt) -> None:  # type: ignore[no-untyped-def]
    """Lay all days over each other and solve this one: what it does not hold no day does.

    Forbids such sets, and raises the least span of the others that a pair could want. All sites
    take part, so that the answer holds for any of them.
    """
    whole, sets = (1 << asked.items.shape[0]) - 1, hunt.sets
    costs = hunt.costs[:1].copy()
    for day in range(1, hunt.costs.shape[0]):
        costs[0] = np.minimum(costs[0], hunt.costs[day])
    allowed, worth = np.full(whole + 1, -1, np.int64), np.empty((1, whole + 1), np.int64)
    for one in range(1, whole):
        if not sets[one, FORBIDDEN] and not sets[whole ^ one, FORBIDDEN]:
            allowed[one] = asked.limits[L_SPAN]
    limit = span_limits(asked, layout, whole, allowed)
    labels, _ = best_orders(asked, layout, costs, 0, all_sites(layout), limit, worth)
    hunt.meta[WORK] += 20 * labels.shape[0] + costs.shape[1] * hunt.costs.shape[0]
    for one in range(1, whole):
        if allowed[one] >= 0:
            sets[one, FORBIDDEN] = worth[0, one] == NONE
            sets[one, LEAST] = max(sets[one, LEAST], worth[0, one] >> SHIFT)
    hunt.meta[OVERLAID] = 1


@inner
def is_worth_overlaying(asked, hunt, worst) -> bool:  # type: ignore[no-untyped-def]
    """Return whether so much was tried in vain that one solved day more may save many.

    Where her days may be long, hardly a set is too long for the overlaid one, and it costs most.
    """
    if hunt.meta[OVERLAID] or worst < NONE - 1 or 2 * asked.limits[L_SPAN] > hunt.costs.shape[2]:
        return False
    return bool(hunt.meta[FAILED] >= PATIENCE or hunt.meta[SOLVED] >= ENOUGH_SOLVED)


@inner
def may_be_paired(hunt) -> bool:  # type: ignore[no-untyped-def]
    """Return whether some set may share two days with its complement."""
    whole, sets = hunt.sets.shape[0] - 1, hunt.sets
    for one in range(1, whole):
        both = not sets[one, FORBIDDEN] and not sets[whole ^ one, FORBIDDEN]
        if both and sets[one, GAP] >= 0:
            return True
    return False


@inner
def collect_two(asked, layout, hunt, where) -> None:  # type: ignore[no-untyped-def]
    """Enter the plans of two days. The day is looked at alone first, then with each before it."""
    whole = (1 << asked.items.shape[0]) - 1
    earlier = np.zeros(whole + 1, np.bool_)
    for second in range(hunt.feasible.shape[0]):
        worst = worst_worth(hunt, second)
        if worst < 0 or is_out_of_budget(hunt, asked, second) or not may_be_paired(hunt):
            return
        if is_worth_overlaying(asked, hunt, worst):
            overlay(asked, layout, hunt)
        reach_day(asked, layout, hunt, second, where)
        fits = False
        for one in range(1, whole if second >= hunt.meta[FROM_DAY] else 0):
            if earlier[one] and hunt.sets[one, GAP] >= 0 and hunt.feasible[second, whole ^ one]:
                fits = True
                break
        if fits:
            pair_up(asked, layout, hunt, second, where, earlier)
        for one in range(1, whole):
            earlier[one] |= hunt.feasible[second, one]


@inner
def is_hard(hunt, worst) -> bool:  # type: ignore[no-untyped-def]
    """Return whether so many pairs held no plan that days are rather solved once for all pairs."""
    return bool(hunt.meta[FAILED] >= PATIENCE and worst == NONE - 1)


@inner
def solve_second(asked, layout, hunt, second, where, earlier) -> None:  # type: ignore[no-untyped-def]
    """Fill `worth[second]` for the sets whose complement an earlier day may hold."""
    whole, worst = (1 << asked.items.shape[0]) - 1, worst_worth(hunt, second)
    if is_hard(hunt, worst):
        keep_day(asked, layout, hunt, second, where)
        return
    allowed = np.full(whole + 1, -1, np.int64)
    for one in range(1, whole):
        if earlier[one] and hunt.sets[one, GAP] >= 0 and hunt.feasible[second, whole ^ one]:
            longest = min(asked.limits[L_SPAN], (worst >> SHIFT) - hunt.sets[one, LEAST])
            allowed[whole ^ one] = max(longest, -1)
    solve_day(asked, layout, hunt, second, where, allowed)


@inner
def wanted_before(hunt, second, earlier) -> Any:  # type: ignore[no-untyped-def]
    """Return the sets that leave to the second day what it holds; `worth[second]` is known."""
    whole = earlier.shape[0] - 1
    found, count = np.empty(whole + 1, np.int64), 0
    for one in range(1, whole):
        if earlier[one] and hunt.sets[one, GAP] >= 0 and hunt.worth[second, whole ^ one] < NONE:
            found[count] = one
            count += 1
    return found[:count]


@inner
def bounds_of_pairs(hunt, second, wanted) -> Any:  # type: ignore[no-untyped-def]
    """Return by first day a worth that no plan on it and the second day undercuts."""
    whole = hunt.feasible.shape[1] - 1
    bounds = np.full(second, NONE, np.int64)
    for first in range(second):
        is_kept, most = hunt.is_kept[first], second - first
        for one in wanted:
            if hunt.feasible[first, one] and hunt.sets[one, GAP] <= most:
                least = hunt.worth[first, one] if is_kept else hunt.sets[one, LEAST] << SHIFT
                bounds[first] = min(bounds[first], least + hunt.worth[second, whole ^ one])
    hunt.meta[WORK] += second * wanted.shape[0] // 16
    return bounds


@inner
def pair_up(asked, layout, hunt, second, where, earlier) -> None:  # type: ignore[no-untyped-def]
    """Enter the plans whose last day is `second`: cheapest bounds first, then the truth."""
    solve_second(asked, layout, hunt, second, where, earlier)
    wanted = wanted_before(hunt, second, earlier)
    bounds = bounds_of_pairs(hunt, second, wanted)
    while second:
        first = np.int64(0)
        for day in range(second):
            if bounds[day] < bounds[first]:
                first = day  # type: ignore[assignment]
        if bounds[first] > worst_worth(hunt, second) or is_out_of_budget(hunt, asked, second):
            return
        bounds[first] = NONE
        if not best_pair(asked, layout, hunt, first, second, where, wanted):
            hunt.meta[FAILED] += 1


@inner
def solve_first(asked, layout, hunt, first, second, where, wanted) -> Any:  # type: ignore[no-untyped-def]
    """Fill `worth[first]` for those wanted sets that go with the second day; return these."""
    whole, worst = (1 << asked.items.shape[0]) - 1, worst_worth(hunt, second)
    if is_hard(hunt, worst):
        keep_day(asked, layout, hunt, first, where)
    allowed = np.full(whole + 1, -1, np.int64)
    left, count = np.empty_like(wanted), 0
    for one in wanted:
        longest = min(asked.limits[L_SPAN], (worst - hunt.worth[second, whole ^ one]) >> SHIFT)
        if hunt.feasible[first, one] and hunt.sets[one, GAP] <= second - first and longest >= 0:
            allowed[one], left[count] = longest, one
            count += 1
    if not hunt.is_kept[first]:
        solve_day(asked, layout, hunt, first, where, allowed)
    return left[:count]


@inner
def best_pair(asked, layout, hunt, first, second, where, wanted) -> bool:  # type: ignore[no-untyped-def]
    """Enter the best plan on exactly these two days if it enters the list; return whether."""
    whole = (1 << asked.items.shape[0]) - 1
    worst, span = worst_worth(hunt, second), asked.limits[L_SPAN]
    wanted = solve_first(asked, layout, hunt, first, second, where, wanted)
    while hunt.meta[PAUSED] == 0:
        best, one = NONE, np.int64(0)
        for chosen in wanted:
            together = hunt.worth[first, chosen] + hunt.worth[second, whole ^ chosen]
            if together < best:
                best, one = together, chosen
        if best > worst:
            return False
        other = whole ^ one
        if not hunt.is_exact[first, one]:
            longest = min(span, (worst - hunt.worth[second, other]) >> SHIFT)
            make_exact(asked, layout, hunt, first, where, one, longest)
        elif not hunt.is_exact[second, other]:
            longest = min(span, (worst >> SHIFT) - hunt.sets[one, LEAST])
            make_exact(asked, layout, hunt, second, where, other, longest)
        else:
            entry = np.full(COLUMNS, -1, np.int64)
            entry[LAST_DAY], entry[WORTH], entry[WHERE] = second, best, where
            entry[DAY], entry[DAY + 1] = first, second
            entry[SET], entry[SET + 1] = one, other
            enter(hunt, entry)
            return True
    return False


@inner
def part_of(asked, layout, hunt, day, where, done, path) -> Any:  # type: ignore[no-untyped-def]
    """Fill `path` with the best order of a set that is known to have one; return its length."""
    allowed = np.full(1 << asked.items.shape[0], -1, np.int64)
    allowed[done] = asked.limits[L_SPAN]
    limit = span_limits(asked, layout, offered_within(hunt, day, where), allowed)
    labels, best = best_orders(asked, layout, hunt.costs, day, where, limit, hunt.worth)
    count = path_of(layout, asked, labels, best[done], path)
    if hunt.meta[HAS_RULES] and not keeps_rules(asked, layout, path, count):
        least, longest = hunt.worth[day, done] >> SHIFT, asked.limits[L_SPAN]
        _, count, _ = rested_order(
            asked, layout, hunt.costs, day, where, done, least, longest, path, np.int64(NONE)
        )
    return count
