"""`make bench`: print every figure with the machine it was taken on; ARGS names some of them."""

import argparse
import subprocess
import sys
from collections.abc import Callable
from functools import partial

from benchmarks import (
    cohort_bench,
    directory_bench,
    fan_out_bench,
    pages_bench,
    planner_bench,
    public_bench,
)
from benchmarks.machine import describe


def booking() -> None:
    """In a process of its own: it sets Django up for databases that it starts itself."""
    subprocess.run([sys.executable, "-m", "benchmarks.booking_bench"], check=True)


def newcomer() -> None:
    """In a process of its own: its static files are collected, as in operation."""
    subprocess.run([sys.executable, "-m", "benchmarks.newcomer_bench"], check=True)


def consent() -> None:
    """In a process of its own: it fills and changes its database."""
    subprocess.run([sys.executable, "-m", "benchmarks.consent_bench"], check=True)


def kept() -> None:
    """In a process of its own: it sets Django up for a database that it starts itself."""
    subprocess.run([sys.executable, "-m", "benchmarks.kept_bench"], check=True)


BENCHES: dict[str, Callable[[], None]] = {
    "planner": planner_bench.main,
    "instances": public_bench.main,
    "cohort": cohort_bench.main,
    "fan-out": fan_out_bench.main,
    "pages": pages_bench.main,
    "kept": kept,
    "directory": directory_bench.main,
    "booking": booking,
    "consent": consent,
    "newcomer": newcomer,
}

parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
parser.add_argument("--minutes", type=float, help="of the public instances: when to stop")
chosen = parser.parse_args()
if chosen.minutes is not None:
    BENCHES["instances"] = partial(public_bench.main, minutes=chosen.minutes)
print(f"Machine: {describe()}\n", flush=True)
for name in chosen.names or BENCHES:
    BENCHES[name]()
