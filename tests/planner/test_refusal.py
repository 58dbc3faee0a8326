"""Why there is no visit: all smallest conflicts, every concession, and what finding them costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations
from typing import Any

import pytest

from knotenpunkt.planner import PreparedNetwork, Problem, find_plans, read_problem, search
from knotenpunkt.planner.generator import generate
from knotenpunkt.planner.kernels import found as at
from knotenpunkt.planner.refusal import explain, wishes, without_item
from knotenpunkt.planner.search import what_holds
from tests.planner.instances import random_instance

Parts = frozenset[tuple[str, int | None]]


def refused(count: int) -> Iterator[Problem]:
    """Yield small problems without a plan."""
    for seed in range(count):
        problem = read_problem(random_instance(seed))
        if find_plans(problem, top=1).best is None:
            yield problem


def keeping(problem: Problem, kept: Parts) -> Problem | None:
    """Return the problem with these wishes and needs alone, built one by one; None: no need."""
    request = replace(problem.request, order="standard")
    for wish, change in wishes(problem).items():
        if wish not in kept:
            request = change(request)
    for index in reversed(range(len(request.items))):
        if ("need", index) not in kept:
            request = without_item(request, index)
    return replace(problem, request=request) if request.items else None


def all_of(problem: Problem) -> list[tuple[str, int | None]]:
    return [*wishes(problem), *(("need", n) for n in range(len(problem.request.items)))]


def smallest_by_trying(problem: Problem) -> set[Parts]:
    """Return the smallest sets that cannot hold, trying sets in order of size."""
    parts, found = all_of(problem), set[Parts]()
    sizes = (combinations(parts, size) for size in range(1, len(parts) + 1))
    for kept in map(frozenset, chain.from_iterable(sizes)):
        if not any(conflict <= kept for conflict in found):
            rest = keeping(problem, kept)
            if rest is not None and find_plans(rest, top=1).best is None:
                found.add(kept)
    return found


def test_conflicts_are_those_that_trying_all_sets_finds() -> None:
    complete = 0
    for problem in refused(60):
        if len(all_of(problem)) > 8:
            continue
        refusal = explain(problem)

        conflicts = set(map(frozenset, refusal.conflicts))

        smallest = smallest_by_trying(problem)
        assert conflicts == smallest if refusal.is_complete else conflicts < smallest
        complete += refusal.is_complete and len(smallest) > 1
    assert complete > 3


def test_whoever_could_give_up_one_wish_finds_it_in_every_conflict() -> None:
    several = 0
    for problem in refused(100):
        refusal = explain(problem)

        assert refusal.conflicts[0] == refusal.conflict
        for it in refusal.concessions:
            if it.plan is not None:
                assert all((it.wish, it.subject) in conflict for conflict in refusal.conflicts)
        several += len(refusal.conflicts) > 1
    assert several > 5


def test_each_concession_buys_the_best_visit_without_that_wish() -> None:
    bought = 0
    for problem in refused(200):
        whole = frozenset(all_of(problem))

        concessions = explain(problem).concessions

        for it in concessions:
            rest = keeping(problem, whole - {(it.wish, it.subject)})
            assert rest is not None
            assert it.plan == find_plans(rest, top=1).best
            bought += it.plan is not None
        given_up = {(it.wish, it.subject) for it in concessions}
        assert given_up == whole if len(problem.request.items) > 1 else given_up < whole
    assert bought > 50


def test_what_holds_says_of_every_set_of_needs_what_a_search_of_its_own_says() -> None:
    both = {True: 0, False: 0}
    for seed in range(150):
        problem = read_problem(random_instance(seed))
        if seed % 3 == 0:
            problem = replace(problem, request=replace(problem.request, max_days=3))

        held = what_holds(problem, PreparedNetwork(problem.network))

        for needs in range(1, len(held)):
            kept = {("need", n) for n in range(len(problem.request.items)) if needs >> n & 1}
            rest = keeping(problem, frozenset({*wishes(problem), *kept}))
            assert rest is not None
            assert held[needs] == (find_plans(rest, top=1).best is not None), f"{seed}, {needs}"
            both[held[needs]] += 1
    assert min(both.values()) > 200


class Counted:
    """The compiled search, with its calls and steps counted."""

    def __init__(self) -> None:
        self.run, self.calls, self.steps = search.run, 0, 0

    def __call__(self, *given: Any) -> Any:
        answer = self.run(*given)
        self.calls, self.steps = self.calls + 1, self.steps + int(answer[2][at.WORK])
        return answer


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    found = Counted()
    monkeypatch.setattr(search, "run", found)
    return found


def test_a_refusal_asks_no_oftener_than_there_are_sets_of_wishes_and_plans_shown(
    counted: Counted,
) -> None:
    asked = []
    for seed in range(40):
        problem = read_problem(generate(seed, needs=5, use=0.93))
        prepared = PreparedNetwork(problem.network)
        if find_plans(problem, top=5, prepared=prepared).best is None:
            counted.calls = 0

            refusal = explain(problem, prepared)

            plans = sum(it.plan is not None for it in refusal.concessions)
            assert counted.calls <= 2 ** len(wishes(problem)) + plans
            asked.append(counted.calls)
    assert len(asked) > 30
    assert max(asked) < 10


def steps_beside_one_look(counted: Counted, count: int, **shape: Any) -> list[float]:
    """Return for each refusal its steps over those of looking at each day once."""
    ratios = []
    for seed in range(count):
        problem = read_problem(generate(seed, **shape))
        prepared = PreparedNetwork(problem.network)
        counted.steps = 0
        what_holds(problem, prepared)
        once = counted.steps
        if find_plans(problem, top=5, prepared=prepared).best is None:
            counted.steps = 0
            explain(problem, prepared)
            ratios.append(counted.steps / once)
    return ratios


def test_a_refusal_takes_few_times_the_steps_of_looking_at_each_day_once(counted: Counted) -> None:
    """With every need offered somewhere the search itself has to look at the days."""
    ratios = steps_beside_one_look(counted, 60, needs=7, use=0.9)

    assert len(ratios) > 15
    assert max(ratios) < 10


def test_ten_needs_with_every_feature_are_seldom_looked_at_together(counted: Counted) -> None:
    ratios = steps_beside_one_look(counted, 12, needs=10, use=0.85, is_rich=True)

    assert len(ratios) > 8
    assert max(ratios) < 10
    assert sorted(ratios)[len(ratios) // 2] < 3
