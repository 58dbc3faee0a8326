"""The planner: latency, a fresh process, refusals, and other exact methods side by side."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any

from benchmarks import cp_sat, highs
from benchmarks.machine import median_and_p95, milliseconds
from knotenpunkt.planner import PreparedNetwork, Problem, find_plans, read_problem, solve
from knotenpunkt.planner.alternatives import alternatives
from knotenpunkt.planner.asked import asked_arrays, in_each_order
from knotenpunkt.planner.generator import generate
from knotenpunkt.planner.kernels.run import run
from knotenpunkt.planner.warm import warm

SEEDS = range(100)
SEEDS_OF_OTHERS = range(5)
INFEASIBLE_USE = 0.93
HIGHS_SECONDS = 20
FRESH = "from knotenpunkt.planner.warm import warm; warm()"
Method = Callable[[Problem], list[int] | None]


def main() -> None:
    """Print all figures of the planner."""
    warm()
    _fresh()
    print("Generated instances: 60 desks, 60 days, 14 interpreters, at most 2 days, 70 % booked.")
    print(
        "`again` is the same question once more, `loop` the compiled search alone, from arrays to\n"
        "arrays, as often as the library asks it; rich has every optional rule."
    )
    _head("best", "p95", "again", "p95", "loop", "p95", "five", "p95", "kinds", "p95")
    for name, shape in (("", {}), ("rich", {"is_rich": True})):
        for needs in (3, 5, 7, 10):
            _latency(f"{name} {needs}", needs=needs, **shape)
    _latency("600 desks 5", needs=5, desks=600)
    _latency("three days 7", max_days=3, needs=7, use=0.9)
    _refusals()
    _side_by_side()


def _fresh() -> None:
    """The byte code of libraries is kept, as an installation keeps it, whatever is set here."""
    with tempfile.TemporaryDirectory() as kept:
        environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": kept}

        def start() -> None:
            subprocess.run([sys.executable, "-c", FRESH], check=True, env=environment)

        start()
        fresh, before = [], os.times()
        for _ in range(3):
            fresh.append(milliseconds(start))
        used = os.times().children_user - before.children_user
    print(
        f"A fresh process, until its first answer: {sorted(fresh)[1]:.0f} ms (of three), "
        f"{used / 3 * 1000:.0f} ms of them at work\n"
    )


def _head(*names: str) -> None:
    print(f"{'needs':>14}" + "".join(f"{name:>9}" for name in names) + "   ms")


def prepare(seed: int, max_days: int = 2, **shape: Any) -> tuple[Problem, PreparedNetwork]:
    document = generate(seed, **shape)
    document["request"]["max_days"] = max_days
    problem = read_problem(document)
    return problem, PreparedNetwork(problem.network)


def _latency(name: str, **shape: Any) -> None:
    best, again, loop, five, kinds = [], [], [], [], []
    for seed in SEEDS:
        problem, prepared = prepare(seed, **shape)
        best.append(milliseconds(lambda: find_plans(problem, top=1, prepared=prepared)))
        again.append(milliseconds(lambda: find_plans(problem, top=1, prepared=prepared)))
        all_asked = list(in_each_order(asked_arrays(problem, prepared, top=1), problem.request))
        loop.append(milliseconds(lambda: [run(prepared.index, it, 144) for it in all_asked]))
        five.append(milliseconds(lambda: find_plans(problem, top=5, prepared=prepared)))
        plans = find_plans(problem, top=3, prepared=prepared).plans
        if plans:
            kinds.append(milliseconds(lambda: alternatives(problem, plans, prepared)))
    columns = [median_and_p95(values or [0.0]) for values in (best, again, loop, five, kinds)]
    print(f"{name:>14}" + "".join(f"{a:>9.2f}{b:>9.2f}" for a, b in columns))


def _refusals() -> None:
    print(
        "\nRefusals with all conflicts and concessions, and the search that found no plan, median"
    )
    print(f"{'needs':>14}{'booked':>8}{'no plan':>9}{'proof':>8}{'why':>8}{'p95':>8}   ms   ratio")
    for name, needs, use, is_rich in (
        ("5", 5, INFEASIBLE_USE, False),
        ("rich 5", 5, INFEASIBLE_USE, True),
        ("rich 7", 7, INFEASIBLE_USE, True),
        ("rich 10", 10, INFEASIBLE_USE, True),
        ("rich 10", 10, 0.85, True),
    ):
        print(f"{name:>14}{use:>8.0%}" + _refusal(needs=needs, use=use, is_rich=is_rich))


def _refusal(**shape: Any) -> str:
    searches, answers = [], []
    for seed in SEEDS:
        problem, prepared = prepare(seed, **shape)
        if find_plans(problem, top=1, prepared=prepared).best is None:
            searches.append(milliseconds(lambda: find_plans(problem, top=5, prepared=prepared)))
            answers.append(milliseconds(lambda: solve(problem, prepared=prepared)))
    proof, (why, late) = median_and_p95(searches)[0], median_and_p95(answers)
    return f"{len(answers):>9}{proof:>8.2f}{why:>8.2f}{late:>8.2f}{why / proof:>11.1f}"


def _side_by_side() -> None:
    print("\nThe same instances by other exact methods (2 workers), median of those solved")
    print(
        f"{'K':>3}{'days':>5}{'method':>8}{'ours ms':>9}{'theirs ms':>11}{'ratio':>8}  same optimum"
    )
    for needs, days, name, method in (
        (5, 60, "CP-SAT", cp_sat.best_objective),
        (7, 60, "CP-SAT", cp_sat.best_objective),
        (10, 60, "CP-SAT", cp_sat.best_objective),
        (5, 30, "HiGHS", lambda problem: highs.best_objective(problem, HIGHS_SECONDS)),
    ):
        print(f"{needs:>3}{days:>5}{name:>8}" + _compared(needs, days, method))


def _compared(needs: int, days: int, method: Method) -> str:
    ours, theirs, same, late = [], [], 0, 0
    for seed in SEEDS_OF_OTHERS:
        problem, prepared = prepare(seed, needs=needs, days=days)
        answer: list[Any] = []
        try:
            took = milliseconds(lambda: answer.append(method(problem)))
        except TimeoutError:
            late += 1
            continue
        theirs.append(took)
        find_plans(problem, top=1, prepared=prepared)  # after half a second of the other's
        ours.append(milliseconds(lambda: find_plans(problem, top=1, prepared=prepared)))
        best = find_plans(problem, top=1, prepared=prepared).best
        same += (best.objective.as_five() if best else None) == answer[0]
    if not theirs:
        return f"  none of {late} within the time limit"
    a, b = median_and_p95(ours)[0], median_and_p95(theirs)[0]
    beyond = f", {late} beyond the time limit" if late else ""
    return f"{a:>9.2f}{b:>11.0f}{b / a:>8.0f}  {same} of {len(theirs)}{beyond}"
