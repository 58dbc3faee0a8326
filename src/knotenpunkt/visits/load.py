"""How full a house is: taken minutes of open minutes, by hour and by topic."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from knotenpunkt.availability.board import Board, read_board
from knotenpunkt.availability.enums import ResourceKind
from knotenpunkt.availability.models import OpenInterval
from knotenpunkt.directory.models import Topic
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Location, StaffMember

HOUR = 60
Span = tuple[int, int]


@dataclass(frozen=True)
class Cell:
    """One hour: minutes that are open and minutes of them that are taken."""

    open: int
    taken: int

    @property
    def share(self) -> int | None:
        """Return the percentage taken; None when nothing is open."""
        return round(100 * self.taken / self.open) if self.open else None


@dataclass(frozen=True)
class Load:
    """A house on a local day: the hours, and a row of cells for the house and each topic."""

    hours: list[int]
    whole: list[Cell]
    topics: list[tuple[Topic, list[Cell]]]


def load_of(location: Location, day: dt.date) -> Load:
    """Return the load of a house, in four queries. Staff of several topics count in each.

    Only shares of capacity: who is there and for what is nobody's business here.
    """
    rows = OpenInterval.objects.filter(day=day, location=location, kind=ResourceKind.STAFF)
    spans = _spans(rows.values_list("resource", "during"))
    board = read_board(first=day, last=day, open_resources=list(spans))
    midnight = int(clock.local_moment(day, dt.time(12)).timestamp()) // 60 - 12 * HOUR
    hours = _hours(spans.values(), midnight)
    free = {member: _free(board, member, location.id) for member in spans}
    by_topic = _topics_of(list(spans))
    topics = Topic.objects.filter(id__in={it for found in by_topic.values() for it in found})
    cells = {m: [_cell(spans[m], free[m], midnight + h * HOUR) for h in hours] for m in spans}
    return Load(
        hours=hours,
        whole=_sum(cells.values(), len(hours)),
        topics=[
            (topic, _sum((cells[m] for m in spans if topic.id in by_topic[m]), len(hours)))
            for topic in topics
        ],
    )


def _spans(rows: Iterable[tuple[UUID, object]]) -> dict[UUID, list[Span]]:
    spans: dict[UUID, list[Span]] = defaultdict(list)
    for resource, during in rows:
        low, high = during.lower, during.upper  # type: ignore[attr-defined]
        spans[resource].append((int(low.timestamp()) // 60, int(high.timestamp()) // 60))
    return spans


def _free(board: Board, member: UUID, location: UUID) -> list[Span]:
    return [piece.during for piece in board.free.get(member, ()) if piece.location == location]


def _hours(spans: Iterable[list[Span]], midnight: int) -> list[int]:
    flat = [span for found in spans for span in found]
    if not flat:
        return []
    first = (min(low for low, _ in flat) - midnight) // HOUR
    last = -(-(max(high for _, high in flat) - midnight) // HOUR)
    return list(range(first, last))


def _cell(spans: list[Span], free: list[Span], start: int) -> Cell:
    hour = (start, start + HOUR)
    is_open = sum(_common(span, hour) for span in spans)
    return Cell(is_open, is_open - sum(_common(span, hour) for span in free))


def _common(span: Span, hour: Span) -> int:
    return max(min(span[1], hour[1]) - max(span[0], hour[0]), 0)


def _sum(rows: Iterable[list[Cell]], length: int) -> list[Cell]:
    found = list(rows)
    return [
        Cell(sum(row[n].open for row in found), sum(row[n].taken for row in found))
        for n in range(length)
    ]


def _topics_of(members: list[UUID]) -> Mapping[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    rows = StaffMember.objects.filter(id__in=members).values_list("id", "services__topic")
    for member, topic in rows:
        if topic is not None:
            found[member].add(topic)
    return found
