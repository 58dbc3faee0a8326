"""The expense allowance of volunteer interpreters: dated rules (`data/expense_allowance.toml`)."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RULES = Path(__file__).parent / "data" / "expense_allowance.toml"


@dataclass(frozen=True)
class AllowanceRule:
    """Cents for the first minutes and for each further hour that has begun, from a day on."""

    valid_from: dt.date
    first_minutes: int
    first_cents: int
    further_hour_cents: int
    source: str


class NoAllowanceRule(LookupError):
    """No rule holds on this day."""

    def __init__(self, day: dt.date) -> None:
        super().__init__(str(day))
        self.day = day


@cache
def rules() -> tuple[AllowanceRule, ...]:
    """Return all rules, latest first."""
    rows = tomllib.loads(RULES.read_text(encoding="utf-8"))["rules"]
    return tuple(sorted((AllowanceRule(**row) for row in rows), key=lambda it: it.valid_from))[::-1]


def allowance_cents(day: dt.date, minutes: int) -> int:
    """Return the worth of one call-out of so many minutes. Raises `NoAllowanceRule`."""
    for rule in rules():
        if rule.valid_from <= day:
            beyond = max(minutes - rule.first_minutes, 0)
            return rule.first_cents + -(-beyond // 60) * rule.further_hour_cents
    raise NoAllowanceRule(day)
