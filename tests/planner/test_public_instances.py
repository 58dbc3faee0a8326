"""The public instances, and a classic one inside ours: one salesman, time windows, one day."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from itertools import pairwise, permutations, product
from math import ceil
from typing import Any

import pytest

from benchmarks.public_bench import FOLDER, SETS, best_of, problem_of, read_optima
from knotenpunkt.planner import (
    Desk,
    Item,
    Network,
    Precedence,
    Problem,
    Request,
    Service,
    find_plans,
    read_problem,
)
from knotenpunkt.planner.generator import generate
from knotenpunkt.planner.model import MAX_DAY_TICKS

DAY = 600  # ticks
TICKS_PER_UNIT = 10
PUBLISHED = json.loads((FOLDER / "tsptw.json").read_text())["instances"]
Ways = list[list[int]]
Windows = list[tuple[int, int]]  # first and last tick at which a stop may begin


@pytest.mark.parametrize("name", read_optima())
def test_every_public_instance_has_the_optimum_that_was_proven(name: str) -> None:
    rows = read_optima()[name]

    found = [best_of(problem_of(shape)) for shape in SETS[name]]

    assert found == [row["optimum"] for row in rows]


def test_the_whole_instances_are_what_the_generator_writes() -> None:
    for path in FOLDER.glob("*.coordplan.json"):
        document = json.loads(path.read_text())
        seed, needs, days, desks = map(int, path.name.split(".")[0].split("-")[1:])

        assert document == generate(seed, needs=needs, days=days, desks=desks)
        assert read_problem(document).request.items


def a_tour(seed: int, stops: int) -> tuple[Ways, Windows]:
    """Return ways and windows in the manner of Dumas et al. (1995): windows lie around the times
    of a random tour through a square of 50 by 50; stop 0 is the depot, which opens at 0.
    """
    rng = random.Random(seed)
    points = [(rng.uniform(0, 50), rng.uniform(0, 50)) for _ in range(stops)]
    ways = [
        [max(1, int(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)) for b in points]
        for a in points
    ]
    for k, i, j in product(range(stops), repeat=3):  # rounding must not make detours shorter
        ways[i][j] = min(ways[i][j], ways[i][k] + ways[k][j])
    order = [0, *rng.sample(range(1, stops), stops - 1)]
    at, windows = 0, [(0, 0)] * stops
    for before, stop in pairwise(order):
        at += ways[before][stop]
        windows[stop] = (max(0, at - rng.randint(0, 40)), at + rng.randint(0, 40))
    return ways, windows


def as_problem(ways: Ways, windows: Windows, day: int = DAY) -> Problem:
    """Return the tour as a visit: a stop is a need of one tick at a desk of its own, whose tick the
    way to the next stop does not count again; the way home is the last need.
    """
    stops = len(windows)
    sites = [*range(stops), 0]
    travel = tuple(tuple(max(0, ways[a][b] - 1) for b in sites) for a in sites)
    free = [*((low, high + 1) for low, high in windows), (0, day)]
    names = [f"s{n}" for n in range(stops + 1)]
    home = tuple(Precedence(stop, stops) for stop in range(stops))
    network = Network(
        sites=tuple(names),
        travel=travel,
        services={name: Service(name, "p", 1) for name in names},
        desks=tuple(
            Desk(name, "p", n, frozenset({name}), frozenset({"de"}), {0: (free[n],)})
            for n, name in enumerate(names)
        ),
        interpreters=(),
        horizon_days=1,
        day_ticks=day,
    )
    request = Request(
        items=tuple(Item(name, 0, 0) for name in names),
        languages={"de": 0},
        availability={0: ((0, day),)},
        precedence=home,
        max_days=1,
        max_day_span=day,
    )
    return Problem(network, request)


def home_at(ways: Ways, windows: Windows) -> int | None:
    """Return the earliest tick at home by trying every order of stops."""
    best = None
    for order in permutations(range(1, len(windows))):
        at, here = 0, 0
        for stop in order:
            at = max(at + ways[here][stop], windows[stop][0])
            here = stop
            if at > windows[stop][1]:
                break
        else:
            at += ways[here][0]
            best = at if best is None else min(best, at)
    return best


def planned_home_at(ways: Ways, windows: Windows) -> int | None:
    best = find_plans(as_problem(ways, windows), top=1).best
    return best.objective.span_ticks - 1 if best else None


@pytest.mark.parametrize("stops", [5, 7, 9])
def test_a_tour_with_time_windows_is_solved_to_its_optimum(stops: int) -> None:
    tours = [a_tour(seed, stops) for seed in range(8)]

    assert [planned_home_at(*tour) for tour in tours] == [home_at(*tour) for tour in tours]


@pytest.mark.parametrize("published", PUBLISHED, ids=lambda it: it["name"])
def test_a_published_tour_is_solved_to_its_published_optimum(published: dict[str, Any]) -> None:
    """Whoever can be home within a day of 144 units needs no later window; ways round up to ticks,
    and the order that we find is then walked with the published ways."""
    ways = [[ceil(it * TICKS_PER_UNIT) for it in row] for row in published["ways"]]
    windows = [
        (low * TICKS_PER_UNIT, min(high * TICKS_PER_UNIT, MAX_DAY_TICKS - 1))
        for low, high in published["windows"]
    ]
    windows[0] = (0, 0)  # the tour begins at once

    best = find_plans(as_problem(ways, windows, MAX_DAY_TICKS), top=1).best

    assert best is not None
    order = [leg.item for leg in best.legs[1:-1]]
    assert walked(order, published["ways"], published["windows"]) == pytest.approx(
        published["optimum"], abs=1e-9
    )


def walked(order: Sequence[int], ways: Sequence[Any], windows: Sequence[Any]) -> float:
    """Return when the stops in this order are done and the depot is reached again."""
    at, here = 0.0, 0
    for stop in order:
        at, here = max(at + ways[here][stop], windows[stop][0]), stop
        assert at <= windows[stop][1]
    return float(at + ways[here][0])


def test_forgotten_windows_would_be_noticed() -> None:
    tours = [a_tour(seed, 6) for seed in range(8)]
    open_all_day = [(ways, [(0, 0), *[(0, DAY - 1)] * 5]) for ways, _ in tours]

    assert [planned_home_at(*tour) for tour in open_all_day] != [home_at(*tour) for tour in tours]
