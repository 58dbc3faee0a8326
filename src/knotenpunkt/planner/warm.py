"""Compile the search, or load it compiled, before the first person waits for it."""

from __future__ import annotations

from knotenpunkt.planner.coordplan import read_problem
from knotenpunkt.planner.generator import generate
from knotenpunkt.planner.solve import solve


def warm() -> None:
    """Solve two small instances that together run every compiled function."""
    document = generate(1, needs=3, days=5, desks=24, use=0.3)
    solve(read_problem(document), top=1)
    document["request"] |= {"max_stretch": 12, "min_break": 6, "max_days": 1}
    solve(read_problem(document), top=1)


if __name__ == "__main__":
    warm()
