"""`make campaigns`: run all, or those named; exit code 1 on a violation or a control not caught."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

from benchmarks.machine import describe
from campaigns import clocks, contention, cuts, disk, kills, planner, stories
from campaigns.report import Result

CAMPAIGNS: dict[str, Callable[[], Iterator[Result]]] = {
    "contention": contention.run,
    "kills": kills.run,
    "cuts": cuts.run,
    "clocks": clocks.run,
    "disk": disk.run,
    "stories": stories.run,
    "planner": planner.run,
}


def main(names: list[str]) -> int:
    unknown = sorted(set(names) - set(CAMPAIGNS))
    if unknown:
        print(f"No such campaign: {', '.join(unknown)}. There are: {', '.join(CAMPAIGNS)}.")
        return 2
    print(f"Machine: {describe()}", flush=True)
    bad = 0
    for name in names or CAMPAIGNS:
        started = time.monotonic()
        for result in CAMPAIGNS[name]():
            print(result, flush=True)
            bad += not result.is_well
        print(f"    {time.monotonic() - started:.0f} s", flush=True)
    print("All is well." if not bad else f"{bad} results are bad.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
