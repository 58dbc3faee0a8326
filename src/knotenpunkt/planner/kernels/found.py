"""The list of the best combinations of days so far, and what every part of a search shares."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from knotenpunkt.planner.kernels.compiled import inner
from knotenpunkt.planner.kernels.fold import fold
from knotenpunkt.planner.kernels.layout import (
    L_BUDGET,
    L_STRETCH,
    L_TOP,
    NONE,
    Bools,
    Costs,
    Ints,
)
from knotenpunkt.planner.kernels.reach import table_of_sets

# Columns of an entry: the order of the first five is the order of the list.
LAST_DAY, WORTH, DAY, SET, WHERE, COLUMNS = 0, 1, 2, 5, 8, 9
# Places in `Hunt.meta`.
(
    COUNT, SETTLED, WORK, PAUSED, AT_DAYS, AT_LOCATIONS, AT_DAY, HAS_RULES, FAILED, FROM_DAY,
    SOLVED, OVERLAID,
) = range(12)  # fmt: skip
PLACES = 12


class Hunt(NamedTuple):
    """Scratch and results of one search. Sets of needs are bit sets over the items."""

    entries: Ints  # (top, COLUMNS): last day, worth, three days, three sets, set of sites
    meta: Ints
    sets: Ints  # (sets, 3): see `reach.table_of_sets`
    costs: Costs  # (days, pairs, ticks)
    offered_at: Ints  # (days, items): set of sites at which the item is offered
    feasible: Bools  # (days, sets)
    worth: Ints  # (days, sets): as far as it was asked for
    is_exact: Bools  # (days, sets)
    is_kept: Bools  # (days,): whether `worth` is that of every set a pair could want


@inner
def begin_hunt(index, asked, layout, ticks, days) -> Any:  # type: ignore[no-untyped-def]
    """Return an empty list and the folded days of a request."""
    items = asked.items.shape[0]
    sets = table_of_sets(asked, layout)
    meta = np.zeros(PLACES, np.int64)
    meta[HAS_RULES] = asked.limits[L_STRETCH] < ticks
    for a in range(items):
        for b in range(items):
            if asked.lags[a, b] > 0:
                meta[HAS_RULES] = 1
    costs = np.empty((days, layout.pairs.shape[0], ticks), np.int32)
    offered_at = np.zeros((days, items), np.int64)
    fold(index, asked, layout, costs, offered_at)
    meta[WORK] = days * layout.pairs.shape[0]
    return Hunt(
        np.empty((asked.limits[L_TOP], COLUMNS), np.int64), meta, sets, costs, offered_at,
        np.zeros((days, sets.shape[0]), np.bool_),
        np.empty((days, sets.shape[0]), np.int64), np.empty((days, sets.shape[0]), np.bool_),
        np.zeros(days, np.bool_),
    )  # fmt: skip


@inner
def with_list_of_one(hunt) -> Any:  # type: ignore[no-untyped-def]
    """Return the hunt with an empty list of one place; all else is shared."""
    return Hunt(
        np.empty((1, COLUMNS), np.int64), hunt.meta, hunt.sets, hunt.costs, hunt.offered_at,
        hunt.feasible, hunt.worth, hunt.is_exact, hunt.is_kept,
    )  # fmt: skip


@inner
def is_out_of_budget(hunt, asked, day) -> bool:  # type: ignore[no-untyped-def]
    """Return whether the search must pause at this day, and remember it."""
    if hunt.meta[PAUSED] == 0:
        hunt.meta[AT_DAY] = day
    if hunt.meta[WORK] > asked.limits[L_BUDGET]:
        hunt.meta[PAUSED] = 1
    return hunt.meta[PAUSED] > 0  # type: ignore[no-any-return]


@inner
def worst_worth(hunt, day) -> int:  # type: ignore[no-untyped-def]
    """Return the worth beyond which nothing with this last day enters the list, or -1."""
    if hunt.meta[COUNT] < hunt.entries.shape[0]:
        return NONE - 1
    last = hunt.entries[hunt.meta[COUNT] - 1]
    if last[LAST_DAY] != day:
        return NONE - 1 if last[LAST_DAY] > day else -1
    return int(last[WORTH])


@inner
def is_before(one, other) -> bool:  # type: ignore[no-untyped-def]
    """Return whether an entry comes before another in the list."""
    for n in range(5):
        if one[n] != other[n]:
            return bool(one[n] < other[n])
    return False


@inner
def enter(hunt, entry) -> None:  # type: ignore[no-untyped-def]
    """Put an entry into the list, unless one on the same days is as good; drop the last beyond top.

    Entries before `SETTLED` have fewer days or locations and stay.
    """
    entries, meta = hunt.entries, hunt.meta
    place = meta[COUNT]
    for n in range(meta[COUNT]):
        same = True
        for c in range(DAY, SET):
            same &= entries[n, c] == entry[c]
        if same:
            if n < meta[SETTLED] or entries[n, WORTH] <= entry[WORTH]:
                return
            place = n
            break
    if place == meta[COUNT]:
        if place == entries.shape[0]:
            place -= 1
            if place < meta[SETTLED] or not is_before(entry, entries[place]):
                return
        else:
            meta[COUNT] += 1
    while place > meta[SETTLED] and is_before(entry, entries[place - 1]):
        entries[place] = entries[place - 1]
        place -= 1
    entries[place] = entry
