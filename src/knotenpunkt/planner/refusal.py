"""Why there is no plan, and what single concession would buy one.

A wish is a part of the request that a person or an office could give up. The smallest conflict
is found by deletion: take wishes away while the rest still cannot hold together; what is left
is needed for the contradiction, every part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from knotenpunkt.planner.model import (
    MAX_ITEMS,
    Concession,
    Item,
    Plan,
    Problem,
    Refusal,
    Request,
)
from knotenpunkt.planner.prepared import PreparedNetwork
from knotenpunkt.planner.search import find_plans

Wish = tuple[str, int | None]
Change = Callable[[Request], Request]


def wishes(problem: Problem) -> dict[Wish, Change]:
    """Return what could be given up, with how the request looks without it."""
    request, network = problem.request, problem.network
    found: dict[Wish, Change] = {}
    if request.interpreter_gender is not None:
        found["interpreter_gender", None] = lambda it: replace(it, interpreter_gender=None)
    if not request.allow_interpreter and network.interpreters:
        found["no_interpreter", None] = lambda it: replace(it, allow_interpreter=True)
    if request.allowed_sites is not None:
        found["locations", None] = lambda it: replace(it, allowed_sites=None)
    if request.max_days < 2 <= network.horizon_days:
        found["max_days", None] = lambda it: replace(it, max_days=2)
    if request.max_day_span < network.day_ticks:
        found["day_span", None] = lambda it: replace(it, max_day_span=network.day_ticks)
    if request.max_stretch is not None:
        found["break", None] = lambda it: replace(it, max_stretch=None)
    if request.max_legs_per_day < len(request.items):
        found["legs_per_day", None] = lambda it: replace(it, max_legs_per_day=MAX_ITEMS)
    if any(_is_limited(problem, day) for day in range(network.horizon_days)):
        whole = dict.fromkeys(range(network.horizon_days), ((0, network.day_ticks),))
        found["times", None] = lambda it: replace(it, availability=whole)
    for index, rule in enumerate(request.precedence):
        if rule.min_lag_days or rule.min_lag_ticks:
            found["lag", index] = _without_lag(index)
    return found


def _is_limited(problem: Problem, day: int) -> bool:
    windows = problem.request.availability.get(day, ())
    return windows != ((0, problem.network.day_ticks),)


def _without_lag(index: int) -> Change:
    def change(request: Request) -> Request:
        rules = list(request.precedence)
        rules[index] = replace(rules[index], min_lag_days=0, min_lag_ticks=0)
        return replace(request, precedence=tuple(rules))

    return change


def explain(problem: Problem, prepared: PreparedNetwork | None = None) -> Refusal:
    """Return the refusal of a problem that has no plan."""
    prepared = prepared or PreparedNetwork(problem.network)
    changes = wishes(problem)

    def best(request: Request) -> Plan | None:
        fast = replace(request, order="standard")
        return find_plans(replace(problem, request=fast), top=1, prepared=prepared).best

    concessions = [
        Concession(wish, subject, best(change(problem.request)))
        for (wish, subject), change in changes.items()
    ]
    concessions += _without_a_need(problem.request, best)
    return Refusal(_smallest_conflict(problem.request, changes, best), tuple(concessions))


def _without_a_need(
    request: Request, best: Callable[[Request], Plan | None]
) -> Iterator[Concession]:
    if len(request.items) == 1:
        return
    for index in range(len(request.items)):
        yield Concession("need", index, best(without_item(request, index)))


def without_item(request: Request, index: int) -> Request:
    """Return the request with one need left out; later items move up by one."""
    items: tuple[Item, ...] = tuple(it for i, it in enumerate(request.items) if i != index)
    rules = tuple(
        replace(
            rule,
            before=rule.before - (rule.before > index),
            after=rule.after - (rule.after > index),
        )
        for rule in request.precedence
        if index not in (rule.before, rule.after)
    )
    return replace(request, items=items, precedence=rules)


def _smallest_conflict(
    request: Request, changes: dict[Wish, Change], best: Callable[[Request], Plan | None]
) -> tuple[Wish, ...]:
    """Return wishes of which none can be kept with all the others, and the needs they hit."""
    given_up: list[Wish] = []
    for wish in changes:
        if best(_without(request, changes, [*given_up, wish])) is None:
            given_up.append(wish)
    kept: list[Wish] = [wish for wish in changes if wish not in given_up]
    current, numbers = _without(request, changes, given_up), list(range(len(request.items)))
    for index in reversed(range(len(request.items))):
        if len(current.items) == 1:
            break
        smaller = without_item(current, index)
        if best(smaller) is None:
            current = smaller
            del numbers[index]
    return (*kept, *(("need", number) for number in numbers))


def _without(request: Request, changes: dict[Wish, Change], names: list[Wish]) -> Request:
    for name in names:
        request = changes[name](request)
    return request
