"""Cohorts for benchmarks and tests: realistic, invented, and the same for the same seed."""

from __future__ import annotations

import random
from typing import Any

from knotenpunkt.planner.cohort.format import FORMAT, read_cohort
from knotenpunkt.planner.cohort.model import Cohort
from knotenpunkt.planner.generator import a_request, generate


def generate_cohort(
    seed: int,
    *,
    persons: int,
    needs: int = 3,
    days: int = 30,
    desks: int = 60,
    use: float = 0.7,
) -> Cohort:
    """Return `persons` members with `needs` needs each before one network; groups are languages."""
    return read_cohort(
        cohort_document(seed, persons=persons, needs=needs, days=days, desks=desks, use=use)
    )


def cohort_document(seed: int, *, persons: int, needs: int, days: int, **options: Any) -> Any:
    """Return the same as a coordplan-cohort-1 document; `options` are desks and use."""
    network = generate(seed, needs=needs, days=days, **options)["network"]
    rng = random.Random(seed)  # noqa: S311 - repeatable instances, no secrets
    members = []
    for n in range(persons):
        request = a_request(rng, needs, days)
        main = next(name for name, cost in request["languages"].items() if cost == 0)
        members.append({"id": f"m{n}", "request": request, "group": main})
    return {"format": FORMAT, "network": network, "members": members}
