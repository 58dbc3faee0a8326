"""How long someone without an appointment waits: talks fitted between the booked ones.

Pure functions over minutes, so that the estimate on a page, the call of the next one and the tests
mean the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

Span = tuple[int, int]  # minutes since 1970 in UTC, half-open


@dataclass(frozen=True)
class Waiting:
    """Someone in the queue: how long her talk takes, and when she is at an appointment."""

    ticket: UUID
    minutes: int
    busy: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Turn:
    """When a ticket will be called, and by which desk."""

    ticket: UUID
    desk: UUID
    start: int


def turns(
    waiting: Sequence[Waiting], free: Mapping[UUID, Sequence[Span]], now: int
) -> dict[UUID, Turn]:
    """Return the turn of each ticket; who does not fit today has none.

    First come, first served: each takes the earliest start that is left. No talk reaches into a
    booked one of the desk, nor into one of the person herself.
    """
    left = {desk: [_from(span, now) for span in spans] for desk, spans in free.items()}
    found: dict[UUID, Turn] = {}
    for one in waiting:
        starts = [
            (start, str(desk), desk)
            for desk, spans in left.items()
            if (start := earliest(one, spans)) is not None
        ]
        if starts:
            start, _, desk = min(starts)
            left[desk] = _without(left[desk], (start, start + one.minutes))
            found[one.ticket] = Turn(one.ticket, desk, start)
    return found


def earliest(one: Waiting, spans: Sequence[Span]) -> int | None:
    """Return the first minute of these free spans at which her talk fits, or None."""
    for begin, end in sorted(spans):
        start = begin
        for busy in sorted(one.busy):
            if start < busy[1] and busy[0] < start + one.minutes:
                start = busy[1]
        if start + one.minutes <= end:
            return start
    return None


def _from(span: Span, now: int) -> Span:
    return max(span[0], now), max(span[1], now)


def _without(spans: Sequence[Span], taken: Span) -> list[Span]:
    pieces = [
        piece
        for span in spans
        for piece in ((span[0], min(span[1], taken[0])), (max(span[0], taken[1]), span[1]))
    ]
    return [piece for piece in pieces if piece[0] < piece[1]]
