"""One interpreter through a visit where possible, at no cost to anything else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from knotenpunkt.planner import Leg, Plan, Problem
from knotenpunkt.planner.check import leg_violations


def with_fewest_interpreters(problem: Problem, plan: Plan) -> Plan:
    """Return the plan with the same times, desks and worth, and as few interpreters as a greedy
    choice finds: whoever can take most of the legs takes them, then the next.
    """
    open_legs = [n for n, leg in enumerate(plan.legs) if leg.interpreter is not None]
    can = {n: set(_who_can(problem, plan.legs[n])) for n in open_legs}
    chosen = list(plan.legs)
    while open_legs:
        everyone = sorted(set.union(*(can[n] for n in open_legs)))
        if not everyone:  # what is asked was relaxed: nobody else fits, the legs stay as they are
            break
        best = max(everyone, key=lambda one: (sum(one in can[n] for n in open_legs), -one))
        for n in [n for n in open_legs if best in can[n]]:
            chosen[n] = replace(chosen[n], interpreter=best)
            open_legs.remove(n)
    return replace(plan, legs=tuple(chosen))


def _who_can(problem: Problem, leg: Leg) -> Iterator[int]:
    """Yield the interpreters of the same kind, so at the same cost, who could take this leg."""
    interpreters = problem.network.interpreters
    assert leg.interpreter is not None
    mode = interpreters[leg.interpreter].mode
    for index, interpreter in enumerate(interpreters):
        if interpreter.mode == mode and not leg_violations(
            problem, replace(leg, interpreter=index)
        ):
            yield index
