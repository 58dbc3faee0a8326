"""`make bench`: print every figure with the machine it was taken on; ARGS names some of them."""

import subprocess
import sys
from collections.abc import Callable

from benchmarks import cohort_bench, directory_bench, pages_bench, planner_bench
from benchmarks.machine import describe


def booking() -> None:
    """In a process of its own: it sets Django up for databases that it starts itself."""
    subprocess.run([sys.executable, "-m", "benchmarks.booking_bench"], check=True)


BENCHES: dict[str, Callable[[], None]] = {
    "planner": planner_bench.main,
    "cohort": cohort_bench.main,
    "pages": pages_bench.main,
    "directory": directory_bench.main,
    "booking": booking,
}
print(f"Machine: {describe()}\n", flush=True)
for name in sys.argv[1:] or BENCHES:
    BENCHES[name]()
