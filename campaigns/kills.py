"""Web workers and the database are killed (SIGKILL) while clients book through the API.

Every visit a client was told is booked must be there afterwards, whole. The data lie in memory
where they can: a killed process loses what it has not handed to the system, no more, so the kind of
disk decides nothing here. Control: a server that answers before the commit is handed over
(`synchronous_commit=off`). How long that takes is up to its log writer, which is stopped, so that
what is lost is no matter of luck.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from campaigns.checks import examine
from campaigns.desk import Client, Told, book_through, web, workers_of
from campaigns.report import Result, progress
from campaigns.stage import Stage, folder, stage
from knotenpunkt.foundation.postgres import NoPostgres, running_server

# Nothing but the log writer hands over what was written: the buffers hold all of it, and neither
# checkpoints nor the cleaning of pages come in between.
LOSING = (
    "synchronous_commit=off",
    "wal_buffers=64MB",
    "bgwriter_lru_maxpages=0",
    "checkpoint_timeout=1h",
    "autovacuum=off",
)
PATIENCE = 6.0  # seconds after which the next kill comes anyway
BETWEEN = 2  # acknowledged visits between two kills
MEMORY = Path("/dev/shm")
ROOM = 2**30  # bytes that must be free there
KINDS = {"web": 70, "backend": 22, "postmaster": 4, "server": 4}  # of a hundred kills


def run(
    *, kills: int = 300, clients: int = 8, workers: int = 3, control: int = 3
) -> Iterator[Result]:
    """Yield what was lost in so many kills, and what the losing variant lost."""
    yield campaign("kills", Plan(kills, clients, workers))
    losing = Plan(control, clients, workers, LOSING, is_losing=True)
    yield campaign("kills with synchronous_commit=off", losing, is_control=True)


@dataclass(frozen=True)
class Plan:
    """How many kills, how many clients and web workers, and settings of the server."""

    kills: int
    clients: int
    workers: int
    settings: tuple[str, ...] = ()
    is_losing: bool = False


def campaign(name: str, plan: Plan, *, is_control: bool = False) -> Result:
    with folder(_memory()) as place:
        with stage(place=place, settings=plan.settings) as house:
            pass  # a copy of the house; from here on the server is ours to kill
        attack = Attack(house, place, plan)
        with progress(name, plan.kills, lambda: sum(attack.killed.values())):
            attack.run()
        with running_server(place / "data", port=house.server.port):
            found = examine(house, attack.told.booked)
        told = attack.told
        figures = f"{attack}, {found}, {told.sent_again} requests sent again"
        return Result(name, figures, found.lost if is_control else found.violations, is_control)


def _memory() -> Path | None:
    """Return where a folder lies in memory, if there is room."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None


class Attack:
    """Kills by turns; the clients go on through all of them."""

    def __init__(self, house: Stage, place: Path, plan: Plan) -> None:
        self.house, self.place, self.plan = house, place, plan
        self.told = Told()
        self.chance = random.Random(4)
        self.killed = dict.fromkeys(KINDS, 0)

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
            if self.plan.is_losing:
                os.kill(self._log_writer(), signal.SIGSTOP)
            while sum(self.killed.values()) < self.plan.kills:
                self._wait()
                kind = self._draw()
                self.killed[kind] += 1
                if kind == "web":
                    self._kill(self.chance.choice(workers_of(parent) or [0]))
                elif kind == "backend":
                    self._kill(self.chance.choice(self._backends() or [0]))
                else:
                    self._kill_database(whole=kind == "server")
                    return

    def _kill_database(self, *, whole: bool) -> None:
        """Kill the postmaster; with `whole` also all that it has started, as when memory is out."""
        postmaster = self._postmaster()
        children = workers_of(postmaster) if whole else []
        for process in (postmaster, *children):
            self._kill(process)

    def _draw(self) -> str:
        if self.plan.is_losing:
            return "server"
        return self.chance.choices(list(KINDS), list(KINDS.values()))[0]

    def _wait(self) -> None:
        """Let some visits be acknowledged between two kills."""
        goal = len(self.told.booked) + BETWEEN
        until = time.monotonic() + PATIENCE
        while len(self.told.booked) < goal:
            # The losing server must have said yes before it dies.
            if time.monotonic() > until and not self.plan.is_losing:
                return
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
        return self._titled(b"knotenpunkt_app")

    def _log_writer(self) -> int:
        """Return the process that hands over what commits have not; it comes after the start."""
        until = time.monotonic() + 10
        while not (found := self._titled(b"walwriter")):
            assert time.monotonic() < until, "the server has no log writer"
            time.sleep(0.02)
        return found[0]

    def _titled(self, words: bytes) -> list[int]:
        """Return the server's processes whose title has these words."""
        found = []
        for process in workers_of(self._postmaster()):
            with contextlib.suppress(OSError):
                if words in Path(f"/proc/{process}/cmdline").read_bytes():
                    found.append(process)
        return found

    def _kill(self, process: int) -> None:
        if process:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
