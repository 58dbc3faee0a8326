"""A desk falls ill for a day: every visit it touches is mended, and no two take the same time."""

from __future__ import annotations

from dataclasses import replace

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
    found = 0
    for n, one in enumerate(plans):
        for other in plans[n + 1 :]:
            for a in one:
                for b in other:
                    same = a.desk == b.desk or (a.interpreter == b.interpreter is not None)
                    buffer = max(network.services[it.service].buffer for it in (a, b))
                    apart = a.end + buffer <= b.start or b.end + buffer <= a.start
                    found += same and a.day == b.day and not apart and a.desk == b.desk
    return found


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
