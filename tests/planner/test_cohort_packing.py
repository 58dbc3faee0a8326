"""Talks of an interpreter lie tight: what the gaps between them waste is counted and avoided."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import combinations_with_replacement, pairwise

import numpy as np
import pytest

from knotenpunkt.planner.cohort import Cohort, generate_cohort
from knotenpunkt.planner.cohort.arrays import layout_of
from knotenpunkt.planner.cohort.placing.books import Placement
from knotenpunkt.planner.cohort.placing.packing import unfilled
from tests.planner.test_cohort_rules import two_places

LENGTHS = {4, 6, 9}


def test_what_a_gap_leaves_is_the_least_over_all_sets_of_talks() -> None:
    sets = [it for n in range(6) for it in combinations_with_replacement(LENGTHS, n)]

    left = unfilled(LENGTHS, 20)

    assert left.tolist() == [
        min(gap - sum(talks) for talks in sets if sum(talks) <= gap) for gap in range(21)
    ]


def waste_of_plans(cohort: Cohort, placement: Placement) -> float:
    """Return the same figure from the plans: all gaps of interpreters who have a talk."""
    left, travel = placement.books.unfilled, cohort.network.travel
    talks = defaultdict(list)
    for plan in filter(None, placement.plans()):
        for leg in plan.legs:
            talks[leg.interpreter, leg.day].append((leg.start, leg.end, leg.site))
    total = 0.0
    for i, talker in enumerate(cohort.network.interpreters):
        is_remote = talker.mode == "remote"
        first = int(placement.space.talker_resource[i])
        for day, free in talker.free.items():
            for low, high, before, after in free:
                inside = sorted(it for it in talks[i, day] if low <= it[0] < high)
                if not inside:
                    continue
                stops = [(low, low, before), *inside, (high, high, after)]
                for one, other in pairwise(stops):
                    is_apart = not is_remote and -1 not in (one[2], other[2])
                    way = travel[one[2]][other[2]] if is_apart and one[2] != other[2] else 0
                    last = other is stops[-1]
                    start, end = (one[1], other[0] - way) if last else (one[1] + way, other[0])
                    place = one[2] if last else other[2]
                    guide = placement.books.guide[first + (0 if is_remote else place), day]
                    if end > start:
                        total += guide[start:end].mean() * left[end - start]
    return total


def test_waste_is_kept_along_with_every_move() -> None:
    cohort = generate_cohort(3, persons=80, needs=2, days=8, desks=24, use=0.5)
    placement = Placement(layout_of(cohort))
    prices = np.random.default_rng(1).random(placement.layout.shape)
    placement.guide(prices)
    placement.place(range(80))
    before = placement.books.waste[0]
    placement.books.thrift[0] = 0.01
    placement.improve(seed=1, trials=400, heat=0.5, chances=np.ones(len(placement.books.counts)))

    assert placement.books.waste[0] != before
    assert placement.books.waste[0] == pytest.approx(waste_of_plans(cohort, placement))
    placement.restore((placement.state()[0], np.zeros_like(placement.state()[1])))
    assert placement.books.waste[0] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("free", "cheap", "starts"), [(12, 3, {0, 6}), (14, 1, {1})])
def test_a_talk_goes_to_the_edge_of_free_time_unless_nothing_more_is_wasted(
    free: int, cheap: int, starts: set[int]
) -> None:
    """A talk takes six ticks: of twelve the middle wastes six, of fourteen two are lost anyway."""
    cohort = two_places(mode="remote", free=free)
    placement = Placement(layout_of(replace(cohort, members=cohort.members[:1])))
    prices = np.full(placement.layout.shape, 0.01)
    prices[-1, 0, :free] = 0.02
    prices[-1, 0, cheap : cheap + 6] = 0.019
    placement.guide(prices)

    placement.place([0])

    assert placement.books.plans[0, 0, 5] in starts
