"""After warming up, nobody waits for a compiler."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
from knotenpunkt.planner import kernels, read_problem, solve
from knotenpunkt.planner.generator import generate
from knotenpunkt.planner.warm import warm

CALLED = ("fold_day", "feasible_subsets", "first_days", "best_orders", "best_rested_order")

def compiled():
    return [len(getattr(kernels, name).signatures) for name in CALLED]

print(compiled())
warm()
print(compiled())
for seed in range(5):
    document = generate(seed, needs=6)
    document["request"] |= {"max_stretch": 42, "min_break": 6, "order": "fewest_locations"}
    solve(read_problem(document))
print(compiled())
"""


def test_every_function_is_compiled_once_and_before_the_first_search() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines() == ["[0, 0, 0, 0, 0]", "[1, 1, 1, 1, 1]", "[1, 1, 1, 1, 1]"]
