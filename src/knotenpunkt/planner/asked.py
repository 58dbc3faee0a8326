"""A request as arrays, the way the compiled search reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, product

import numpy as np

from knotenpunkt.planner.kernels.layout import (
    INF,
    L_BUDGET,
    LAST_BIT,
    SUCCESSORS,
    Asked,
    Ints,
)
from knotenpunkt.planner.model import (
    CLASS_RANK,
    MAX_ITEMS,
    MAX_VISIT_DAYS,
    BadInstance,
    Leg,
    Network,
    Precedence,
    Problem,
    Request,
)
from knotenpunkt.planner.prepared import PreparedNetwork

NO_LIMIT = 1 << 30
NO_BUDGET = 1 << 60


def asked_arrays(
    problem: Problem,
    prepared: PreparedNetwork,
    *,
    top: int,
    budget: int = NO_BUDGET,
    pinned: Sequence[Leg] = (),
) -> Asked:
    """Return the arrays of a request.

    Parameters
    ----------
    top
        Length of the list of plans.
    budget
        Steps after which the search pauses.
    pinned
        Legs that stay where they are.
    """
    request, network = problem.request, problem.network
    items = len(request.items)
    services = [network.services[item.service] for item in request.items]
    desks = [_desks(problem, prepared, k) for k in range(items)]
    _check(problem, prepared, desks)
    windows, offsets = _windows(request, network)
    rank = [CLASS_RANK[service.interpreter_class] for service in services]
    lags, rules = _order(request.precedence, items)
    return Asked(
        items=_items(problem, desks, pinned),
        desks=np.concatenate(desks),
        speech=_speech(request, prepared, len(network.desks)),
        talkers=_talkers(problem, rank),
        window_offsets=offsets,
        windows=windows,
        tick_price=_tick_price(request, network.day_ticks),
        lags=lags,
        rules=rules,
        limits=_limits(request, top, budget),
    )


def in_each_order(asked: Asked, request: Request) -> Iterator[Asked]:
    """Yield the arrays once for each choice of who comes first, where any one suffices."""
    if not request.any_first:
        yield asked
        return
    for chosen in product(*(group.rules for group in request.any_first)):
        rules = (*request.precedence, *chosen)
        items = asked.items.copy()
        items[:, SUCCESSORS] = _successors(rules, len(items))
        lags, days = _order(rules, len(items))
        yield asked._replace(items=items, lags=lags, rules=days)


def with_budget(asked: Asked, budget: int) -> Asked:
    """Return the same request, to pause after so many steps."""
    limits = asked.limits.copy()
    limits[L_BUDGET] = budget
    return asked._replace(limits=limits)


def _items(problem: Problem, desks: list[Ints], pinned: Sequence[Leg]) -> Ints:
    """Return a row for each item: how long, where its desks stand, when, what follows, the pin."""
    ends = list(accumulate(len(one) for one in desks))
    pins = {leg.item: (leg.day, leg.site, leg.start) for leg in pinned}
    successors = _successors(problem.request.precedence, len(desks))
    rows = []
    for k, item in enumerate(problem.request.items):
        service = problem.network.services[item.service]
        length = service.duration, service.duration + service.buffer
        range_of_desks = ends[k] - len(desks[k]), ends[k]
        days = item.earliest_day, item.latest_day
        rank = CLASS_RANK[service.interpreter_class]
        pin = pins.get(k, (-1, -1, -1))
        rows.append((*length, rank, *range_of_desks, *days, successors[k], *pin))
    return np.array(rows, np.int64)


def _successors(rules: Sequence[Precedence], items: int) -> list[int]:
    successors = [0] * items
    for rule in rules:
        successors[rule.before] |= 1 << rule.after
    return successors


def _desks(problem: Problem, prepared: PreparedNetwork, k: int) -> Ints:
    item, allowed = problem.request.items[k], problem.request.allowed_sites
    found = prepared.desks_of.get(item.service)
    if found is None:
        return np.empty(0, np.int64)
    if item.desks is None and allowed is None:
        return found
    desks = problem.network.desks
    kept = [
        d
        for d in found.tolist()
        if (item.desks is None or desks[d].id in item.desks)
        and (allowed is None or desks[d].site in allowed)
    ]
    return np.array(kept, np.int64)


def _check(problem: Problem, prepared: PreparedNetwork, desks: list[Ints]) -> None:
    """Refuse what would be searched for ever, or wrongly."""
    request = problem.request
    if not 1 <= len(request.items) <= MAX_ITEMS:
        raise BadInstance("request.items", f"1 to {MAX_ITEMS} needs can be planned")
    if not 1 <= request.max_days <= MAX_VISIT_DAYS:
        raise BadInstance("request.max_days", f"is not between 1 and {MAX_VISIT_DAYS}")
    if request.order == "fewest_locations":
        sites = len(set(prepared.index.desk[np.concatenate(desks), 0].tolist()))
        if sites > LAST_BIT:
            raise BadInstance("request.order", f"more than {LAST_BIT} locations to choose from")


def _speech(request: Request, prepared: PreparedNetwork, desks: int) -> Ints:
    speech = np.full(desks, INF, np.int64)
    for language, cost in sorted(request.languages.items(), key=lambda it: -it[1]):
        spoken = prepared.speaks.get(language)
        if spoken is not None:
            speech[spoken] = cost
    return speech


def _windows(request: Request, network: Network) -> tuple[Ints, Ints]:
    by_day = [request.availability.get(day, ()) for day in range(network.horizon_days)]
    offsets = [0, *accumulate(map(len, by_day))]
    flat = chain.from_iterable(chain.from_iterable(by_day))
    windows = np.fromiter(flat, np.int64, 2 * offsets[-1]).reshape(-1, 2)
    if len(windows) and (windows.min() < 0 or windows.max() > network.day_ticks):
        raise BadInstance("request.availability", "a time lies outside the day")
    return windows, np.array(offsets, np.int64)


def _talkers(problem: Problem, rank: list[int]) -> Ints:
    request, talkers = problem.request, problem.network.interpreters
    rows = np.zeros((len(talkers), 4), np.int64)
    if not request.allow_interpreter:
        return rows
    main = {language for language, cost in request.languages.items() if cost == 0}
    for i, one in enumerate(talkers):
        if main.isdisjoint(one.languages):
            continue
        if request.interpreter_gender is not None and one.gender != request.interpreter_gender:
            continue
        known = CLASS_RANK[one.interpreter_class]
        serves = sum(1 << k for k, least in enumerate(rank) if known >= least)
        rows[i] = serves, request.price_of(one), one.first_day, one.mode == "remote"
    return rows


def _tick_price(request: Request, ticks: int) -> Ints:
    price = np.zeros(ticks, np.int64)
    price[: request.early_before] += request.early_cost
    price[request.late_after :] += request.late_cost
    return price


def _order(precedence: Sequence[Precedence], items: int) -> tuple[Ints, Ints]:
    lags = np.full((items, items), -1, np.int64)
    for rule in precedence:
        lags[rule.before, rule.after] = max(lags[rule.before, rule.after], rule.min_lag_ticks)
    rules = [(rule.before, rule.after, rule.min_lag_days) for rule in precedence]
    return lags, np.array(rules, np.int64).reshape(-1, 3)


def _limits(request: Request, top: int, budget: int) -> Ints:
    return np.array(
        [
            request.max_days,
            request.max_day_span,
            NO_LIMIT if request.max_stretch is None else request.max_stretch,
            request.min_break,
            request.max_legs_per_day,
            request.outside_centre_cost,
            request.order == "fewest_locations",
            top,
            budget,
        ],
        np.int64,
    )
