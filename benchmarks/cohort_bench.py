"""Cohorts: how many are served against one by one, the proven gap over time, and the fan-out.

python -m benchmarks.cohort_bench [persons ...]     (default 100 and 300; 1000 takes five minutes)
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor

from benchmarks.machine import describe
from knotenpunkt.planner.cohort import (
    Effort,
    cohort_violations,
    generate_cohort,
    solve_cohort,
    solve_cohorts,
)
from knotenpunkt.planner.cohort.arrays import layout_of
from knotenpunkt.planner.cohort.placing.books import Placement

SECONDS = {100: 20.0, 300: 60.0, 1000: 300.0, 10_000: 900.0}
USE = {100: 0.85, 300: 0.7, 1000: 0.4, 10_000: 0.4}


def main(sizes: tuple[int, ...] = (100, 300)) -> None:
    warm()
    for persons in sizes:
        one(persons)
    fan_out()


def warm() -> None:
    """Compile before anything is measured."""
    solve_cohort(generate_cohort(1, persons=20, days=5), effort=Effort(60, 2, 2), workers=2)


def one(persons: int) -> None:
    """Print one cohort: 3 needs each, one network, 30 days."""
    cohort = generate_cohort(1, persons=persons, use=USE[persons])
    placement = Placement(layout_of(cohort))
    placement.place(range(persons))
    greedy = placement.worth.served
    solution = solve_cohort(cohort, effort=Effort(SECONDS[persons]), workers=2)
    faults = len(cohort_violations(cohort, solution.plans))
    worst = solution.worst_group
    print(
        f"cohort of {persons}: {solution.worth.served} served (one by one {greedy}), at most "
        f"{solution.most_served}, gap {solution.gap:.2%} after {SECONDS[persons]:.0f} s, "
        f"{faults} faults, worst group {worst.relative if worst else 1:.0%} of the common share"
    )
    for moment in solution.curve[:: max(1, len(solution.curve) // 8)]:
        gap = (moment.bound - moment.score) / moment.bound
        print(f"    {moment.seconds:6.1f} s  {moment.served:6d} served  gap {gap:.2%}")


def fan_out() -> None:
    """Print how much more two workers do than one with the same four cohorts."""
    cohorts = {str(seed): generate_cohort(seed, persons=100, use=0.7) for seed in range(4)}
    rounds = {}
    for workers in (1, 2):
        with ProcessPoolExecutor(workers) as pool:
            list(pool.map(_warm_worker, range(workers)))
            started = time.perf_counter()
            solve_cohorts(cohorts, effort=Effort(600, 60, 20), executor=pool)
            rounds[workers] = time.perf_counter() - started
    print(
        f"fan-out of 4 networks: 1 worker {rounds[1]:.1f} s, 2 workers {rounds[2]:.1f} s, "
        f"{rounds[1] / rounds[2]:.2f} times the throughput"
    )


def _warm_worker(_number: int) -> None:
    warm()


if __name__ == "__main__":
    print(f"Machine: {describe()}")
    main(tuple(int(size) for size in sys.argv[1:]) or (100, 300))
