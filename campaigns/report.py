"""What a campaign says at its end."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

EVERY = 20  # seconds between two lines of progress


@dataclass(frozen=True)
class Result:
    """One line of the report. A control is well when it found violations, all else when none."""

    name: str
    figures: str
    violations: int
    is_control: bool = False

    @property
    def is_well(self) -> bool:
        return (self.violations > 0) is self.is_control

    def __str__(self) -> str:
        kind = "control " if self.is_control else ""
        verdict = {
            (True, False): "no violation",
            (False, False): f"{self.violations} VIOLATIONS",
            (True, True): f"caught, {self.violations} violations",
            (False, True): "NOT CAUGHT",
        }[self.is_well, self.is_control]
        return f"  {kind}{self.name}: {self.figures}: {verdict}"


@contextlib.contextmanager
def progress(name: str, goal: int, done: Callable[[], int]) -> Iterator[None]:
    """Say now and then how far a campaign is, while the block runs."""
    ended, started = threading.Event(), time.monotonic()

    def say() -> None:
        while not ended.wait(EVERY):
            seconds = time.monotonic() - started
            print(f"    {name}: {done()} of {goal} after {seconds:.0f} s", file=sys.stderr)

    teller = threading.Thread(target=say, daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()
