"""The public instances: our search, CP-SAT and HiGHS side by side, as a table and a picture.

    python -m benchmarks.public_bench [--minutes M] [small|medium|large ...]
    python -m benchmarks.public_bench prove [small|medium|large ...]

The first compares and draws instances.svg; with `--minutes` every method of every set gets an even
share of the time that is left, and what it did not get to is counted apart.

An instance is a seed and a shape; `instances/optima.json` holds what is proven about each. Only an
objective on which our search and CP-SAT agree gets in. `instances/*.coordplan.json` are whole
instances, to see the format and to check a generator of one's own.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import cp_sat, highs
from benchmarks.machine import describe, median_and_p95, milliseconds
from knotenpunkt.planner import PreparedNetwork, Problem, find_plans, read_problem
from knotenpunkt.planner.generator import generate
from knotenpunkt.planner.warm import warm

FOLDER = Path(__file__).parent / "instances"
OPTIMA = FOLDER / "optima.json"
USES = (0.5, 0.7, 0.85, 0.95)  # share of time that is booked already
SETS: dict[str, list[dict[str, Any]]] = {
    "small": [
        {"seed": seed, "needs": 5, "days": 30, "use": use} for seed in range(3) for use in USES
    ],
    "medium": [
        {"seed": seed, "needs": 7, "days": 60, "use": use} for seed in range(3) for use in USES
    ],
    "large": [
        {"seed": seed, "needs": 10, "days": 60, "use": use} for seed in range(3) for use in USES
    ],
}
OTHERS_SECONDS = {"CP-SAT": 120.0, "HiGHS": 60.0}
HIGHS_SETS = ("small",)  # beyond, most of its runs end at the time limit
Objective = list[int] | None
Method = Callable[[Problem, float], Objective]


def problem_of(shape: dict[str, Any]) -> Problem:
    return read_problem(generate(**shape))


def best_of(problem: Problem, prepared: PreparedNetwork | None = None) -> Objective:
    """Return [days, locations, last day, span, cost] of our optimum; None is the proof of none."""
    best = find_plans(problem, top=1, prepared=prepared).best
    return best.objective.as_five() if best else None


def read_optima() -> dict[str, list[dict[str, Any]]]:
    """Return by set each shape with its `optimum`."""
    found: dict[str, list[dict[str, Any]]] = json.loads(OPTIMA.read_text())
    return found


def prove(names: list[str]) -> None:
    """Store what our search and CP-SAT both prove. Raises `AssertionError` where they differ."""
    known = read_optima() if OPTIMA.exists() else {}
    for name in names:
        rows = []
        for shape in SETS[name]:
            problem = problem_of(shape)
            optimum = best_of(problem)
            other = cp_sat.best_objective(problem, OTHERS_SECONDS["CP-SAT"])
            assert optimum == other, f"{shape}: {optimum} is not {other}"
            rows.append({**shape, "optimum": optimum})
        known[name] = rows
        lines = (
            f' "{key}": [\n' + ",\n".join(f"  {json.dumps(row)}" for row in known[key]) + "\n ]"
            for key in sorted(known)
        )
        OPTIMA.write_text("{\n" + ",\n".join(lines) + "\n}\n")
        print(f"{name}: {len(rows)} optima proven twice", flush=True)


class Shares:
    """Even shares of the time that is left, for a known number of parts."""

    def __init__(self, minutes: float, parts: int) -> None:
        self.ends_at, self.parts, self.until = time.monotonic() + 60 * minutes, parts, 0.0

    def begin(self) -> None:
        """Begin the next part."""
        now = time.monotonic()
        self.until = now + max(self.ends_at - now, 0.0) / self.parts
        self.parts -= 1

    def left(self) -> float:
        """Return the seconds left to the part that runs."""
        return self.until - time.monotonic()


def main(names: tuple[str, ...] = tuple(SETS), minutes: float = math.inf) -> None:
    """Print how long each method took, and draw it."""
    warm()
    shares = Shares(minutes, sum(len(_others(name)) for name in names))
    print(f"{'set':>8}{'method':>9}{'median ms':>12}{'p95 ms':>12}{'times ours':>12}  same optimum")
    points: list[tuple[str, str, float]] = []
    for name in names:
        rows = read_optima()[name]
        ours = _ours(rows)
        points += [(name, "ours", it) for it in ours]
        _line(name, "ours", Runs(ours, len(rows), 0, 0), ours)
        for method, solve in _others(name).items():
            shares.begin()
            runs = _theirs(rows, solve, OTHERS_SECONDS[method], shares)
            points += [(name, method, it) for it in runs.times]
            _line(name, method, runs, ours)
    picture = FOLDER / "instances.svg"
    picture.write_text(_drawn(points), encoding="utf-8")
    print(f"picture: {picture.relative_to(FOLDER.parent.parent)}")


def _others(name: str) -> dict[str, Method]:
    found: dict[str, Method] = {"CP-SAT": cp_sat.best_objective}
    if name in HIGHS_SETS:
        found["HiGHS"] = highs.best_objective
    return found


def _ours(rows: list[dict[str, Any]]) -> list[float]:
    times = []
    for row in rows:
        problem = problem_of(_shape(row))
        prepared = PreparedNetwork(problem.network)
        assert best_of(problem, prepared) == row["optimum"], row
        times.append(milliseconds(partial(best_of, problem, prepared)))
    return times


@dataclass
class Runs:
    """Milliseconds of the runs that ended with a proof, and how many did not."""

    times: list[float]
    same: int
    late: int
    not_reached: int


def _theirs(rows: list[dict[str, Any]], solve: Method, limit: float, shares: Shares) -> Runs:
    runs = Runs([], 0, 0, 0)
    for row in rows:
        problem, seconds = problem_of(_shape(row)), min(limit, shares.left())
        if seconds <= 0:
            runs.not_reached += 1
            continue
        answer: list[Objective] = []
        try:
            took = milliseconds(lambda: answer.append(solve(problem, seconds)))
        except TimeoutError:
            runs.late += seconds == limit
            runs.not_reached += seconds < limit
            continue
        runs.times.append(took)
        runs.same += answer[0] == row["optimum"]
    return runs


def _shape(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "optimum"}


def _line(name: str, method: str, runs: Runs, ours: list[float]) -> None:
    rest = f"{runs.late} beyond the limit, {runs.not_reached} not reached"
    if not runs.times:
        print(f"{name:>8}{method:>9}  none solved, {rest}", flush=True)
        return
    (median, p95), (base, _) = median_and_p95(runs.times), median_and_p95(ours)
    print(
        f"{name:>8}{method:>9}{median:>12.2f}{p95:>12.2f}{median / base:>12.0f}  "
        f"{runs.same} of {len(runs.times)} solved, {rest}",
        flush=True,
    )


def _drawn(points: list[tuple[str, str, float]]) -> str:
    """Return every run as a dot on a line of its set and method; time to the right, tenfold."""
    lines = list(dict.fromkeys((name, method) for name, method, _ in points))
    shapes = []
    for power in range(-1, 6):
        x = _x(10.0**power)
        shapes.append(f'<path d="M{x} 30V{40 + 30 * len(lines)}" stroke="#ccc"/>')
        shapes.append(f'<text x="{x}" y="20" text-anchor="middle">{10.0**power:g}</text>')
    for row, (name, method) in enumerate(lines):
        shapes.append(f'<text x="10" y="{59 + 30 * row}">{name}, {method}</text>')
    shapes += [
        f'<circle cx="{_x(took)}" cy="{55 + 30 * lines.index((name, method))}" r="4" '
        f'fill="{"#0a5" if method == "ours" else "#345"}" fill-opacity="0.6"/>'
        for name, method, took in points
    ]
    height = 60 + 30 * len(lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {height}" role="img" '
        'font-family="sans-serif" font-size="13"><title>Milliseconds until the proven optimum'
        f'</title><rect width="100%" height="100%" fill="#fff"/>{"".join(shapes)}</svg>\n'
    )


def _x(milliseconds_: float) -> int:
    return round(240 + 80 * (math.log10(max(milliseconds_, 0.1)) + 1))


if __name__ == "__main__":
    print(f"Machine: {describe()}")
    parser = argparse.ArgumentParser(prog="python -m benchmarks.public_bench")
    parser.add_argument("words", nargs="*", metavar="prove|" + "|".join(SETS))
    parser.add_argument("--minutes", type=float, default=math.inf)
    chosen = parser.parse_args()
    if chosen.words[:1] == ["prove"]:
        prove(chosen.words[1:] or list(SETS))
    else:
        main(tuple(chosen.words) or tuple(SETS), chosen.minutes)
