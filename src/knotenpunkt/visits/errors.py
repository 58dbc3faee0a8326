"""What can go wrong with a visit. Each error carries data; pages and the API make sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PlanFault:
    """One reason why a plan cannot be held: `rule` is a stable word, `leg` its position from 0."""

    rule: str
    leg: int | None = None


class BadPlan(Exception):
    """The plan breaks a rule: it was forged, or the world has changed since it was made."""

    def __init__(self, faults: list[PlanFault]) -> None:
        super().__init__(", ".join(f"{fault.rule}@{fault.leg}" for fault in faults))
        self.faults = faults


class TimesTaken(Exception):
    """Someone was faster. `gone` are the positions of legs whose times were taken."""

    def __init__(self, gone: list[int]) -> None:
        super().__init__(f"taken: {gone}")
        self.gone = gone


class IllegalStep(Exception):
    """This step does not exist in the life of a visit or an appointment."""

    def __init__(self, kind: str, subject: UUID, old: str, new: str) -> None:
        super().__init__(f"{kind} {subject}: {old} -> {new}")
        self.kind, self.subject, self.old, self.new = kind, subject, old, new


class HoldExpired(Exception):
    """The hold ended before it was confirmed; its times are free again."""

    def __init__(self, visit_id: UUID) -> None:
        super().__init__(str(visit_id))
        self.visit_id = visit_id


class TooManyHolds(Exception):
    """A person may hold only so many visits at once, so that nobody hoards."""

    def __init__(self, limit: int) -> None:
        super().__init__(str(limit))
        self.limit = limit


class CannotInterpret(Exception):
    """This interpreter cannot take this talk; `reasons` are stable words."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = tuple(reasons)


class WishOpen(Exception):
    """The person made a condition that would not be met; somebody has to ask her first."""

    def __init__(self, wish: str) -> None:
        super().__init__(wish)
        self.wish = wish


class NobodyFits(Exception):
    """No waiting talk fits now; `until` is when the desk's free time ends (None: it has none)."""

    def __init__(self, waiting: int, until: dt.datetime | None) -> None:
        super().__init__(f"{waiting} waiting, free until {until}")
        self.waiting, self.until = waiting, until
