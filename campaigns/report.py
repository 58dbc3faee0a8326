"""What a campaign says at its end."""

from __future__ import annotations

from dataclasses import dataclass


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
