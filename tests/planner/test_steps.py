"""What a search costs, in steps of the compiled search: the same on every machine."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

from knotenpunkt.planner import Objective, PreparedNetwork, Problem, find_plans, read_problem
from knotenpunkt.planner.asked import asked_arrays
from knotenpunkt.planner.generator import generate
from knotenpunkt.planner.kernels import found as at
from knotenpunkt.planner.kernels.collect import ENOUGH_SOLVED, PATIENCE
from knotenpunkt.planner.kernels.run import run

TOO_SHORT = 40  # ticks: two days of ten needs hardly ever fit


def meta_of(problem: Problem) -> list[int]:
    """Return the counts of the search for the best plan."""
    prepared = PreparedNetwork(problem.network)
    asked = asked_arrays(problem, prepared, top=1)
    return [int(it) for it in run(prepared.index, asked, problem.network.day_ticks)[2]]


def short_days(
    seed: int, *, days: int = 60, needs: int = 10, use: float = 0.5, **wishes: Any
) -> Problem:
    """Return a problem of somebody who can come at any time, but never for long."""
    problem = read_problem(generate(seed, needs=needs, days=days, use=use))
    request = replace(
        problem.request,
        items=tuple(replace(it, earliest_day=0, latest_day=days) for it in problem.request.items),
        availability=dict.fromkeys(range(days), ((12, 126),)),
        languages={"de": 0},
        precedence=(),
    )
    wished: dict[str, Any] = {"max_day_span": TOO_SHORT, "max_legs_per_day": 6} | wishes
    return replace(problem, request=replace(request, **wished))


def a_week(seed: int, **wishes: Any) -> Problem:
    return short_days(seed, days=8, needs=4, use=0.85, max_day_span=30, **wishes)


def test_what_no_place_allows_is_not_tried_at_each_number_of_places() -> None:
    refused = 0
    for seed in range(8):
        at_once = meta_of(short_days(seed))
        if at_once[at.COUNT] == 0:
            refused += 1
            one_by_one = meta_of(short_days(seed, order="fewest_locations"))
            assert one_by_one[at.WORK] < 3 * at_once[at.WORK]
    assert refused > 3


def test_a_day_is_solved_once_however_many_days_it_is_paired_with() -> None:
    """The first pairs are solved by themselves: most searches end there."""
    hard = 0
    for seed in range(8):
        for span in (TOO_SHORT, 44, 52):
            searched = meta_of(short_days(seed, max_day_span=span))

            assert searched[at.SOLVED] <= 60 + 2 * PATIENCE
            hard += searched[at.FAILED] >= PATIENCE
    assert hard > 6


def test_what_all_days_together_do_not_hold_is_not_looked_for_on_each() -> None:
    refused = 0
    for seed in range(8):
        searched = meta_of(short_days(seed, max_day_span=52))
        if searched[at.COUNT] == 0:
            assert searched[at.OVERLAID] == 1
            assert searched[at.SOLVED] <= ENOUGH_SOLVED + 2
            refused += 1
    assert refused > 3


def test_sets_too_long_for_any_day_cost_no_day() -> None:
    """Talks, ways and breaks alone are longer than the days may be."""
    at_once = 0
    for seed in range(8):
        searched = meta_of(short_days(seed, max_day_span=36, max_stretch=18, min_break=6))

        assert searched[at.COUNT] == 0
        at_once += searched[at.SOLVED] == 0
    assert at_once > 5


def test_days_solved_once_give_what_each_pair_gives_alone() -> None:
    late, overlaid = 0, 0
    for seed in range(30):
        problem = a_week(seed, max_stretch=18, min_break=4)
        overlaid += meta_of(problem)[at.OVERLAID]

        best = find_plans(problem, top=1).best

        alone = [_best(within(problem, set(pair))) for pair in combinations(range(8), 2)]
        assert (best.objective if best else None) == min(filter(None, alone), default=None)
        late += best is not None and best.objective.last_day > 3
    assert late > 5
    assert overlaid > 1


def within(problem: Problem, days: set[int]) -> Problem:
    free = {day: it for day, it in problem.request.availability.items() if day in days}
    return replace(problem, request=replace(problem.request, availability=free))


def test_fewest_places_are_those_of_the_smallest_set_that_has_a_plan() -> None:
    several = 0
    for seed in range(30):
        problem = a_week(seed, order="fewest_locations")

        best = find_plans(problem, top=1).best

        sites = range(len(problem.network.sites))
        sets = [frozenset(it) for size in (1, 2, 3) for it in combinations(sites, size)]
        found = [_best(_at(problem, one), len(one)) for one in sets]
        if best is None or best.objective.locations > 3:
            assert not any(found)
        else:
            assert best.objective == min(filter(None, found))
            several += best.objective.locations > 1
    assert several > 2


def _at(problem: Problem, sites: frozenset[int]) -> Problem:
    request = replace(problem.request, allowed_sites=sites, order="standard")
    return replace(problem, request=request)


def _best(problem: Problem, locations: int = 0) -> Objective | None:
    best = find_plans(problem, top=1).best
    return replace(best.objective, locations=locations) if best else None
