"""The planner against two exact methods that share no code with it, and each feature once without.

Small instances with every feature go to brute force, larger ones to a CP-SAT model. Control: the
same comparison with ways that take no time must find faults.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from benchmarks.cp_sat import best_objective
from campaigns.report import Result
from knotenpunkt.planner import Objective, Problem, find_plans, read_problem, violations
from knotenpunkt.planner.generator import generate
from tests.planner.brute_force import best_by_trying
from tests.planner.instances import FEATURES, random_instance

Judge = Callable[[Problem], list[int] | None]


def run(
    *, small: int = 2000, without: int = 120, large: int = 60, skip: int = 0
) -> Iterator[Result]:
    """Yield how often the optimum agreed; the first `skip` parts are left out.

    A run that was stopped goes on with `skip`: every part stands for itself.
    """
    for part in parts(small, without, large)[skip:]:
        yield part()


def parts(small: int, without: int, large: int) -> list[Callable[[], Result]]:
    """Return what is compared: all features, each feature once without, CP-SAT, the control."""
    found = [partial(_by_brute_force, "all features", small, None)]
    found += [partial(_by_brute_force, f"without {it}", without, it) for it in FEATURES]
    return [
        *found,
        partial(_by_cp_sat, small // 5),
        partial(_kreis, large),
        partial(_control, small // 10),
    ]


def _by_brute_force(name: str, count: int, without: str | None) -> Result:
    documents = [random_instance(seed, without=without) for seed in range(count)]
    return _compare(f"brute force, {name}", documents, _by_trying)


def _by_cp_sat(count: int) -> Result:
    documents = [_fit_for_cp_sat(random_instance(seed)) for seed in range(count)]
    return _compare("CP-SAT, all features but breaks", documents, best_objective)


def _kreis(count: int) -> Result:
    documents = [
        generate(seed, needs=3 + seed % 3, days=14, desks=30, use=0.75) for seed in range(count)
    ]
    return _compare("CP-SAT, generated Kreis", documents, best_objective)


def _by_trying(problem: Problem) -> list[int] | None:
    return _five(best_by_trying(problem))


def _five(objective: Objective | None) -> list[int] | None:
    return objective.as_five() if objective else None


def _fit_for_cp_sat(document: dict[str, Any]) -> dict[str, Any]:
    document["request"].pop("max_stretch", None)
    return document


def _compare(name: str, documents: list[dict[str, Any]], judge: Judge) -> Result:
    wrong, solved = 0, 0
    for document in documents:
        problem = read_problem(document)
        best = find_plans(problem, top=1).best
        solved += best is not None
        truth = judge(problem)
        wrong += (_five(best.objective) if best else None) != truth
        wrong += best is not None and violations(problem, best) != []
    return Result(f"planner, {name}", f"{len(documents)} instances, {solved} with a plan", wrong)


def _control(count: int) -> Result:
    wrong = 0
    for seed in range(count):
        document = random_instance(seed)
        teleporting = copy.deepcopy(document)
        sites = len(document["network"]["sites"])
        teleporting["network"]["travel"] = [[0] * sites for _ in range(sites)]
        best = find_plans(read_problem(teleporting), top=1).best
        wrong += (_five(best.objective) if best else None) != _by_trying(read_problem(document))
    return Result("planner whose ways take no time", f"{count} instances", wrong, is_control=True)
