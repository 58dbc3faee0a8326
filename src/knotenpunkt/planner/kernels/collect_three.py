"""Three days: an option beyond the format's one or two, for those who cannot do with two."""

from __future__ import annotations

from typing import Any

import numpy as np

from knotenpunkt.planner.kernels.collect import make_exact, reach_day, solve_all
from knotenpunkt.planner.kernels.compiled import inner
from knotenpunkt.planner.kernels.found import (
    COLUMNS,
    DAY,
    LAST_DAY,
    PAUSED,
    SET,
    WHERE,
    WORTH,
    enter,
    is_out_of_budget,
    worst_worth,
)
from knotenpunkt.planner.kernels.layout import L_SPAN, NONE
from knotenpunkt.planner.kernels.reach import GAP


@inner
def holds_anything(hunt, day) -> bool:  # type: ignore[no-untyped-def]
    """Return whether the day can hold any set."""
    for done in range(hunt.feasible.shape[1]):  # noqa: SIM110 - generators do not compile
        if hunt.feasible[day, done]:
            return True
    return False


@inner
def days_between(asked, one, other) -> int:  # type: ignore[no-untyped-def]
    """Return the least days from the day of set `one` to the day of set `other`."""
    least = 0
    for r in range(asked.rules.shape[0]):
        if (one >> asked.rules[r, 0]) & 1 and (other >> asked.rules[r, 1]) & 1:
            least = max(least, asked.rules[r, 2])
    return least


@inner
def may_part(asked, hunt, one, two, three, days) -> bool:  # type: ignore[no-untyped-def]
    """Return whether precedence allows these sets on these days."""
    if hunt.sets[one, GAP] < 0 or hunt.sets[one | two, GAP] < 0:
        return False
    return bool(
        days_between(asked, one, two) <= days[1] - days[0]
        and days_between(asked, one, three) <= days[2] - days[0]
        and days_between(asked, two, three) <= days[2] - days[1]
    )


@inner
def widen(hunt, day, earlier, pairs) -> None:  # type: ignore[no-untyped-def]
    """Note in `pairs` the sets that a day before and this one hold together, in `earlier` this."""
    whole = earlier.shape[0] - 1
    for two in range(1, whole):
        if not hunt.feasible[day, two]:
            continue
        rest = whole ^ two
        one = rest
        while one:
            pairs[one | two] |= earlier[one]
            one = (one - 1) & rest
    for two in range(1, whole):
        earlier[two] |= hunt.feasible[day, two]


@inner
def best_triple(asked, hunt, days) -> Any:  # type: ignore[no-untyped-def]
    """Return (worth, first, second, third set) of the best partition onto these days."""
    worths, whole = hunt.worth, hunt.worth.shape[1] - 1
    best, nothing = NONE, np.int64(0)
    parts = (nothing, nothing, nothing)
    for three in range(1, whole):
        if worths[days[2], three] >= best:
            continue
        rest = whole ^ three
        if hunt.sets[rest, GAP] < 0:
            continue
        two = (rest - 1) & rest
        while two:
            one = rest ^ two
            if worths[days[0], one] < NONE and worths[days[1], two] < NONE:
                worth = worths[days[0], one] + worths[days[1], two] + worths[days[2], three]
                if worth < best and may_part(asked, hunt, one, two, three, days):
                    best, parts = worth, (one, two, three)  # type: ignore[assignment]
            two = (two - 1) & rest
    return best, parts


@inner
def enter_triple(asked, layout, hunt, where, days) -> None:  # type: ignore[no-untyped-def]
    """Enter the best plan on exactly these three days."""
    entry = np.full(COLUMNS, -1, np.int64)
    while hunt.meta[PAUSED] == 0:
        best, parts = best_triple(asked, hunt, days)
        if best >= NONE or best > worst_worth(hunt, days[2]):
            return
        settled = True
        for n in range(3):
            if settled and not hunt.is_exact[days[n], parts[n]]:
                make_exact(asked, layout, hunt, days[n], where, parts[n], asked.limits[L_SPAN])
                settled = False
        if settled:
            entry[LAST_DAY], entry[WORTH], entry[WHERE] = days[2], best, where
            for n in range(3):
                entry[DAY + n], entry[SET + n] = days[n], parts[n]
            enter(hunt, entry)
            return


@inner
def keep_days(asked, layout, hunt, where, until) -> None:  # type: ignore[no-untyped-def]
    """Solve the days up to `until` that are not solved yet, for all sets."""
    for day in range(until + 1):
        if hunt.is_kept[day]:
            continue
        if holds_anything(hunt, day):
            solve_all(asked, layout, hunt, day, where)
        else:
            hunt.worth[day], hunt.is_kept[day] = NONE, True


@inner
def collect_three(asked, layout, hunt, where) -> None:  # type: ignore[no-untyped-def]
    """Enter the plans of three days."""
    horizon, sets = hunt.feasible.shape
    whole = sets - 1
    earlier, pairs = np.zeros(sets, np.bool_), np.zeros(sets, np.bool_)
    days = np.empty(3, np.int64)
    for third in range(horizon):
        if worst_worth(hunt, third) < 0 or is_out_of_budget(hunt, asked, third):
            return
        reach_day(asked, layout, hunt, third, where)
        fits = False
        for three in range(1, whole):
            fits |= hunt.feasible[third, three] and pairs[whole ^ three]
        if fits:
            keep_days(asked, layout, hunt, where, third)
            for second in range(1, third):
                for first in range(second):
                    if not holds_anything(hunt, first) or not holds_anything(hunt, second):
                        continue
                    days[0], days[1], days[2] = first, second, third
                    enter_triple(asked, layout, hunt, where, days)
        widen(hunt, third, earlier, pairs)
