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
    """A person, or a contact (`whose`), may hold only so many visits at once: nobody hoards."""

    def __init__(self, limit: int, whose: str = "person") -> None:
        super().__init__(f"{limit} of a {whose}")
        self.limit, self.whose = limit, whose


class Overtaken(Exception):
    """Someone else changed the visit meanwhile; `visit_id` leads to how it is now."""

    def __init__(self, visit_id: UUID) -> None:
        super().__init__(str(visit_id))
        self.visit_id = visit_id


class AffectedChanged(Exception):
    """Other appointments are hurt by now than whoever reports has seen (ids)."""

    def __init__(self, appointments: list[UUID]) -> None:
        super().__init__(f"{len(appointments)} appointments are hurt now")
        self.appointments = appointments


class OfferGone(Exception):
    """The offer has ended (`status` says how); the time went to the next in line."""

    def __init__(self, offer: UUID, status: str) -> None:
        super().__init__(f"{offer}: {status}")
        self.offer, self.status = offer, status


class NoReplacement(Exception):
    """Nothing fits in the days searched; the appointments `lost` need a person's decision."""

    def __init__(self, lost: list[UUID]) -> None:
        super().__init__(f"no replacement for {len(lost)} appointments")
        self.lost = lost


class Collides(Exception):
    """A fixed block lies on top of these appointments of the person (ids)."""

    def __init__(self, appointments: list[UUID]) -> None:
        super().__init__(f"collides with {len(appointments)} appointments")
        self.appointments = appointments


class BadBlock(Exception):
    """A fixed block that has passed, ends before it begins, or lasts longer than a day."""

    def __init__(self, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
        super().__init__(f"{starts_at.isoformat()} to {ends_at.isoformat()}")
        self.starts_at, self.ends_at = starts_at, ends_at


class CannotInterpret(Exception):
    """This interpreter cannot take this talk; `reasons` are stable words."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = tuple(reasons)


class StepsOpen(Exception):
    """Somebody on her way into the pool: these steps are missing, or cannot be taken back."""

    def __init__(self, steps: Sequence[str]) -> None:
        super().__init__(", ".join(steps))
        self.steps = tuple(steps)


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
