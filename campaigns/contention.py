"""Many clients book the same times at once, some of them through the API.

Control: constraint, locks and check are gone.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from campaigns.checks import examine, read_ledgers
from campaigns.desk import web
from campaigns.report import Result, progress
from campaigns.stage import Stage, stage

BOOKER = [sys.executable, "-m", "campaigns.booker"]


def run(
    *, clients: int = 32, bookings: int = 50_000, control: int = 3_000, processes: int = 4
) -> Iterator[Result]:
    """Yield what happened with the guards, and what is found without them."""
    over_http = clients // 8
    with stage() as house, web(house, workers=2) as (port, _parent):
        started = time.monotonic()
        refused, ledgers = book(
            house, Crowd(clients, bookings, processes), api=f"{port} {house.token} {over_http}"
        )
        seconds = time.monotonic() - started
        found = examine(house, read_ledgers(ledgers))
        rate = f"{found.bookings / seconds:.0f} a second, {refused} refused"
        missing = 0 if found.bookings >= bookings else 1
        figures = f"{clients} clients, {over_http} of them over HTTP, {found}, {rate}"
        figures += f", time was over before {bookings}" if missing else ""
        yield Result("contention", figures, found.violations + missing)
    with stage() as house:
        house.drop_guard()
        _, ledgers = book(house, Crowd(clients, control, processes), guards=False)
        found = examine(house, read_ledgers(ledgers))
        yield Result("contention without guards", str(found), found.double, is_control=True)


@dataclass(frozen=True)
class Crowd:
    """How many clients (threads) make how many bookings together, in how many processes."""

    clients: int
    bookings: int
    processes: int


def book(
    house: Stage, crowd: Crowd, *, guards: bool = True, api: str = ""
) -> tuple[int, list[Path]]:
    """Let the clients book; return how many tries were refused, and the ledgers."""
    ledgers = [house.place / f"ledger-{number}" for number in range(crowd.processes)]
    environment = {
        **house.environment,
        "CAMPAIGN_WITHOUT_GUARDS": "" if guards else "1",
        "CAMPAIGN_WEB": api,
    }
    numbers = (
        crowd.processes,
        crowd.clients // crowd.processes,
        -(-crowd.bookings // crowd.processes),
    )
    children = [
        subprocess.Popen(
            [*BOOKER, str(number), *map(str, numbers), str(ledger)],
            env=environment, stdout=subprocess.PIPE, text=True,
        )
        for number, ledger in enumerate(ledgers)
    ]  # fmt: skip
    with progress("contention", crowd.bookings, lambda: lines_of(ledgers)):
        answers = [child.communicate()[0].split() for child in children]
    assert [child.returncode for child in children] == [0] * crowd.processes
    return sum(int(refused) for refused, _failed in answers), ledgers


def lines_of(ledgers: list[Path]) -> int:
    """Return how many bookings were acknowledged so far."""
    return sum(it.read_bytes().count(b"\n") for it in ledgers if it.exists())
