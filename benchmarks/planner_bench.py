"""Latency of the planner on generated instances, next to CP-SAT's full model of the same problem."""

from __future__ import annotations

from typing import Any

from benchmarks.cp_sat import best_objective
from benchmarks.machine import median_and_p95, milliseconds
from knotenpunkt.planner import PreparedNetwork, Problem, read_problem
from knotenpunkt.planner.generator import generate
from knotenpunkt.planner.search import find_plans
from knotenpunkt.planner.solve import solve
from knotenpunkt.planner.warm import warm

SEEDS = range(100)
SEEDS_OF_CP_SAT = range(5)
INFEASIBLE_USE = 0.93


def main() -> None:
    """Print latencies (data in memory) and the comparison."""
    print(f"First answer of this process after importing: {milliseconds(warm):.0f} ms\n")
    print("Generated instances: 60 desks, 60 days, 14 interpreters, at most 2 days, 70 % booked")
    print(
        f"{'K':>3} {'best, median':>14} {'p95':>8} {'best 5, median':>16} {'p95':>8}   ms, {len(SEEDS)} instances"
    )
    for needs in (3, 5, 7, 10):
        problems = [_prepared(seed, needs=needs) for seed in SEEDS]
        best = median_and_p95(
            [milliseconds(lambda p=p, n=n: find_plans(p, top=1, prepared=n)) for p, n in problems]
        )
        five = median_and_p95(
            [milliseconds(lambda p=p, n=n: find_plans(p, top=5, prepared=n)) for p, n in problems]
        )
        print(f"{needs:>3} {best[0]:>14.2f} {best[1]:>8.2f} {five[0]:>16.2f} {five[1]:>8.2f}")
    _refusals()
    _comparison()


def _prepared(seed: int, **shape: Any) -> tuple[Problem, PreparedNetwork]:
    problem = read_problem(generate(seed, **shape))
    return problem, PreparedNetwork(problem.network)


def _refusals() -> None:
    searches, answers = [], []
    for seed in SEEDS:
        problem, prepared = _prepared(seed, needs=5, use=INFEASIBLE_USE)
        search = milliseconds(lambda p=problem, n=prepared: find_plans(p, top=5, prepared=n))
        if find_plans(problem, top=1, prepared=prepared).best is None:
            searches.append(search)
            answers.append(milliseconds(lambda p=problem, n=prepared: solve(p, prepared=n)))
    ratio = median_and_p95(answers)[0] / median_and_p95(searches)[0]
    print(
        f"\nRefusals, K=5, {INFEASIBLE_USE:.0%} booked: {len(answers)} of {len(SEEDS)} have no plan;"
    )
    print(
        f"  proof {median_and_p95(searches)[0]:.2f} ms, with explanation {median_and_p95(answers)[0]:.2f} ms ({ratio:.1f} times)"
    )


def _comparison() -> None:
    print(
        f"\nThe same problem as CP-SAT model (OR-Tools, 2 workers), {len(SEEDS_OF_CP_SAT)} instances of 30 days"
    )
    print(f"{'K':>3} {'ours ms':>9} {'CP-SAT ms':>11} {'ratio':>8}  same optimum")
    for needs in (3, 5):
        ours, theirs, same = [], [], 0
        for seed in SEEDS_OF_CP_SAT:
            problem, prepared = _prepared(seed, needs=needs, days=30)
            ours.append(
                milliseconds(lambda p=problem, n=prepared: find_plans(p, top=1, prepared=n))
            )
            answer: list[Any] = []
            theirs.append(milliseconds(lambda p=problem, a=answer: a.append(best_objective(p))))
            best = find_plans(problem, top=1, prepared=prepared).best
            same += (best.objective.as_list() if best else None) == answer[0]
        a, b = median_and_p95(ours)[0], median_and_p95(theirs)[0]
        print(f"{needs:>3} {a:>9.2f} {b:>11.0f} {b / a:>8.0f}  {same} of {len(SEEDS_OF_CP_SAT)}")
