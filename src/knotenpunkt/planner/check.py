"""What a valid plan is: the one definition, written apart from the search and without its code.

Tests hold every answer of the search against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from knotenpunkt.planner.model import (
    CLASS_RANK,
    Desk,
    Interpreter,
    Leg,
    Objective,
    Plan,
    Precedence,
    Problem,
)


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a plan breaks, and the item it concerns (None: the plan as a whole)."""

    rule: str
    item: int | None = None


def violations(problem: Problem, plan: Plan) -> list[Violation]:
    """Return every rule the plan breaks; an empty list when it is valid."""
    found = list(_wrong_shape(problem, plan))
    if found:
        return found
    for leg in plan.legs:
        found += _wrong_leg(problem, leg)
    found += _wrong_order(problem, plan)
    found += _wrong_days(problem, plan)
    if not found and objective_of(problem, plan.legs) != plan.objective:
        found.append(Violation("objective"))
    return found


def leg_violations(problem: Problem, leg: Leg) -> list[Violation]:
    """Return every rule this leg breaks by itself, whatever the others are."""
    return list(_wrong_leg(problem, leg))


def objective_of(problem: Problem, legs: tuple[Leg, ...]) -> Objective:
    """Return what these legs are worth, computed from the rules alone."""
    days = {leg.day for leg in legs}
    spans = sum(
        max(leg.end for leg in legs if leg.day == day)
        - min(leg.start for leg in legs if leg.day == day)
        for day in days
    )
    counts_locations = problem.request.order == "fewest_locations"
    return Objective(
        days=len(days),
        locations=len({leg.site for leg in legs}) if counts_locations else 0,
        last_day=max(days),
        span_ticks=spans,
        cost=sum(price_of_leg(problem, leg) for leg in legs),
    )


def _wrong_shape(problem: Problem, plan: Plan) -> Iterator[Violation]:
    items, network = problem.request.items, problem.network
    if sorted(leg.item for leg in plan.legs) != list(range(len(items))):
        yield Violation("every need exactly once")
        return
    for leg in plan.legs:
        if not 0 <= leg.desk < len(network.desks):
            yield Violation("unknown desk", leg.item)
        if leg.interpreter is not None and not 0 <= leg.interpreter < len(network.interpreters):
            yield Violation("unknown interpreter", leg.item)
        if leg.service != items[leg.item].service:
            yield Violation("another service", leg.item)


def _wrong_leg(problem: Problem, leg: Leg) -> Iterator[Violation]:
    network, request = problem.network, problem.request
    item, desk = request.items[leg.item], network.desks[leg.desk]
    service = network.services[item.service]
    if not item.earliest_day <= leg.day <= item.latest_day:
        yield Violation("day of the need", leg.item)
    if leg.end - leg.start != service.duration:
        yield Violation("duration", leg.item)
    if leg.site != desk.site or item.service not in desk.services:
        yield Violation("not given there", leg.item)
    if item.desks is not None and desk.id not in item.desks:
        yield Violation("another desk", leg.item)
    if request.allowed_sites is not None and leg.site not in request.allowed_sites:
        yield Violation("location not wanted", leg.item)
    if not _inside(leg.start, leg.end, request.availability.get(leg.day, ())):
        yield Violation("person cannot come", leg.item)
    if not _inside(leg.start, leg.end + service.buffer, desk.free.get(leg.day, ())):
        yield Violation("desk not free", leg.item)
    if desk.starts is not None and leg.start not in desk.starts.get(leg.day, ()):
        yield Violation("not a start of the session", leg.item)
    if not _can_talk(problem, leg, desk):
        yield Violation("no common language", leg.item)


def _inside(start: int, end: int, intervals: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= start and end <= high for low, high in intervals)


def _can_talk(problem: Problem, leg: Leg, desk: Desk) -> bool:
    service = problem.network.services[leg.service]
    if leg.interpreter is None:
        shared = desk.languages & set(problem.request.languages)
        return service.interpreter_class == "none" or bool(shared)
    interpreter = problem.network.interpreters[leg.interpreter]
    return (
        problem.request.allow_interpreter
        and "de" in desk.languages
        and _may_interpret(problem, leg, interpreter)
        and _can_be_there(problem, leg, interpreter)
    )


