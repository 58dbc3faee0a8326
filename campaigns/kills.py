"""Web workers and the database are killed (SIGKILL) while clients book through the API.

Every visit a client was told is booked must be there afterwards, whole. Control: the server answers
before the commit is on its way (`synchronous_commit=off`), and really loses.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from campaigns.checks import examine
from campaigns.desk import Client, Told, book_through, web, workers_of
from campaigns.report import Result
from campaigns.stage import Stage, folder, stage
from knotenpunkt.foundation.postgres import NoPostgres, running_server

LOSING = ("synchronous_commit=off", "wal_writer_delay=10s", "wal_writer_flush_after=1GB")
PATIENCE = 6.0  # seconds after which the next kill comes anyway
MANY, LONG_PATIENCE = 12, 60.0  # the losing variant is killed in the middle of its work


def run(
    *, kills: int = 300, clients: int = 8, workers: int = 3, control: int = 8
) -> Iterator[Result]:
    """Yield what was lost in so many kills, and what the losing variant lost."""
    yield campaign("kills", Plan(kills, clients, workers))
    losing = Plan(control, clients, workers, LOSING, only_database=True)
    yield campaign("kills with synchronous_commit=off", losing, is_control=True)


@dataclass(frozen=True)
class Plan:
    """How many kills, how many clients and web workers, and settings of the server."""

    kills: int
    clients: int
    workers: int
    settings: tuple[str, ...] = ()
    only_database: bool = False


def campaign(name: str, plan: Plan, *, is_control: bool = False) -> Result:
    with folder() as place:
        with stage(place=place, settings=plan.settings) as house:
            pass  # a copy of the house; from here on the server is ours to kill
        attack = Attack(house, place, plan)
        attack.run()
        with running_server(place / "data", port=house.server.port):
            found = examine(house, attack.told.booked)
        told = attack.told
        figures = f"{attack}, {found}, {told.sent_again} requests sent again"
        return Result(name, figures, found.lost if is_control else found.violations, is_control)


class Attack:
    """Kills by turns; the clients go on through all of them."""

    def __init__(self, house: Stage, place: Path, plan: Plan) -> None:
        self.house, self.place, self.plan = house, place, plan
        self.told = Told()
        self.chance = random.Random(4)
        self.killed = {"web": 0, "backend": 0, "postmaster": 0}

    def __str__(self) -> str:
        return "kills of " + ", ".join(f"{kind} {number}" for kind, number in self.killed.items())

    def run(self) -> None:
        """Start the web and the clients once, the database anew after each of its deaths."""
        stop = threading.Event()
        with web(self.house, workers=self.plan.workers) as (port, parent):
            clients = [
                threading.Thread(target=self._client, args=(number, port, stop), daemon=True)
                for number in range(self.plan.clients)
            ]
            for client in clients:
                client.start()
            while sum(self.killed.values()) < self.plan.kills:
                self._with_database(parent)
            with self._database():
                stop.set()
                for client in clients:
                    client.join(150)
                assert not any(client.is_alive() for client in clients)

    def _client(self, number: int, port: int, stop: threading.Event) -> None:
        client = Client(port, self.house.token, self.told, random.Random(number))
        while not stop.is_set():
            book_through(client, turns=1, number=number)

    def _with_database(self, parent: int) -> None:
        """Run the database until it is killed as a whole, and kill on the way."""
        with self._database():
            while sum(self.killed.values()) < self.plan.kills:
                self._wait()
                kind = self._draw()
                self.killed[kind] += 1
                if kind == "web":
                    self._kill(self.chance.choice(workers_of(parent) or [0]))
                elif kind == "backend":
                    self._kill(self.chance.choice(self._backends() or [0]))
                else:
                    self._kill(self._postmaster())
                    return

    def _draw(self) -> str:
        if self.plan.only_database:
            return "postmaster"
        return self.chance.choices(["web", "backend", "postmaster"], [70, 25, 5])[0]

    def _wait(self) -> None:
        """Let some visits be acknowledged between two kills."""
        loses = self.plan.only_database
        goal = len(self.told.booked) + (MANY if loses else 2)
        until = time.monotonic() + (LONG_PATIENCE if loses else PATIENCE)
        while len(self.told.booked) < goal and time.monotonic() < until:
            time.sleep(0.005)

    @contextlib.contextmanager
    def _database(self) -> Iterator[None]:
        """Start the server again; what a killed one leaves behind may take a moment to end."""
        until = time.monotonic() + 30
        while True:
            try:
                stack = contextlib.ExitStack()
                stack.enter_context(
                    running_server(
                        self.place / "data",
                        settings=self.plan.settings,
                        port=self.house.server.port,
                    )
                )
                break
            except NoPostgres:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
        with stack:
            yield

    def _postmaster(self) -> int:
        return int((self.place / "data" / "postmaster.pid").read_text().split("\n")[0])

    def _backends(self) -> list[int]:
        """Return the server processes that are working for a client now."""
        found = []
        for process in workers_of(self._postmaster()):
            with contextlib.suppress(OSError):
                title = Path(f"/proc/{process}/cmdline").read_bytes()
                if b"knotenpunkt_app" in title:
                    found.append(process)
        return found

    def _kill(self, process: int) -> None:
        if process:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
