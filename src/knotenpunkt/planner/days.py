"""What one day can hold: feasible subsets of needs, and the best order of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knotenpunkt.planner.kernels import (
    SHIFT,
    best_orders,
    best_rested_order,
    feasible_subsets,
)
from knotenpunkt.planner.model import Request
from knotenpunkt.planner.prepared import Folded

NO_STRETCH_LIMIT = 1 << 30


@dataclass(frozen=True)
class Stop:
    """One leg of a day before it has a desk: item, site, start and end tick."""

    item: int
    site: int
    start: int
    end: int


@dataclass(frozen=True)
class DayOrder:
    """The best order of a subset on a day; not `is_exact` while breaks and lags are ignored."""

    span: int
    cost: int
    stops: tuple[Stop, ...]
    is_exact: bool


class Rules:
    """Precedence of a request as bit sets and arrays."""

    def __init__(self, request: Request) -> None:
        count = len(request.items)
        self.successors = np.zeros(count, np.int64)
        self.lags = np.full((count, count), -1, np.int64)
        self.forbidden = np.zeros(1 << count, np.bool_)
        subsets = np.arange(1 << count)
        for rule in request.precedence:
            self.successors[rule.before] |= 1 << rule.after
            lag = max(int(self.lags[rule.before, rule.after]), rule.min_lag_ticks)
            self.lags[rule.before, rule.after] = lag
            if rule.min_lag_days:
                both = (1 << rule.before) | (1 << rule.after)
                self.forbidden |= (subsets & both) == both
        self.has_lags = bool((self.lags > 0).any())
        self.max_stretch = (
            request.max_stretch if request.max_stretch is not None else NO_STRETCH_LIMIT
        )
        self.min_break = request.min_break

    def are_kept(self, stops: tuple[Stop, ...], travel: NDArray[np.int64]) -> bool:
        """Return whether this order keeps breaks and lags, which the fast search ignores."""
        began, previous = stops[0].start, stops[0]
        for stop in stops:
            way = int(travel[previous.site, stop.site])
            if stop is not previous and stop.start - previous.end - way >= self.min_break:
                began = stop.start
            if stop.end - began > self.max_stretch:
                return False
            previous = stop
        end_of = {stop.item: stop.end for stop in stops}
        return not self.has_lags or all(
            stop.start >= end_of[a] + self.lags[a, stop.item]
            for stop in stops
            for a in end_of
            if self.lags[a, stop.item] >= 0
        )


class Day:
    """One day of one request; everything is computed when first asked for."""

    def __init__(self, folded: Folded, rules: Rules, day: int) -> None:
        self.folded, self.rules, self.day = folded, rules, day
        self.travel = folded.prepared.travel
        self._feasible: NDArray[np.bool_] | None = None
        self._orders: dict[int, DayOrder | None] = {}
        self._fast: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None

    @property
    def feasible(self) -> NDArray[np.bool_]:
        """For each subset, whether earliest ends alone let the day hold it (necessary)."""
        if self._feasible is None:
            self._feasible = feasible_subsets(
                self.folded.table(self.day),
                self.folded.duration,
                self.travel,
                self.rules.successors,
                self.rules.forbidden,
                self.folded.request.max_legs_per_day,
            )
        return self._feasible

    def order(self, subset: int) -> DayOrder | None:
        """Return the best order known for the subset: a lower bound until `exact` was asked."""
        if subset not in self._orders:
            self._orders[subset] = self._fast_order(subset) if self.feasible[subset] else None
        return self._orders[subset]

    def exact(self, subset: int) -> DayOrder | None:
        """Return the best order that keeps all rules, or None."""
        order = self.order(subset)
        if order is not None and not order.is_exact:
            order = self._orders[subset] = self._rested_order(subset)
        return order

    def _fast_order(self, subset: int) -> DayOrder | None:
        if self._fast is None:
            self._fast = best_orders(
                self.folded.table(self.day),
                self.folded.duration,
                self.travel,
                self.rules.successors,
                self.feasible,
                self.folded.request.max_day_span,
            )
        labels, best = self._fast
        row = int(best[subset])
        if row < 0:
            return None
        packed = int(labels[row, 1])
        began = (packed + (1 << SHIFT) - 1) >> SHIFT
        stops = []
        span, cost = int(labels[row, 0]) - began, (began << SHIFT) - packed
        while row >= 0:
            end, _, parent, item, site, start = (int(value) for value in labels[row])
            stops.append(Stop(item, site, start, end))
            row = parent
        path = tuple(reversed(stops))
        return DayOrder(span, cost, path, self.rules.are_kept(path, self.travel))

    def _rested_order(self, subset: int) -> DayOrder | None:
        labels, row = best_rested_order(
            self.folded.table(self.day),
            self.folded.duration,
            self.travel,
            self.rules.successors,
            self.rules.lags,
            subset,
            self.folded.request.max_day_span,
            self.rules.max_stretch,
            self.rules.min_break,
        )
        if row < 0:
            return None
        end, began, _, cost = (int(value) for value in labels[row, :4])
        stops = []
        while row > 0:  # row 0 is the empty day
            stop_end, _, _, _, parent, item, site, _ = (int(value) for value in labels[row])
            stops.append(Stop(item, site, stop_end - int(self.folded.duration[item]), stop_end))
            row = parent
        return DayOrder(end - began, cost, tuple(reversed(stops)), is_exact=True)
