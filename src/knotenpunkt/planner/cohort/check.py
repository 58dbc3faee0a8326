"""What a valid answer for a cohort is, written apart from the search and without its code."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from knotenpunkt.planner.check import violations
from knotenpunkt.planner.cohort.arrays import WEEK
from knotenpunkt.planner.cohort.model import Cohort
from knotenpunkt.planner.model import Desk, Interval, Leg, Network, Plan, Problem


def cohort_violations(cohort: Cohort, plans: Sequence[Plan | None]) -> list[str]:
    """Return every rule the plans break together, in words; an empty list when they are valid.

    Within a cohort the buffer after a talk is always kept, also between two talks of one member.
    """
    found = [] if len(plans) == len(cohort.members) else ["not one plan for each member"]
    for member, plan in zip(cohort.members, plans, strict=False):
        if plan is not None:
            network = _network_of(cohort, member.programme)
            problem = Problem(network, member.request)
            found += [f"{member.id}: {fault.rule}" for fault in violations(problem, plan)]
    legs = [leg for plan in plans if plan for leg in plan.legs]
    found += _taken_twice(cohort, legs)
    found += _too_far(cohort.network, legs)
    found += _over_reserve(cohort, legs)
    return found


def _network_of(cohort: Cohort, programme: str | None) -> Network:
    """Return the network as members of this programme see it."""
    more = cohort.ring_fenced.get(programme or "", {})
    if not more:
        return cohort.network
    desks = tuple(
        _with_free(desk, more[d]) if d in more else desk
        for d, desk in enumerate(cohort.network.desks)
    )
    return Network(
        **{name: getattr(cohort.network, name) for name in cohort.network.__slots__}
        | {"desks": desks}
    )


def _with_free(desk: Desk, more: object) -> Desk:
    free: dict[int, tuple[Interval, ...]] = dict(desk.free)
    for day, intervals in dict(more).items():  # type: ignore[call-overload]
        free[day] = tuple(sorted({*free.get(day, ()), *intervals}))
    return Desk(**{name: getattr(desk, name) for name in desk.__slots__} | {"free": free})


def _length(network: Network, leg: Leg) -> int:
    return leg.end - leg.start + network.services[leg.service].buffer


def _people(network: Network, leg: Leg) -> tuple[str, ...]:
    desk = network.desks[leg.desk]
    return desk.members or (f"desk {desk.id}",)


def _taken_twice(cohort: Cohort, legs: list[Leg]) -> Iterator[str]:
    network = cohort.network
    seats = {
        who: count
        for desk, count in cohort.seats.items()
        for who in network.desks[desk].members or (f"desk {network.desks[desk].id}",)
    }
    lines = cohort.lines.items()
    seats |= {f"interpreter {network.interpreters[it].id}": count for it, count in lines}
    taken: Counter[tuple[str, int, int]] = Counter()
    for leg in legs:
        for who in _people(network, leg):
            for tick in range(leg.start, leg.start + _length(network, leg)):
                taken[who, leg.day, tick] += 1
        if leg.interpreter is not None:
            name = f"interpreter {network.interpreters[leg.interpreter].id}"
            for tick in range(leg.start, leg.end):
                taken[name, leg.day, tick] += 1
    for (who, day, tick), count in sorted(taken.items()):
        if count > seats.get(who, 1):
            yield f"{who} is taken {count} times on day {day} at tick {tick}"


def _too_far(network: Network, legs: list[Leg]) -> Iterator[str]:
    talks: dict[tuple[int, int], list[Leg]] = defaultdict(list)
    for leg in legs:
        if leg.interpreter is not None and network.interpreters[leg.interpreter].mode == "onsite":
            talks[leg.interpreter, leg.day].append(leg)
    for (interpreter, day), found in sorted(talks.items()):
        for one, other in pairwise(sorted(found, key=lambda leg: leg.start)):
            way = 0 if one.site == other.site else network.travel[one.site][other.site]
            if other.start < one.end + way:
                yield f"interpreter {network.interpreters[interpreter].id} is late on day {day}"


def _over_reserve(cohort: Cohort, legs: list[Leg]) -> Iterator[str]:
    if cohort.reserve == 0:
        return
    network = cohort.network
    free: dict[tuple[str, int], set[tuple[int, int]]] = defaultdict(set)
    seats: dict[str, int] = {}
    for d, desk in enumerate(network.desks):
        more = [times.get(d, {}) for times in cohort.ring_fenced.values()]
        for who in desk.members or (f"desk {desk.id}",):
            seats[who] = max(seats.get(who, 1), cohort.seats.get(d, 1))
            for times in (desk.free, *more):
                for day, intervals in times.items():
                    ticks = {(day, t) for start, end in intervals for t in range(start, end)}
                    free[who, day // WEEK] |= ticks
    used: Counter[tuple[str, int]] = Counter()
    for leg in legs:
        for who in _people(network, leg):
            used[who, leg.day // WEEK] += _length(network, leg)
    for (who, week), taken in sorted(used.items()):
        if taken > len(free[who, week]) * seats[who] * (1 - cohort.reserve):
            yield f"{who} has no reserve left in week {week}"
