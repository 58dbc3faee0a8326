from __future__ import annotations

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
