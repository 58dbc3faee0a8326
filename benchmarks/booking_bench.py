"""Acknowledged visits of five legs per second, beside a bare loop of the same rows; free times.

    python -m benchmarks.booking_bench [VISITS]

Each figure is taken on a fresh database that is as durable as the real one. Nobody is in anybody's
way here: what happens when all want the same is the subject of `make campaigns contention`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from benchmarks import free_times_bench
from benchmarks.machine import describe
from campaigns.stage import Stage, stage

CLIENTS = (1, 8, 32)
VISITS = 960  # of all clients together
PROCESSES = 4  # at most: threads of one process share one interpreter
CLIENT = [sys.executable, "-m", "benchmarks.booking_client"]


@dataclass(frozen=True)
class Run:
    """What was acknowledged in how long, and how long each visit took (milliseconds)."""

    visits: int
    seconds: float
    times: list[float]

    @property
    def rate(self) -> float:
        return self.visits / self.seconds

    def percentile(self, share: float) -> float:
        return self.times[min(int(len(self.times) * share), len(self.times) - 1)]

    def __str__(self) -> str:
        return (
            f"{self.rate:7.1f} a second, p50 {self.percentile(0.5):7.1f} ms, "
            f"p99 {self.percentile(0.99):7.1f} ms"
        )


def main(visits: int = VISITS) -> None:
    print("\nVisits of five legs, held and confirmed: two durable transactions each")
    for clients in CLIENTS:
        runs = {kind: _run(kind, clients, visits) for kind in ("product", "bare")}
        for kind, run in runs.items():
            print(f"  {clients:2} clients  {kind:8} {run}  ({run.visits} visits)", flush=True)
        ratio = runs["product"].rate / runs["bare"].rate
        print(f"  {clients:2} clients  product / bare {ratio:5.2f}", flush=True)
    free_times_bench.main()


def _run(kind: str, clients: int, visits: int) -> Run:
    processes = min(clients, PROCESSES)
    each = visits // clients * (clients // processes)
    with stage() as house:
        children = [
            _start(house, [kind, str(n * each), str(clients // processes), str(each)])
            for n in range(processes)
        ]
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
        answers = [json.loads(text) for text in _go(children)]
        booked = house.number("SELECT count(*) FROM visits_visit WHERE status = 'booked'")
        taken = house.number("SELECT count(*) FROM availability_occupancy WHERE expires_at IS NULL")
    assert (booked, taken) == (each * processes, each * processes * 15)
    seconds = max(it["ended"] for it in answers) - min(it["begun"] for it in answers)
    return Run(booked, seconds, sorted(1000 * t for it in answers for t in it["times"]))


def _start(house: Stage, arguments: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*CLIENT, *arguments], env=house.environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def _go(children: list[subprocess.Popen[str]]) -> list[str]:
    """Let all begin at once; return what they print."""
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    return [child.communicate()[0] for child in children]


if __name__ == "__main__":
    print(f"Machine: {describe()}")
    main(*(int(value) for value in sys.argv[1:2]))
