"""What `knotenpunkt plan` does with a file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from knotenpunkt.planner.coordplan import read_problem, write_solution
from knotenpunkt.planner.model import BadInstance, Network, Plan, Problem, Solution
from knotenpunkt.planner.solve import solve

SOLVED, BAD_INSTANCE = 0, 2


def plan_file(path: Path, *, top: int = 5, as_json: bool = False) -> int:
    """Print the plans of a coordplan-1 file; return 0 when solved, also when infeasible, else 2."""
    try:
        problem = read_problem(_parse(path))
    except (BadInstance, OSError) as error:
        sys.stderr.write(f"{path}: {error}\n")
        return BAD_INSTANCE
    solution = solve(problem, top=top)
    text = json.dumps(write_solution(solution)) if as_json else describe(problem, solution)
    sys.stdout.write(text + "\n")
    return SOLVED


def _parse(path: Path) -> Any:
    def refuse(word: str) -> Any:
        raise BadInstance("instance", f"{word} is not a number of coordplan-1")

    try:
        return json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInstance("instance", f"is not JSON: {error}") from error


def describe(problem: Problem, solution: Solution) -> str:
    """Return the answer for people to read, one appointment a line."""
    if solution.refusal:
        conflict = ", ".join(_wish(problem, *wish) for wish in solution.refusal.conflict)
        lines = ["There is no plan.", f"These cannot hold together: {conflict}."]
        for concession in solution.refusal.concessions:
            if concession.plan:
                days = ", ".join(str(day) for day in concession.plan.days)
                wish = _wish(problem, concession.wish, concession.subject)
                lines.append(f"Without {wish}: a plan on day {days}.")
        return "\n".join(lines)
    return "\n\n".join(_describe_plan(problem.network, plan) for plan in solution.plans)


def _wish(problem: Problem, wish: str, subject: int | None) -> str:
    if wish == "need" and subject is not None:
        return f"need {problem.request.items[subject].service}"
    return wish if subject is None else f"{wish} {subject}"


def _describe_plan(network: Network, plan: Plan) -> str:
    best = plan.objective
    head = (
        f"{best.days} day(s), last day {best.last_day}, {best.span_ticks} ticks, cost {best.cost}"
    )
    lines = [head]
    for leg in plan.legs:
        desk, site = network.desks[leg.desk].id, network.sites[leg.site]
        talk = (
            f" with {network.interpreters[leg.interpreter].id}"
            if leg.interpreter is not None
            else ""
        )
        start, end = _clock(network, leg.start), _clock(network, leg.end)
        lines.append(f"  day {leg.day}  {start}-{end}  {leg.service} at {site}, {desk}{talk}")
    return "\n".join(lines)


def _clock(network: Network, tick: int) -> str:
    hours, minutes = (int(part) for part in network.day_origin.split(":"))
    total = hours * 60 + minutes + tick * network.tick_minutes
    return f"{total // 60:02}:{total % 60:02}"
