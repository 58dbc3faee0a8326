"""What a cohort shares: interpreters who walk, telephone lines, desks meant for some alone."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest

from knotenpunkt.planner import BadInstance, Interpreter
from knotenpunkt.planner.cohort import (
    Cohort,
    Effort,
    cohort_violations,
    generate_cohort,
    read_cohort,
    solve_cohort,
)
from knotenpunkt.planner.cohort.arrays import layout_of
from knotenpunkt.planner.cohort.pricing.ascent import Ascent
from knotenpunkt.planner.cohort.pricing.routes import best_routes

SHORT = Effort(600, 60, 4)
WAY = 6


def two_places(*, mode: str = "onsite", free: int = 8, lines: int | None = None) -> Cohort:
    """Two persons at two places far apart, one interpreter: she has time for one talk and a way."""
    desk = {"partner": "p", "languages": ["de"], "free": {"0": [[0, free]]}}
    return read_cohort(
        {
            "format": "coordplan-cohort-1",
            "network": {
                "tick_minutes": 5, "day_ticks": 144, "day_origin": "07:00", "horizon_days": 1,
                "first_weekday": 0, "sites": ["a", "b"], "travel": [[0, WAY], [WAY, 0]],
                "services": [
                    {"id": name, "partner": "p", "duration": 6, "buffer": 0} for name in "ab"
                ],
                "desks": [
                    {**desk, "id": name, "site": n, "services": [name]}
                    for n, name in enumerate("ab")
                ],
                "interpreters": [
                    {
                        "id": "i", "languages": ["ar"], "mode": mode,
                        "free": {"0": [[0, free, -1, -1]]},
                    }
                ],
            },
            "members": [{"id": name, "request": request(name)} for name in "ab"],
            "lines": {} if lines is None else {"0": lines},
        }
    )  # fmt: skip


def request(service: str) -> dict[str, Any]:
    return {
        "items": [{"service": service, "earliest_day": 0, "latest_day": 0}],
        "languages": {"ar": 0},
        "allow_interpreter": True,
        "availability": {"0": [[0, 144]]},
        "max_days": 1,
        "max_day_span": 144,
    }


def test_the_bound_knows_that_an_interpreter_walks() -> None:
    solution = solve_cohort(two_places(), effort=SHORT)

    assert solution.worth.served == 1
    assert solution.most_served == 1
    assert solve_cohort(two_places(free=12), effort=SHORT).worth.served == 1
    assert solve_cohort(two_places(free=12, mode="remote"), effort=SHORT).worth.served == 2


def test_with_time_for_the_way_both_are_served() -> None:
    cohort = two_places(free=6 + WAY + 6)

    solution = solve_cohort(cohort, effort=SHORT)

    assert solution.worth.served == solution.most_served == 2
    assert cohort_violations(cohort, solution.plans) == []
    first, second = (plan.legs[0] for plan in solution.plans if plan)
    late = replace(second, start=first.start, end=first.end)
    spoiled = [replace(plan, legs=(late,)) if plan else None for plan in solution.plans[1:]]
    assert cohort_violations(cohort, [solution.plans[0], *spoiled])


def test_a_telephone_service_carries_several_talks_at_once() -> None:
    one, two = (two_places(mode="remote", free=6, lines=lines) for lines in (1, 2))

    assert solve_cohort(one, effort=SHORT).worth.served == 1
    solution = solve_cohort(two, effort=SHORT)
    assert solution.worth.served == 2
    assert cohort_violations(two, solution.plans) == []
    assert cohort_violations(one, solution.plans)
    with pytest.raises(BadInstance):
        two_places(lines=2)


def routes_by_trying_all(cohort: Cohort, prices: Any, first: int, talker: Interpreter) -> float:
    """Return what the best sequence of (site or on the way) for each tick is worth."""
    sites = range(len(cohort.network.sites))
    (low, high, _before, _after), *_ = talker.free[0]
    best = 0.0
    for route in product([-1, *sites], repeat=high - low):
        stays = [(t, site) for t, site in enumerate(route) if site >= 0]
        walks = all(
            later - earlier - 1 >= (0 if one == other else cohort.network.travel[one][other])
            for (earlier, one), (later, other) in pairwise(stays)
        )
        if walks:
            worth = sum(prices[first + site, 0, low + t] for t, site in stays)
            best = max(best, worth)
    return best


@pytest.mark.parametrize("seed", range(8))
def test_routes_are_the_best_of_all_routes(seed: int) -> None:
    cohort = two_places(free=8)
    network = replace(cohort.network, travel=((0, 2), (3, 0)))
    layout = layout_of(replace(cohort, network=network))
    prices = np.random.default_rng(seed).random(layout.shape).round(2)
    room = np.zeros(layout.shape)

    best_routes(layout.space, prices, room, 0)

    first = int(layout.space.talker_resource[0])
    found = (prices * room)[first : first + 2].sum()
    talker = network.interpreters[0]
    tried = routes_by_trying_all(replace(cohort, network=network), prices, first, talker)
    assert found == pytest.approx(tried)


def test_a_need_meant_for_some_desks_is_given_by_no_other() -> None:
    cohort = generate_cohort(3, persons=20, needs=1, days=5, desks=24, use=0.3)
    meant = frozenset(desk.id for desk in cohort.network.desks[::2])
    members = tuple(
        replace(
            member,
            request=replace(
                member.request,
                items=tuple(replace(item, desks=meant) for item in member.request.items),
            ),
        )
        for member in cohort.members
    )
    limited = replace(cohort, members=members)

    solution = solve_cohort(limited, effort=SHORT)

    used = {
        cohort.network.desks[leg.desk].id for plan in solution.plans if plan for leg in plan.legs
    }
    assert used
    assert used <= meant
    assert cohort_violations(limited, solution.plans) == []
    assert cohort_violations(limited, solve_cohort(cohort, effort=SHORT).plans)


def test_the_same_steps_and_rounds_give_the_same_answer() -> None:
    cohort = generate_cohort(6, persons=40, days=10, desks=30, use=0.5)

    one, two = (solve_cohort(cohort, effort=SHORT) for _ in range(2))

    assert one.plans == two.plans
    assert one.bound == two.bound


def test_prices_settle() -> None:
    ascent = Ascent(layout_of(two_places()))
    while not ascent.has_settled:
        ascent.step()

    assert 100 < ascent.steps < ascent.planned
    assert ascent.best_bound == pytest.approx(1.0, abs=0.005)


def test_strides_shrink_over_the_steps_there_are_so_that_few_steps_still_end_in_small_ones() -> (
    None
):
    layout = layout_of(generate_cohort(6, persons=40, days=10, desks=30, use=0.5))
    few, many, cut_short = (Ascent(layout, steps=n) for n in (60, 400, 400))
    for left in range(60, 0, -1):
        few.step()
        cut_short.step(left)
    while many.steps < many.planned:
        many.step()

    assert few.stride == pytest.approx(many.stride)
    assert cut_short.bounds == few.bounds
    assert many.best_bound < few.best_bound < 1.05 * many.best_bound
