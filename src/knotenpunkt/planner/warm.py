"""Load the compiled search, or compile it, before the first person waits for it."""

from __future__ import annotations

from knotenpunkt.planner.coordplan import read_problem
from knotenpunkt.planner.generator import generate
from knotenpunkt.planner.search import find_plans


def warm() -> None:
    """Solve a small instance: one call runs everything that is compiled."""
    find_plans(read_problem(generate(1, needs=2, days=5, desks=12, use=0.1)), top=1)


if __name__ == "__main__":
    warm()
