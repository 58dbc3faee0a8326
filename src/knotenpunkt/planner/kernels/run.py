"""The one call from a request to its plans."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from knotenpunkt.planner.kernels import cache  # noqa: F401 - where compiled code is kept
from knotenpunkt.planner.kernels.collect import (
    collect_one,
    collect_two,
    offered_within,
    part_of,
)
from knotenpunkt.planner.kernels.collect_three import collect_three
from knotenpunkt.planner.kernels.compiled import inner
from knotenpunkt.planner.kernels.fold import choose
from knotenpunkt.planner.kernels.found import (
    AT_DAYS,
    AT_LOCATIONS,
    COUNT,
    DAY,
    FROM_DAY,
    LAST_DAY,
    PAUSED,
    SET,
    SETTLED,
    WHERE,
    begin_hunt,
    with_list_of_one,
)
from knotenpunkt.planner.kernels.hold import what_holds
from knotenpunkt.planner.kernels.layout import (
    L_DAYS,
    L_LOCATIONS,
    all_sites,
    lay_out,
)

LEG_COLUMNS = 7  # day, item, site, start, end, desk, interpreter


@inner
def is_covered(hunt, where, days) -> bool:  # type: ignore[no-untyped-def]
    """Return whether `days` days together offer every item at these sites (necessary)."""
    horizon, items = hunt.offered_at.shape
    whole, union = (1 << items) - 1, 0
    masks = np.empty(horizon, np.int64)
    for day in range(horizon):
        masks[day] = offered_within(hunt, day, where)
        union |= masks[day]
    if union != whole or days > 2:
        return bool(union == whole)
    for second in range(horizon):
        if masks[second] == whole:
            return True
        if days == 2:
            for first in range(second):
                if masks[first] | masks[second] == whole:
                    return True
    return False


@inner
def collect(asked, layout, hunt, where, days) -> None:  # type: ignore[no-untyped-def]
    """Enter the plans on exactly this many days within these sites."""
    if not is_covered(hunt, where, days):
        return
    hunt.is_kept[:] = False
    if days == 1:
        collect_one(asked, layout, hunt, where)
    elif days == 2:
        collect_two(asked, layout, hunt, where)
    else:
        collect_three(asked, layout, hunt, where)


@inner
def next_of_size(where) -> int:  # type: ignore[no-untyped-def]
    """Return the next larger number with as many bits (Gosper)."""
    low = where & -where
    high = where + low
    return int((((where ^ high) >> 2) // low) | high)


@inner
def first_last_day(asked, layout, hunt, where, days) -> int:  # type: ignore[no-untyped-def]
    """Return the earliest last day of any plan on this many days within these sites, or -1."""
    meta = hunt.meta
    count, settled = meta[COUNT], meta[SETTLED]
    meta[COUNT], meta[SETTLED] = 0, 0
    probe = with_list_of_one(hunt)
    collect(asked, layout, probe, where, days)
    found = probe.entries[0, LAST_DAY] if meta[COUNT] else -1
    meta[COUNT], meta[SETTLED] = count, settled
    return int(found)


@inner
def collect_by_locations(asked, layout, hunt, days) -> None:  # type: ignore[no-untyped-def]
    """Enter the plans on this many days, fewest locations first.

    Where one location does not suffice, all of them together say whether any number does, and
    before which day none does.
    """
    sites, top, meta = layout.site_of.shape[0], hunt.entries.shape[0], hunt.meta
    everywhere = all_sites(layout)
    meta[FROM_DAY] = 0
    if not is_covered(hunt, everywhere, days):
        return
    for size in range(1, min(asked.items.shape[0], sites) + 1):
        meta[AT_LOCATIONS], meta[SETTLED] = size, meta[COUNT]
        if size == 2 < sites:
            meta[FROM_DAY] = first_last_day(asked, layout, hunt, everywhere, days)
            if meta[FROM_DAY] < 0:
                return
        where = (1 << size) - 1
        while where <= everywhere and meta[PAUSED] == 0:
            collect(asked, layout, hunt, where, days)
            where = next_of_size(where)
        if meta[COUNT] == top or meta[PAUSED]:
            return


@inner
def collect_all(asked, layout, hunt) -> None:  # type: ignore[no-untyped-def]
    """Enter the plans, fewest days first, until the list is full."""
    for days in range(1, asked.limits[L_DAYS] + 1):
        hunt.meta[AT_DAYS], hunt.meta[AT_LOCATIONS] = days, 0
        hunt.meta[SETTLED] = hunt.meta[COUNT]
        if asked.limits[L_LOCATIONS]:
            collect_by_locations(asked, layout, hunt, days)
        else:
            collect(asked, layout, hunt, all_sites(layout), days)
        if hunt.meta[COUNT] == hunt.entries.shape[0] or hunt.meta[PAUSED]:
            break


@inner
def legs_of(index, asked, layout, hunt) -> Any:  # type: ignore[no-untyped-def]
    """Return the legs of all entries, each in order of time."""
    items, count = asked.items.shape[0], hunt.meta[COUNT]
    legs, path = np.empty((count, items, LEG_COLUMNS), np.int64), np.empty((items, 4), np.int64)
    for n in range(count):
        row = 0
        for part in range(3):
            day, done = hunt.entries[n, DAY + part], hunt.entries[n, SET + part]
            if day < 0:
                continue
            stops = part_of(asked, layout, hunt, day, hunt.entries[n, WHERE], done, path)
            for stop in range(stops):
                k, site = path[stop, 0], layout.site_of[path[stop, 1]]
                desk, talker = choose(index, asked, day, k, site, path[stop, 2])
                leg = legs[n, row]
                leg[0], leg[1], leg[2], leg[3] = day, k, site, path[stop, 2]
                leg[4], leg[5], leg[6] = path[stop, 3], desk, talker
                row += 1
    return legs


@njit(cache=True, error_model="numpy")
def run(index, asked, ticks) -> Any:  # type: ignore[no-untyped-def]
    """Return (entries, legs, meta, costs, pairs, sites here, holds).

    Entries are the best combinations of days, best first; `legs[n]` holds a row (day, item, site,
    start, end, desk, interpreter) for each item. Where no plan is asked for (`top` 0), `holds`
    says of each set of items whether it can be met at all.
    """
    layout = lay_out(index, asked)
    hunt = begin_hunt(index, asked, layout, ticks, asked.window_offsets.shape[0] - 1)
    top = hunt.entries.shape[0]
    holds = np.zeros(0 if top else hunt.sets.shape[0], np.bool_)
    if top:
        collect_all(asked, layout, hunt)
    else:
        what_holds(asked, layout, hunt, holds)
    legs = legs_of(index, asked, layout, hunt)
    entries = hunt.entries[: hunt.meta[COUNT]]
    return entries, legs, hunt.meta, hunt.costs, layout.pairs, layout.site_of, holds
