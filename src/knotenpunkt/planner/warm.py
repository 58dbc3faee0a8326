"""Compile the search, or load it compiled, before the first person waits for it."""

from __future__ import annotations

from knotenpunkt.planner.coordplan import read_problem
from knotenpunkt.planner.generator import generate
from knotenpunkt.planner.solve import solve

# Two days are needed, then a break is: each calls functions that the plain problem does not.
LIMITS: tuple[dict[str, int], ...] = (
    {},
    {"max_legs_per_day": 2},
    {"max_stretch": 13, "min_break": 3},
)


def warm() -> None:
    """Solve small instances that together run every compiled function."""
    for limits in LIMITS:
        document = generate(1, needs=3, days=5, desks=36, use=0.1)
        for item in document["request"]["items"]:
            item["earliest_day"] = 0
        document["request"] |= limits
        solve(read_problem(document), top=1, why=False)


if __name__ == "__main__":
    warm()
