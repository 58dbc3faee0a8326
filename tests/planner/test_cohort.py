"""A cohort: valid together, never worse than one by one, never better than the proven bound."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from knotenpunkt.planner import BadInstance, Plan, Problem, solve
from knotenpunkt.planner.cohort import (
    Cohort,
    CohortSolution,
    Effort,
    cohort_violations,
    engine,
    generate_cohort,
    read_cohort,
    solve_cohort,
    solve_cohorts,
    write_answer,
)
from knotenpunkt.planner.cohort.arrays import layout_of
from knotenpunkt.planner.cohort.command import cohort_file
from knotenpunkt.planner.cohort.generator import cohort_document
from knotenpunkt.planner.cohort.placing.books import Placement
from knotenpunkt.planner.cohort.placing.walkers import LEAST_CHANCE, Walkers
from knotenpunkt.planner.cohort.pricing.ascent import Ascent

# Steps and rounds, not seconds: the same answer on every machine.
SHORT, LONGER = Effort(600, 40, 4), Effort(600, 40, 8)
SMALL = {"persons": 40, "needs": 3, "days": 10, "desks": 30, "use": 0.5}


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return generate_cohort(3, **SMALL)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def solution(cohort: Cohort) -> CohortSolution:
    return solve_cohort(cohort, effort=SHORT)


def one_by_one(cohort: Cohort) -> int:
    placement = Placement(layout_of(cohort))
    placement.place(range(len(cohort.members)))
    return placement.worth.served


def test_the_answer_is_valid_and_no_worse_than_one_by_one(
    cohort: Cohort, solution: CohortSolution
) -> None:
    assert cohort_violations(cohort, solution.plans) == []
    assert solution.worth.served == sum(plan is not None for plan in solution.plans)
    assert solution.worth.served >= one_by_one(cohort) > 0


def test_the_bound_is_above_every_answer(cohort: Cohort, solution: CohortSolution) -> None:
    assert solution.bound >= solution.worth.score
    assert solution.most_served is not None
    assert solution.worth.served <= solution.most_served <= len(cohort.members)


def test_prices_only_ever_lower_the_bound(cohort: Cohort) -> None:
    ascent = Ascent(layout_of(cohort))
    bounds = []
    for _ in range(30):
        ascent.step()
        bounds.append(ascent.best_bound)

    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] < bounds[0]


def test_without_time_for_prices_the_bound_is_everyone(cohort: Cohort) -> None:
    answer = solve_cohort(cohort, effort=Effort(seconds=0.0))

    assert answer.worth.served == one_by_one(cohort)
    assert answer.bound == answer.most_served == len(cohort.members)


def test_the_cheapest_visits_are_those_the_gains_come_from(cohort: Cohort) -> None:
    ascent = Ascent(layout_of(cohort), steps=30)
    for _ in range(30):
        ascent.step()
    worth = ascent.layout.space.member_value

    cheapest, capped = ascent.cheapest(10 * worth), ascent.cheapest(worth)

    assert worth - capped == pytest.approx(ascent.best_gains)
    assert (cheapest > worth).any()
    assert cheapest[ascent.best_gains > 0] == pytest.approx(capped[ascent.best_gains > 0])


@pytest.mark.parametrize(("chance", "is_tried"), [(0.0, False), (1.0, True)])
def test_a_member_without_a_chance_is_not_tried(
    cohort: Cohort, chance: float, is_tried: bool
) -> None:
    placement = Placement(layout_of(cohort))
    placement.place([])
    chances = np.zeros(len(cohort.members))
    chances[7] = chance

    placement.improve(seed=1, trials=400, heat=0.01, chances=chances)

    assert np.flatnonzero(placement.books.counts).tolist() == [7] * is_tried


def test_the_dearer_a_visit_the_smaller_its_chance(cohort: Cohort) -> None:
    layout = layout_of(cohort)
    cheapest = np.linspace(0.5, 2.0, len(cohort.members))
    walkers = Walkers(
        layout, Placement(layout), np.zeros(layout.shape), cheapest, workers=1, seed=1
    )

    assert (np.diff(walkers.chances) <= 0).all()
    assert walkers.chances[cheapest <= 1].min() == 1
    assert walkers.chances[-1] == LEAST_CHANCE


def test_the_bound_holds_against_every_possible_answer() -> None:
    cohort = generate_cohort(5, persons=3, needs=1, days=5, desks=12, use=0.9)
    answers: list[list[Plan | None]] = []
    for member in cohort.members:
        found = solve(Problem(cohort.network, member.request), top=20, why=False).plans
        answers.append([None, *found])
    best = max(
        sum(plan is not None for plan in chosen)
        for chosen in product(*answers)
        if not cohort_violations(cohort, chosen)
    )

    solution = solve_cohort(cohort, effort=SHORT)

    assert solution.worth.served >= best
    assert solution.most_served is not None
    assert solution.most_served >= best


def doubled(plans: list[Plan | None]) -> list[Plan | None]:
    """Give somebody the visit of another with the same plan."""
    first = next(i for i, plan in enumerate(plans) if plan)
    return [plans[first] if i == first + 1 else plan for i, plan in enumerate(plans)]


def shifted(plans: list[Plan | None]) -> list[Plan | None]:
    first = next(i for i, plan in enumerate(plans) if plan)
    plan = plans[first]
    assert plan is not None
    legs = tuple(replace(leg, start=leg.start + 1, end=leg.end + 1) for leg in plan.legs)
    return [Plan(legs, plan.objective) if i == first else it for i, it in enumerate(plans)]


@pytest.mark.parametrize("spoil", [doubled, shifted, lambda plans: plans[1:]])
def test_the_checker_finds_a_planted_fault(
    cohort: Cohort,
    solution: CohortSolution,
    spoil: Callable[[list[Plan | None]], list[Plan | None]],
) -> None:
    assert cohort_violations(cohort, spoil(list(solution.plans)))


def test_a_reserve_stays_for_regular_persons(cohort: Cohort) -> None:
    reserved = replace(cohort, reserve=0.6)

    solution = solve_cohort(reserved, effort=SHORT)

    assert cohort_violations(reserved, solution.plans) == []
    assert solution.worth.served < solve_cohort(cohort, effort=SHORT).worth.served
    assert cohort_violations(reserved, solve_cohort(cohort, effort=SHORT).plans)


def test_ring_fenced_times_serve_their_programme_alone(cohort: Cohort) -> None:
    desks = tuple(replace(desk, free={}) for desk in cohort.network.desks)
    fenced = {d: dict(desk.free) for d, desk in enumerate(cohort.network.desks)}
    members = tuple(
        replace(member, programme="arrivals" if n % 2 else None)
        for n, member in enumerate(cohort.members)
    )
    closed = replace(
        cohort,
        network=replace(cohort.network, desks=desks),
        members=members,
        ring_fenced={"arrivals": fenced},
    )

    solution = solve_cohort(closed, effort=SHORT)

    served = {
        member.programme for member, plan in zip(members, solution.plans, strict=True) if plan
    }
    assert served == {"arrivals"}
    assert cohort_violations(closed, solution.plans) == []
    assert cohort_violations(replace(closed, ring_fenced={}), solution.plans)


def test_groups_are_told_worst_first(solution: CohortSolution) -> None:
    shares = [share.relative for share in solution.groups]

    assert shares == sorted(shares)
    assert sum(share.members for share in solution.groups) == SMALL["persons"]
    assert solution.worst_group == solution.groups[0]


def test_higher_priority_is_served_before_lower() -> None:
    cohort = generate_cohort(7, persons=60, needs=2, days=5, desks=12, use=0.8)
    members = tuple(
        replace(member, request=cohort.members[n // 2].request, priority=5.0 if n % 2 else 1.0)
        for n, member in enumerate(cohort.members)
    )  # always two who ask for the same

    solution = solve_cohort(replace(cohort, members=members), effort=SHORT)

    served = [bool(plan) for plan in solution.plans]
    assert solution.most_served is None
    assert sum(served[1::2]) > sum(served[0::2])


def test_a_stopped_run_goes_on_and_another_cohorts_file_is_refused(
    cohort: Cohort, tmp_path: Path
) -> None:
    file = tmp_path / "cohort.npz"
    first = solve_cohort(cohort, effort=SHORT, checkpoint=file)

    second = solve_cohort(cohort, effort=LONGER, checkpoint=file)

    assert second.worth.score >= first.worth.score
    assert second.curve[: len(first.curve)] == first.curve
    with pytest.raises(BadInstance):
        solve_cohort(generate_cohort(4, **SMALL), checkpoint=file)  # type: ignore[arg-type]


def test_the_command_writes_an_answer_and_names_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "cohort.json", tmp_path / "answer.json"
    document = cohort_document(3, persons=5, needs=2, days=5, desks=12, use=0.5)
    source.write_text(json.dumps(document))

    code = cohort_file(source, seconds=1, out=out, workers=1, resume=False)

    answer = json.loads(out.read_text())
    assert code == 0
    assert answer["served"] == sum(plan is not None for plan in answer["plans"].values())
    document["members"][2]["request"]["items"][0]["service"] = "nothing"
    source.write_text(json.dumps(document))
    assert cohort_file(source, seconds=1, out=out, workers=1, resume=False) == 2
    assert "service" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change",
    [
        {"format": "coordplan-1"},
        {"members": []},
        {"reserve": 1.5},
        {"reserve": float("nan")},
        {"seats": {"999": 2}},
        {"ring_fenced": {"p": {"0": {"0": [[5, 2]]}}}},
    ],
)
def test_bad_files_are_named(change: dict[str, object]) -> None:
    document = cohort_document(3, persons=2, needs=1, days=5, desks=12, use=0.5)

    with pytest.raises(BadInstance):
        read_cohort({**document, **change})


def test_the_answer_as_data_is_complete(cohort: Cohort, solution: CohortSolution) -> None:
    answer = write_answer(cohort, solution)

    assert set(answer["plans"]) == {member.id for member in cohort.members}
    assert answer["gap"] == solution.gap
    assert "Infinity" not in json.dumps(answer)


@pytest.mark.parametrize("workers", [1, 2])
def test_side_by_side_gives_the_same_answers_as_one_after_another(workers: int) -> None:
    cohorts = {
        str(seed): generate_cohort(seed, persons=10, needs=2, days=5, desks=12, use=0.5)
        for seed in range(2)
    }
    short = Effort(600, 10, 1)

    with engine(workers=workers) as executor:
        found = solve_cohorts(cohorts, effort=short, executor=executor)

    assert (executor is None) == (workers == 1)
    for name, cohort in cohorts.items():
        assert found[name].plans == solve_cohort(cohort, effort=short).plans
