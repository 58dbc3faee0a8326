"""Cohorts: how many are served against one by one, and the proven gap over time.

python -m benchmarks.cohort_bench [persons ...]     (default 100 and 300; 1000 takes five minutes,
10000 a quarter of an hour; 10000@300 stops after 300 seconds). With --draw each curve is drawn into
`docs/pictures`. `benchmarks.fan_out_bench` compares engines for many networks.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.cohort_curve import curve_svg
from benchmarks.machine import describe
from knotenpunkt.planner.cohort import (
    Effort,
    cohort_violations,
    generate_cohort,
    solve_cohort,
)
from knotenpunkt.planner.cohort.arrays import layout_of
from knotenpunkt.planner.cohort.placing.books import Placement

SECONDS = {100: 20.0, 300: 60.0, 1000: 300.0, 10_000: 900.0}
USE = {100: 0.85, 300: 0.7, 1000: 0.4, 10_000: 0.4}  # room for about two thirds
PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
LARGE = {10_000: {"desks": 600, "interpreters": 140}}  # else 60 desks and 14 interpreters


def main(sizes: Sequence[str] = ("100", "300"), *, is_drawn: bool = False) -> None:
    warm()
    for size in sizes:
        persons, _, seconds = size.partition("@")
        one(int(persons), float(seconds) if seconds else SECONDS[int(persons)], is_drawn)


def warm() -> None:
    """Compile before anything is measured."""
    solve_cohort(generate_cohort(1, persons=20, days=5), effort=Effort(60, 2, 2), workers=2)


def one(persons: int, seconds: float, is_drawn: bool) -> None:
    """Print one cohort: 3 needs each, one network, 30 days."""
    started = time.perf_counter()
    cohort = generate_cohort(1, persons=persons, use=USE[persons], **LARGE.get(persons, {}))
    print(f"cohort of {persons} read in {time.perf_counter() - started:.1f} s", flush=True)
    placement = Placement(layout_of(cohort))
    placement.place(range(persons))
    greedy = placement.worth.served
    busy = time.process_time()
    solution = solve_cohort(cohort, effort=Effort(seconds), workers=2)
    busy = time.process_time() - busy
    faults = len(cohort_violations(cohort, solution.plans))
    worst = solution.worst_group
    print(
        f"cohort of {persons}: {solution.worth.served} served (one by one {greedy}), at most "
        f"{solution.most_served}, gap {solution.gap:.2%} after {seconds:.0f} s "
        f"({busy:.0f} s of processor time), "
        f"{faults} faults, worst group {worst.relative if worst else 1:.0%} of the common share"
    )
    curve = solution.curve
    if is_drawn:
        title = f"{persons} persons, three needs each, 30 days"
        picture = PICTURES / f"cohort-curve-{persons}.svg"
        picture.write_text(curve_svg(curve, title), encoding="utf-8")
    for moment in (*curve[:: max(1, len(curve) // 20)], curve[-1]):
        gap = (moment.bound - moment.score) / moment.bound
        bar = "#" * round(200 * gap)
        print(
            f"    {moment.seconds:6.1f} s  {moment.served:6d} served  at most {moment.bound:8.1f}"
            f"  gap {gap:6.2%}  {bar}"
        )
    print(f"    load at the end {describe().rsplit('load', 1)[1]}")


if __name__ == "__main__":
    print(f"Machine: {describe()}")
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cohort_bench")
    parser.add_argument("sizes", nargs="*", default=("100", "300"), metavar="persons[@seconds]")
    parser.add_argument("--draw", action="store_true")
    chosen = parser.parse_args()
    main(chosen.sizes, is_drawn=chosen.draw)
