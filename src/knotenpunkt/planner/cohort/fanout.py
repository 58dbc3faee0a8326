"""Many cohorts side by side: one network, or one week of it, a task.

Tasks share nothing, so any engine with Python's own `Executor` interface carries them: threads or
processes of this machine, or a cluster (`dask.distributed.Client(...).get_executor()`). Without
one, the same code runs in this process.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor

from knotenpunkt.planner.cohort.model import Cohort, CohortSolution
from knotenpunkt.planner.cohort.solve import Effort, solve_cohort


def solve_cohorts(
    cohorts: Mapping[str, Cohort], *, effort: Effort, executor: Executor | None = None
) -> dict[str, CohortSolution]:
    """Return the answer for each cohort, each with this effort; a worker plans one at a time."""
    if executor is None:
        return {name: _solve(cohort, effort) for name, cohort in cohorts.items()}
    tasks = {name: executor.submit(_solve, it, effort) for name, it in cohorts.items()}
    return {name: task.result() for name, task in tasks.items()}


def _solve(cohort: Cohort, effort: Effort) -> CohortSolution:
    return solve_cohort(cohort, effort=effort)
