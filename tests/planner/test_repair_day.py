"""A desk falls ill for a day: every visit it touches is mended, and no two take the same time."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

from knotenpunkt.planner import (
    BookedVisit,
    Leg,
    Network,
    Problem,
    find_plans,
    read_problem,
    repair_day,
    violations,
)
from knotenpunkt.planner.generator import generate
from knotenpunkt.planner.repair_day import without_legs


def booked_house(seed: int, count: int) -> tuple[Network, list[BookedVisit]]:
    """Return a network and visits booked one after the other; their times count as free."""
    network = read_problem(generate(seed, needs=3, days=10, desks=40, use=0.5)).network
    left, visits = network, []
    for n in range(count):
        request = read_problem(generate(seed * 100 + n, needs=3, days=10, desks=40)).request
        plan = find_plans(Problem(left, request), top=1).best
        if plan is not None:
            visits.append(BookedVisit(request, plan))
            left = without_legs(left, plan.legs)
    return network, visits


def without_busiest(network: Network, visits: list[BookedVisit]) -> Network:
    legs = [leg for visit in visits for leg in visit.plan.legs]
    counts: dict[tuple[int, int], int] = {}
    for leg in legs:
        counts[leg.desk, leg.day] = counts.get((leg.desk, leg.day), 0) + 1
    desk, day = max(sorted(counts), key=lambda key: counts[key])
    desks = list(network.desks)
    desks[desk] = replace(
        desks[desk], free={d: rows for d, rows in desks[desk].free.items() if d != day}
    )
    return replace(network, desks=tuple(desks))


def clashes(network: Network, plans: list[tuple[Leg, ...]]) -> int:
    """Count pairs of legs of different visits that take the same time of a desk or interpreter."""
    return sum(
        is_clash(network, a, b)
        for one, other in combinations(plans, 2)
        for a, b in product(one, other)
    )


def is_clash(network: Network, a: Leg, b: Leg) -> bool:
    if a.day != b.day:
        return False
    first, second = sorted((a, b), key=lambda leg: (leg.start, leg.end))
    buffer = network.services[first.service].buffer  # it occupies the desk alone
    same_desk = a.desk == b.desk and first.end + buffer > second.start
    same_talker = a.interpreter == b.interpreter is not None and first.end > second.start
    return same_desk or same_talker


def test_visits_of_an_ill_desk_are_mended_together() -> None:
    mended = 0
    for seed in range(3):
        network, visits = booked_house(seed, 12)
        now = without_busiest(network, visits)

        answer = repair_day(now, visits)

        plans = [repair.plan for repair in answer.repairs if repair is not None]
        mended += sum(repair.change.moved > 0 for repair in answer.repairs if repair)
        assert answer.size >= answer.bound
        assert clashes(network, [plan.legs for plan in plans]) == 0
        for visit, repair in zip(visits, answer.repairs, strict=True):
            if repair is not None:
                assert violations(Problem(now, visit.request), repair.plan) == []
                untouched = not repair.lost
                assert repair.change.moved >= len(repair.lost)
                assert not untouched or repair.change.moved == 0

    assert mended > 0


def test_fifty_visits_are_mended_at_once() -> None:
    network, booked = booked_house(1, 110)
    visits = booked[:50]
    now = without_busiest(network, visits)

    answer = repair_day(now, visits)

    plans = [repair.plan for repair in answer.repairs if repair is not None]
    assert len(visits) == len(answer.repairs) == 50
    assert len(plans) == 50 - answer.size[0]
    assert clashes(network, [plan.legs for plan in plans]) == 0
    for visit, repair in zip(visits, answer.repairs, strict=True):
        assert repair is None or violations(Problem(now, visit.request), repair.plan) == []


def test_mended_each_for_itself_they_would_clash() -> None:
    """Negative control: without what the others take, two visits choose the same time."""
    found = 0
    for seed in range(6):
        network = read_problem(generate(seed, needs=3, days=10, desks=40, use=0.5)).network
        plans = []
        for _ in range(8):
            request = read_problem(generate(seed, needs=3, days=10, desks=40, use=0.5)).request
            plan = find_plans(Problem(network, request), top=1).best
            plans += [plan.legs] if plan else []
        found += clashes(network, plans)

    assert found > 0
