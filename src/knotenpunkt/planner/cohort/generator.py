"""Cohorts for benchmarks and tests: realistic, invented, and the same for the same seed."""

from __future__ import annotations

import random
from typing import Any

from knotenpunkt.planner.cohort.format import FORMAT, read_cohort
from knotenpunkt.planner.cohort.model import Cohort
from knotenpunkt.planner.generator import USE, a_request, generate, interpreters_by


def generate_cohort(
    seed: int,
    *,
    persons: int,
    needs: int = 3,
    days: int = 30,
    **options: Any,
) -> Cohort:
    """Return `persons` members with `needs` needs each before one network; groups are languages.

    `options` are desks, interpreters and use, as of `planner.generator.generate`.
    """
    return read_cohort(cohort_document(seed, persons=persons, needs=needs, days=days, **options))


def cohort_document(
    seed: int,
    *,
    persons: int,
    needs: int,
    days: int,
    interpreters: int | None = None,
    use: float = USE,
    **options: Any,
) -> Any:
    """Return the same as a coordplan-cohort-1 document."""
    network = generate(seed, needs=needs, days=days, use=use, **options)["network"]
    rng = random.Random(seed)  # noqa: S311 - repeatable instances, no secrets
    if interpreters is not None:
        network["interpreters"] = interpreters_by(rng, interpreters, days, use)
    members = []
    for n in range(persons):
        request = a_request(rng, needs, days)
        main = next(name for name, cost in request["languages"].items() if cost == 0)
        members.append({"id": f"m{n}", "request": request, "group": main})
    return {"format": FORMAT, "network": network, "members": members}