def _may_interpret(problem: Problem, leg: Leg, interpreter: Interpreter) -> bool:
    request, service = problem.request, problem.network.services[leg.service]
    main = {language for language, cost in request.languages.items() if cost == 0}
    ranks = CLASS_RANK[interpreter.interpreter_class], CLASS_RANK[service.interpreter_class]
    wish = request.interpreter_gender
    return (
        bool(interpreter.languages & main)
        and ranks[0] >= ranks[1]
        and (wish is None or interpreter.gender == wish)
        and leg.day >= interpreter.first_day
    )


def _can_be_there(problem: Problem, leg: Leg, interpreter: Interpreter) -> bool:
    travel = problem.network.travel
    for low, high, before, after in interpreter.free.get(leg.day, ()):
        start, end = leg.start, leg.end
        if interpreter.mode == "onsite":
            start -= travel[before][leg.site] if before not in (-1, leg.site) else 0
            end += travel[leg.site][after] if after not in (-1, leg.site) else 0
        if low <= start and end <= high:
            return True
    return False


def price_of_leg(problem: Problem, leg: Leg) -> int:
    """Return what one leg costs."""
    request, desk = problem.request, problem.network.desks[leg.desk]
    cost = desk.cost
    if leg.interpreter is not None:
        cost += _price_of(problem, problem.network.interpreters[leg.interpreter])
    elif problem.network.services[leg.service].interpreter_class != "none":
        spoken = [price for name, price in request.languages.items() if name in desk.languages]
        cost += min(spoken, default=0)
    cost += request.outside_centre_cost if leg.site != 0 else 0
    cost += request.early_cost if leg.start < request.early_before else 0
    cost += request.late_cost if leg.start >= request.late_after else 0
    return cost


def _price_of(problem: Problem, interpreter: Interpreter) -> int:
    request = problem.request
    is_remote = interpreter.mode == "remote"
    price = request.remote_interpreter_cost if is_remote else request.interpreter_cost
    is_other = request.preferred_gender not in (None, interpreter.gender)
    return price + (request.other_gender_cost if is_other else 0)


def _wrong_order(problem: Problem, plan: Plan) -> Iterator[Violation]:
    leg_of = {leg.item: leg for leg in plan.legs}
    for rule in problem.request.precedence:
        broken = _broken(rule, leg_of)
        if broken:
            yield Violation(broken, rule.after)
    for group in problem.request.any_first:
        if all(_broken(rule, leg_of) for rule in group.rules):
            yield Violation("none of several came first", group.rules[0].after)
    for first, second in pairwise(sorted(plan.legs, key=lambda leg: (leg.day, leg.start))):
        way = problem.network.travel[first.site][second.site]
        if first.day == second.day and second.start < first.end + way:
            yield Violation("way between appointments", second.item)


def _broken(rule: Precedence, leg_of: Mapping[int, Leg]) -> str | None:
    before, after = leg_of[rule.before], leg_of[rule.after]
    if after.day < before.day + rule.min_lag_days:
        return "order of days"
    if after.day == before.day and after.start < before.end + rule.min_lag_ticks:
        return "order within the day"
    return None


def _wrong_days(problem: Problem, plan: Plan) -> Iterator[Violation]:
    request = problem.request
    if len(plan.days) > request.max_days:
        yield Violation("too many days")
    for day in plan.days:
        legs = sorted((leg for leg in plan.legs if leg.day == day), key=lambda leg: leg.start)
        if legs[-1].end - legs[0].start > request.max_day_span:
            yield Violation("day too long")
        if len(legs) > request.max_legs_per_day:
            yield Violation("too many appointments in a day")
        if (
            request.max_stretch is not None
            and _longest_stretch(problem, legs) > request.max_stretch
        ):
            yield Violation("too long without a break")


def _longest_stretch(problem: Problem, legs: list[Leg]) -> int:
    """Return the most ticks from first start to last end without a gap that is a break."""
    longest, began = 0, legs[0].start
    for first, second in pairwise(legs):
        longest = max(longest, first.end - began)
        way = problem.network.travel[first.site][second.site]
        if second.start - first.end - way >= problem.request.min_break:
            began = second.start
    return max(longest, legs[-1].end - began)
