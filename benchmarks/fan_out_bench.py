"""Engines to plan the cohorts of many networks side by side: what a task costs, what two workers gain.

python -m benchmarks.fan_out_bench      engines are compared if they are installed. Dask is the
extra `fan-out`; the others are no dependencies: `pip install joblib ray` into an environment of its own.
"""

from __future__ import annotations

import importlib
import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from benchmarks.machine import describe
from knotenpunkt.planner.cohort import Cohort, Effort, generate_cohort, solve_cohorts
from knotenpunkt.planner.cohort import engine as fan_out

SMALL_TASKS = 200
EFFORT = Effort(600, 240, 40)  # steps and rounds: the same work whoever does it
Engine = Callable[[int], Any]


def processes(workers: int) -> AbstractContextManager[Executor | None]:
    """Python's own pool, with fresh processes; at least two, to compare it with one."""
    return fan_out(workers=workers) if workers > 1 else one_process()


@contextmanager
def one_process() -> Iterator[Executor]:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool


@contextmanager
def loky(workers: int) -> Iterator[Executor]:
    pool = importlib.import_module("joblib.externals.loky").ProcessPoolExecutor(workers)
    yield pool
    pool.shutdown()


@contextmanager
def dask(workers: int) -> Iterator[Executor | None]:
    distributed = importlib.import_module("distributed")
    # By default Dask makes workers give memory back at once, which doubles what a plan takes.
    environment = {"distributed.nanny.pre-spawn-environ": {"OMP_NUM_THREADS": 1}}
    with (
        importlib.import_module("dask").config.set(environment),
        distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        fan_out(cluster=cluster.scheduler_address) as executor,
    ):
        yield executor


class _Ray(Executor):
    """Ray has no executor of its own; this is all that is needed of one."""

    def __init__(self, ray: Any) -> None:
        self.ray, self.remote = ray, {}

    def submit(self, do: Any, /, *values: Any, **named: Any) -> Any:
        if do not in self.remote:
            self.remote[do] = self.ray.remote(do)
        found: Future[Any] = self.remote[do].remote(*values, **named).future()
        return found


@contextmanager
def ray(workers: int) -> Iterator[Executor]:
    engine = importlib.import_module("ray")
    engine.init(num_cpus=workers, include_dashboard=False, log_to_driver=False)
    yield _Ray(engine)
    engine.shutdown()


def nothing(number: int) -> int:
    return number


def warm(seed: int) -> float:
    """Load compiled code in a worker; returns the processor time it has used so far."""
    cohort = generate_cohort(seed, persons=20, days=5)
    solve_cohorts({"warm": cohort}, effort=Effort(60, 2, 2))
    return time.process_time()


def measure(name: str, engine: Engine, cohorts: dict[str, Cohort]) -> None:
    """Print one engine: start, a small task, the same cohorts with one and with two workers."""
    seconds = {}
    for workers in (1, 2):
        started = time.perf_counter()
        with engine(workers) as pool:
            for task in [pool.submit(warm, it) for it in range(4 * workers)]:
                task.result()
            begun = time.perf_counter()
            for task in [pool.submit(nothing, it) for it in range(SMALL_TASKS)]:
                task.result()
            small = (time.perf_counter() - begun) / SMALL_TASKS * 1000
            begun = time.perf_counter()
            solve_cohorts(cohorts, effort=EFFORT, executor=pool)
            seconds[workers] = time.perf_counter() - begun
        start = time.perf_counter() - started - seconds[workers]
    print(
        f"{name:10} start {start:5.1f} s, small task {small:6.2f} ms, {len(cohorts)} cohorts:"
        f" 1 worker {seconds[1]:5.1f} s, 2 workers {seconds[2]:5.1f} s,"
        f" {seconds[1] / seconds[2]:.2f} times the throughput",
        flush=True,
    )


def main() -> None:
    cohorts = {str(seed): generate_cohort(seed, persons=100, use=0.7) for seed in range(4)}
    warm(1)
    begun, used = time.perf_counter(), time.process_time()
    solve_cohorts(cohorts, effort=EFFORT)
    print(
        f"in this process: {time.perf_counter() - begun:.1f} s,"
        f" {time.process_time() - used:.1f} s of processor time"
    )
    needed = {processes: None, loky: "joblib", dask: "distributed", ray: "ray"}
    for engine, module in needed.items():
        try:
            if module:
                importlib.import_module(module)
        except ImportError:
            print(f"{engine.__name__:10} is not installed")
            continue
        measure(engine.__name__, engine, cohorts)


if __name__ == "__main__":
    print(f"Machine: {describe()}")
    main()
    print(f"load at the end{describe().rsplit('load', 1)[1]}")
