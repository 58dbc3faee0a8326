"""The arrays that the compiled functions share, and the names of their columns.

Few wide tables instead of many arrays: each array that crosses a compiled call costs time to
compile and to count references.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from knotenpunkt.planner.kernels.compiled import inner

Ints = NDArray[np.int64]
Costs = NDArray[np.int32]
Bools = NDArray[np.bool_]

SHIFT = 20  # a worth is (span << SHIFT) + cost: additive over days, and span counts before cost
INF = 1 << 19  # no leg: more than any leg can cost, and ten legs fit below 1 << SHIFT
NEVER = -(1 << 60)
NONE = 1 << 60  # no order
LAST_BIT = 62  # sites beyond share a bit; then sites can only be wanted all together

# Columns of `Index.desk`, `Index.desk_at`, `Index.talk_rows`.
SITE, DESK_COST, IS_GERMAN, IS_FIXED = range(4)
BEGIN, END = range(2)
LOW, HIGH, BEFORE, AFTER = range(4)
# Columns of `Asked.items` and `Asked.talkers`.
(
    DURATION, OCCUPIED, RANK, DESKS_FROM, DESKS_TO, EARLIEST, LATEST, SUCCESSORS,
    PIN_DAY, PIN_SITE, PIN_START,
) = range(11)  # fmt: skip
SERVES, PRICE, FIRST_DAY, IS_REMOTE = range(4)
# Places in `Asked.limits`.
L_DAYS, L_SPAN, L_STRETCH, L_BREAK, L_LEGS, L_OUTSIDE, L_LOCATIONS, L_TOP, L_BUDGET = range(9)
# Columns of `Layout.pairs`.
ITEM, HERE, BIT = range(3)


class Index(NamedTuple):
    """What is free, of a whole network. Rows of (day, desk) are `rows[at[..., 0]:at[..., 1]]`.

    A (day, desk) is renewed by writing its rows anywhere and pointing `desk_at` there.
    """

    desk: Ints  # (desks, 4): site, cost, speaks German, legs begin only at given starts
    desk_at: Ints  # (days, desks, 2)
    desk_rows: Ints  # (n, 2): from, to, in ticks
    start_at: Ints  # (days, desks, 2): starts of group sessions
    start_rows: Ints  # (n, 1)
    talk_at: Ints  # (days, interpreters, 2)
    talk_rows: Ints  # (n, 4): from, to, site before, site after
    travel: Ints  # (sites, sites)


class Asked(NamedTuple):
    """What one request asks."""

    items: Ints  # (items, 11): see above
    desks: Ints  # desks of item k are desks[DESKS_FROM:DESKS_TO]
    speech: Ints  # by desk: cost of the cheapest common language, or INF
    talkers: Ints  # (interpreters, 4): set of items, price, first day, is remote
    window_offsets: Ints  # (days + 1,)
    windows: Ints  # (n, 2)
    tick_price: Ints  # by start tick: early and late cost
    lags: Ints  # (items, items): least ticks from the end of a to the start of b, or -1
    rules: Ints  # (n, 3): before, after, least days
    limits: Ints  # see L_...


class Layout(NamedTuple):
    """The sites at which anything asked is given, numbered anew, and their pairs with items."""

    site_of: Ints  # (sites here,): number in the network
    pairs: Ints  # (pairs, 3): item, site here, bit of the site in a set
    pair_of: Ints  # (items, sites of the network): pair or -1
    way: Ints  # (sites here, sites here)
    shortest_way: int


@inner
def all_sites(layout) -> int:  # type: ignore[no-untyped-def]
    """Return the set of all sites."""
    count = layout.site_of.shape[0]
    return (1 << count) - 1 if count < LAST_BIT else -1


@inner
def lay_out(index, asked) -> Any:  # type: ignore[no-untyped-def]
    """Return the layout of a request."""
    desk, travel, wanted, desks = index.desk, index.travel, asked.items, asked.desks
    items, sites = wanted.shape[0], travel.shape[0]
    pair_of = np.full((items, sites), -1, np.int64)
    here = np.full(sites, -1, np.int64)
    site_of = np.empty(sites, np.int64)
    pairs = np.empty((items * sites, 3), np.int64)
    count, size = 0, 0
    for k in range(items):
        for n in range(wanted[k, DESKS_FROM], wanted[k, DESKS_TO]):
            site = desk[desks[n], SITE]
            if here[site] < 0:
                here[site], site_of[count] = count, site
                count += 1
            if pair_of[k, site] < 0:
                pair_of[k, site] = size
                pairs[size, ITEM], pairs[size, HERE] = k, here[site]
                pairs[size, BIT] = 1 << min(here[site], LAST_BIT)
                size += 1
    way = np.empty((count, count), np.int64)
    shortest = 1 << 40
    for i in range(count):
        for j in range(count):
            way[i, j] = travel[site_of[i], site_of[j]]
            shortest = min(shortest, way[i, j])
    return Layout(site_of[:count], pairs[:size], pair_of, way, shortest if count else 0)
