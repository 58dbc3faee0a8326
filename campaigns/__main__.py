"""`make campaigns`: run all, or those named; exit code 1 on a violation or a control not caught.

    make campaigns ARGS="contention kills --bookings 5000 --kills 30"

Without options each has its full size.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.machine import describe
from campaigns import clocks, contention, cuts, disk, kills, planner, stories
from campaigns.report import Result

CAMPAIGNS: dict[str, Callable[..., Iterator[Result]]] = {
    "contention": contention.run,
    "kills": kills.run,
    "cuts": cuts.run,
    "clocks": clocks.run,
    "disk": disk.run,
    "stories": stories.run,
    "planner": planner.run,
}
# Options, the campaign that each belongs to, and what it counts.
SIZES = {
    "bookings": ("contention", "acknowledged bookings that clients draw from the same times"),
    "clients": ("contention", "how many clients book at once"),
    "kills": ("kills", "processes that are killed"),
    "cuts": ("cuts", "answers that do not arrive"),
    "ticks": ("clocks", "steps under clocks that jump"),
    "first": ("disk", "bookings before the disk is full"),
    "steps": ("stories", "random steps against the model"),
    "instances": ("planner", "small instances with every feature, against brute force"),
    "without": ("planner", "small instances for each feature that is switched off"),
    "large": ("planner", "instances of a whole Kreis, against CP-SAT"),
    "skip": ("planner", "parts to leave out: where a stopped run goes on"),
}
NAMES = {
    "ticks": "steps",
    "instances": "small",
}  # where the option is called otherwise than the parameter


def arguments(words: list[str]) -> argparse.Namespace:
    """Read names and sizes; argparse says what is wrong and ends with 2."""
    parser = argparse.ArgumentParser(
        prog="make campaigns", description="Attacks on the booking, counted apart from it."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(CAMPAIGNS))
    for option, (campaign, help_text) in SIZES.items():
        parser.add_argument(f"--{option}", type=int, help=f"{campaign}: {help_text}")
    found = parser.parse_args(words)
    unknown = sorted(set(found.names) - set(CAMPAIGNS))
    if unknown:
        parser.error(f"no such campaign: {', '.join(unknown)}; there are {', '.join(CAMPAIGNS)}")
    return found


def sizes_of(campaign: str, chosen: argparse.Namespace) -> dict[str, Any]:
    return {
        NAMES.get(option, option): getattr(chosen, option)
        for option, (owner, _help) in SIZES.items()
        if owner == campaign and getattr(chosen, option) is not None
    }


def main(words: list[str]) -> int:
    chosen = arguments(words)
    print(f"Machine: {describe()}", flush=True)
    bad = 0
    for name in chosen.names or CAMPAIGNS:
        started = time.monotonic()
        for result in CAMPAIGNS[name](**sizes_of(name, chosen)):
            print(result, flush=True)
            bad += not result.is_well
        print(f"    {time.monotonic() - started:.0f} s", flush=True)
    print("All is well." if not bad else f"{bad} results are bad.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
