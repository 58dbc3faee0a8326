"""What `knotenpunkt cohort` does with a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from knotenpunkt.planner.cohort.format import read_cohort, write_answer
from knotenpunkt.planner.cohort.model import Cohort, CohortSolution, Moment
from knotenpunkt.planner.cohort.solve import Effort, solve_cohort
from knotenpunkt.planner.model import BadInstance

SOLVED, BAD_INSTANCE = 0, 2


def cohort_file(path: Path, *, seconds: float, out: Path, workers: int, resume: bool) -> int:
    """Plan the cohort of a file and write the answer beside it; 0 when done, 2 on a bad file."""
    checkpoint = out.with_suffix(".npz")
    try:
        cohort = read_cohort(_parse(path))
        if not resume:
            checkpoint.unlink(missing_ok=True)
        with watched(seconds) as show:
            solution = solve_cohort(
                cohort,
                effort=Effort(seconds),
                workers=workers,
                progress=show,
                checkpoint=checkpoint,
            )
    except (BadInstance, OSError) as error:
        sys.stderr.write(f"{path}: {error}\n")
        return BAD_INSTANCE
    write_and_tell(cohort, solution, out)
    return SOLVED


def write_and_tell(cohort: Cohort, solution: CohortSolution, out: Path) -> None:
    """Write the answer to a file and print it in a few lines."""
    out.write_text(json.dumps(write_answer(cohort, solution)), encoding="utf-8")
    sys.stdout.write(describe(cohort, solution) + f"\nWritten to {out}.\n")


def _parse(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInstance("cohort", f"is not JSON: {error}") from error


@contextmanager
def watched(seconds: float) -> Iterator[Callable[[Moment], None]]:
    """Show a bar on a terminal; yields what tells it how far a run has come."""
    columns = (BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Progress(*columns, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("planning one by one", total=seconds)

        def show(moment: Moment) -> None:
            text = f"{moment.served} served, at most {moment.bound:.1f}"
            bar.update(task, completed=min(moment.seconds, seconds), description=text)

        yield show


def describe(cohort: Cohort, solution: CohortSolution) -> str:
    """Return the answer in a few lines for people to read."""
    worth = solution.worth
    lines = [
        f"{worth.served} of {len(cohort.members)} persons have a visit, {worth.days} days in all.",
        f"No answer is better than {solution.bound:.2f}; the gap is at most {solution.gap:.2%}.",
    ]
    if solution.worst_group and len(solution.groups) > 1:
        worst = solution.worst_group
        lines.append(
            f"Group served least: {worst.group}, {worst.served} of {worst.members} "
            f"({worst.relative:.0%} of the share of everyone)."
        )
    return "\n".join(lines)
