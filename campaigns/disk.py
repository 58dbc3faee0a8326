"""The disk fills up while clients book; then there is room again.

Every acknowledged visit must be there, whole, and booking must go on. Control: a desk that says yes
before it has asked the database. Needs the right to mount a small tmpfs.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from campaigns.checks import examine, read_ledgers
from campaigns.report import Result
from campaigns.stage import NAME, Stage, folder, stage
from knotenpunkt.foundation.postgres import running_server

MEGABYTE = 2**20
ENOUGH_FAILED = 400  # bookings for which there was no room: then it is time to look
AFTERWARDS = 8  # bookings with room again; clients that book at the same moment make a few more
SETTINGS = ("max_wal_size=64MB", "min_wal_size=32MB", "checkpoint_timeout=30s")


def run(*, size: int = 400, seconds: int = 240, first: int = 200) -> Iterator[Result]:
    """Book on a tmpfs of `size` MB; fill it after the `first` bookings; make room again, look."""
    for name, early in (("full disk", False), ("full disk, told before it was booked", True)):
        with contextlib.ExitStack() as stack:
            place = stack.enter_context(folder())
            if not stack.enter_context(small_disk(place / "disk", size)):
                yield Result(name, "not run: mounting a tmpfs is not allowed here", early)
                continue
            yield fill(name, place / "disk", Course(seconds, first, early))


@contextlib.contextmanager
def small_disk(place: Path, size: int) -> Iterator[bool]:
    """Mount a tmpfs; yield whether that was possible."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}m,mode=755", "tmpfs", str(place)]
    is_there = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield is_there
    finally:
        if is_there:
            subprocess.run(["umount", "-l", str(place)], check=True)


@dataclass(frozen=True)
class Course:
    """Seconds of booking, after how many bookings the disk is full, and whether clients lie."""

    seconds: int
    first: int
    early: bool


def fill(name: str, disk: Path, course: Course) -> Result:
    """Book until the disk is full and beyond; count what is missing when there is room again."""
    ledger, after = disk.parent / "ledger", disk.parent / "after"
    ledger.touch()
    with stage(place=disk, settings=SETTINGS) as house:
        filling = threading.Thread(target=fill_up, args=(house, disk, ledger, course.first))
        filling.start()
        failed = book(house, ledger, course.seconds, course.early)
        filling.join()
        (disk / "filler").unlink()
    with running_server(disk / "data", settings=SETTINGS) as server:
        house.environment["DATABASE_URL"] = server.url(NAME)
        again = replace(house, server=server)
        found = examine(again, read_ledgers([ledger]))
        book(again, after, 60, early=False, bookings=AFTERWARDS)
        goes_on = len(read_ledgers([after]))
    figures = f"{found}, {failed} bookings failed for want of room, {goes_on} made afterwards"
    missing = 0 if failed and goes_on >= AFTERWARDS else 1
    return Result(
        name, figures, found.lost if course.early else found.violations + missing, course.early
    )


def fill_up(house: Stage, disk: Path, ledger: Path, first: int) -> None:
    """Wait for the first bookings, leave no byte free, and make the server want a new log file."""
    until = time.monotonic() + 120
    while len(ledger.read_text().splitlines()) < first and time.monotonic() < until:
        time.sleep(0.05)
    with contextlib.suppress(OSError), (disk / "filler").open("wb") as file:
        while True:
            file.write(b"\0" * MEGABYTE)
            file.flush()
    with contextlib.suppress(psycopg.Error), house.superuser() as connection:
        for _ in range(10):
            connection.execute("SELECT pg_switch_wal()")
            time.sleep(0.2)


def book(house: Stage, ledger: Path, seconds: int, early: bool, bookings: int = 40_000) -> int:
    """Let eight clients book for so long; return how many tries the database could not serve."""
    environment = {
        **house.environment,
        "CAMPAIGN_EARLY": "1" if early else "",
        "CAMPAIGN_SECONDS": str(seconds),
        "CAMPAIGN_FAILED": str(ENOUGH_FAILED),
    }
    command = [sys.executable, "-m", "campaigns.booker", "0", "1", "8", str(bookings), str(ledger)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    time.sleep(0.1)
    return int(done.stdout.split()[1]) if done.returncode == 0 else 1
