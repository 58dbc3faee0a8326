"""Many cohorts side by side: one network, or one week of it, a task.

Tasks share nothing, so any engine with Python's own `Executor` interface carries them. `engine`
gives the one that is asked for: none (this process), processes of this machine, or the workers of
a Dask cluster (extra `fan-out`, docs/adr/0011). The code that plans is the same in all three.
"""

from __future__ import annotations

import importlib
import multiprocessing
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from knotenpunkt.planner.cohort.model import Cohort, CohortSolution
from knotenpunkt.planner.cohort.solve import Effort, solve_cohort


@contextmanager
def engine(*, workers: int = 1, cluster: str | None = None) -> Iterator[Executor | None]:
    """Yield who carries the tasks: None for this process, else an executor.

    `cluster` is the address of a Dask scheduler (`tcp://host:8786`); its workers need the same
    version of this package. Raises `ModuleNotFoundError` for a cluster without the extra.
    """
    if cluster is not None:
        client = importlib.import_module("distributed").Client(cluster)
        with client:
            yield client.get_executor(pure=False)
    elif workers > 1:
        # Fresh processes, as on any system: a fork would copy threads of ours that hold locks.
        with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
            yield pool
    else:
        yield None


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
