from __future__ import annotations

import datetime as dt
from uuid import UUID


class IllegalFairStep(Exception):
    """A fair cannot go from this status to that one."""

    def __init__(self, status: str, new: str) -> None:
        super().__init__(f"{status} -> {new}")
        self.status, self.new = status, new


class RoomsTaken(Exception):
    """These rooms are in use or blocked then; `reasons` says by what, by room id."""

    def __init__(self, reasons: dict[UUID, str]) -> None:
        super().__init__(", ".join(reasons.values()))
        self.reasons = reasons


class FairIsFull(Exception):
    """All places are taken; `is_online` says whether the online edition is open."""

    def __init__(self, capacity: int, is_online: bool) -> None:
        super().__init__(str(capacity))
        self.capacity, self.is_online = capacity, is_online


class StageOutOfOrder(Exception):
    """A later stage was reached before this day, or an earlier one after it."""


class AlreadyParty(Exception):
    """The organization is a party of this agreement already."""


class StillPromises(Exception):
    """A party that leaves has promises that run; `count` says how many."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


class VersionOutOfOrder(Exception):
    """A version begins no later than the one before it; `begins_on` is the day of that one."""

    def __init__(self, begins_on: dt.date) -> None:
        super().__init__(str(begins_on))
        self.begins_on = begins_on


class MeetingIsOver(Exception):
    """A meeting that was held or cancelled is neither held, moved nor cancelled again."""
