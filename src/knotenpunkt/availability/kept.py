"""Calendars kept in memory, and the one statement that says which of them have changed since.

The database notes which calendars a transaction changes (migration 0007). A look asks, in one
statement and so in one snapshot of the database: which notes are new since the last look, and how
are these calendars now? Whatever is kept and not named is as it was. Thus every look sees one
state, and it is the state of now: nothing is ever a little old.

New is a note whose transaction the last snapshot did not see. Numbers alone would not do: of two
transactions the one with the lower number may commit later.

Only times, places and rooms are kept, by staff member, interpreter, session and seat; nothing of
any person, and nothing of who has taken a time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection

from knotenpunkt.availability.board import TIMES, FreePiece, TakenPiece, View, parameters
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.prepared import prepared_cursor

Made = TypeVar("Made")
EVERYBODY = View()
MOST_VIEWS = 8  # kept at once: everybody, the public, members of a programme
KEPT_DAYS = dt.timedelta(days=62)  # read ahead: the longest horizon of a search

ASKED = "ARRAY(SELECT resource FROM asked)"
# Of hundreds of calendars at once the planner may choose how to read them.
TAKEN_OF_MANY = f"""(
    SELECT * FROM availability_occupancy
    WHERE resource = ANY({ASKED}) AND during && tstzrange(%(start)s, %(end)s)
) AS occupancy"""  # noqa: S608 - joined of constants

# Of a restored database, or in an older snapshot, less is seen than before: then all is read anew.
LOOK = f"""
WITH noted AS MATERIALIZED (
    SELECT is_directory, calendars FROM availability_change
    WHERE xid >= pg_snapshot_xmin(%(seen)s::text::pg_snapshot)
      AND NOT pg_visible_in_snapshot(xid, %(seen)s::text::pg_snapshot)
      AND xid IS DISTINCT FROM pg_current_xact_id_if_assigned()
), head AS MATERIALIZED (
    SELECT pg_current_snapshot()::text AS snapshot,
        ARRAY(SELECT DISTINCT unnest(calendars) FROM noted) AS changed,
        EXISTS(SELECT FROM noted WHERE is_directory) AS is_directory,
        %(seen)s::text IS NULL
        OR EXISTS(SELECT FROM noted WHERE calendars IS NULL)
        OR NOT EXISTS(SELECT FROM availability_changehorizon
                      WHERE complete_from <= pg_snapshot_xmin(%(seen)s::text::pg_snapshot))
        OR pg_snapshot_xmax(pg_current_snapshot())
            < pg_snapshot_xmax(%(seen)s::text::pg_snapshot)
        OR EXISTS(SELECT FROM pg_snapshot_xip(pg_current_snapshot()) AS running
                  WHERE pg_visible_in_snapshot(running, %(seen)s::text::pg_snapshot)) AS is_lost
), asked AS MATERIALIZED (
    SELECT resource FROM head, unnest(%(wanted)s::uuid[]) AS resource
    WHERE is_lost OR resource = ANY(changed)
    UNION SELECT unnest(%(missing)s::uuid[])
    UNION SELECT resource FROM availability_occupancy WHERE holder = %(ignored)s
), {TIMES.format(open=ASKED, all=ASKED, occupancy=TAKEN_OF_MANY)}
, free AS (
    SELECT resource, json_agg(
        json_build_array(day, location_id, room_id, begins, ends) ORDER BY begins) AS pieces
    FROM piece GROUP BY resource
), gone AS (
    SELECT resource, min(until) AS until, json_agg(json_build_array(
        location_id, extract(epoch FROM lower(during))::bigint / 60,
        extract(epoch FROM upper(during))::bigint / 60) ORDER BY during) AS pieces
    FROM taken GROUP BY resource
), closed AS (
    SELECT resource, min(released_at) AS until FROM availability_openinterval
    WHERE day BETWEEN %(first)s AND %(last)s AND resource = ANY(ARRAY(SELECT resource FROM asked))
      AND released_at > %(now)s AND capacity_pool_id <> ALL(%(pools)s)
    GROUP BY resource
)
SELECT snapshot, changed, is_directory, is_lost, asked.resource, free.pieces, gone.pieces,
    least(gone.until, closed.until)
FROM head LEFT JOIN asked ON true LEFT JOIN free USING (resource) LEFT JOIN gone USING (resource)
LEFT JOIN closed USING (resource)
"""  # noqa: S608 - joined of constants


@dataclass(frozen=True, slots=True)
class Calendar(Generic[Made]):
    """What was made of one calendar: good for local days from `first` to `last`, both included,
    from the moment it was read until (UTC, None: for good) a hold in it ends by itself.
    """

    made: Made
    first: dt.date
    last: dt.date
    read_at: dt.datetime
    until: dt.datetime | None

    def is_good(self, first: dt.date, last: dt.date, now: dt.datetime) -> bool:
        is_wide = self.first <= first and last <= self.last
        return is_wide and self.read_at <= now and (self.until is None or now < self.until)


@dataclass(frozen=True)
class Look(Generic[Made]):
    """What one look saw; `has_new_directory` if services, staff or places may have changed."""

    calendars: dict[UUID, Made]
    has_new_directory: bool


class KeptCalendars(Generic[Made]):
    """Calendars in the form that `make` gives them. Not for two threads at once."""

    def __init__(self, make: Callable[[list[FreePiece], list[TakenPiece]], Made]) -> None:
        self.make = make
        self.seen: str | None = None  # the snapshot in which all that is kept is true
        self.kept: dict[View, dict[UUID, Calendar[Made]]] = {}

    def look(
        self,
        wanted: Collection[UUID],
        *,
        first: dt.date,
        last: dt.date,
        view: View = EVERYBODY,
        never_kept: Collection[UUID] = (),
        ignored_visit: UUID | None = None,
    ) -> Look[Made]:
        """Return the calendars wanted, and those `never_kept` (persons), as they are now.

        Local days, both included. What belongs to `ignored_visit` counts as free.
        """
        now = clock.now()
        kept = self.kept.get(view, {})
        good = {it: row for it in wanted if (row := kept.get(it)) and row.is_good(first, last, now)}
        begin, end = min(first, clock.today()), max(last, clock.today() + KEPT_DAYS)
        asked = {
            **parameters(begin, end, view, ignored_visit),
            "seen": self.seen,
            "wanted": list(good),
            "missing": [*(it for it in wanted if it not in good), *never_kept],
        }
        with prepared_cursor() as cursor:
            cursor.execute(LOOK, asked)
            rows = cursor.fetchall()
        snapshot, changed, is_directory, is_lost = rows[0][:4]
        read = {
            row[4]: Calendar(self.make(*_pieces(*row[5:7])), begin, end, now, row[7])
            for row in rows
            if row[4] is not None
        }
        self._forget(None if is_lost else changed)
        self.seen = snapshot
        if ignored_visit is None:
            self._keep(view, {it: row for it, row in read.items() if it not in never_kept})
        found = {**good, **read}
        return Look({it: row.made for it, row in found.items()}, is_directory or is_lost)

    def _forget(self, changed: Collection[UUID] | None) -> None:
        if changed is None:
            self.kept.clear()
        for calendars in self.kept.values():
            for resource in changed or ():
                calendars.pop(resource, None)

    def _keep(self, view: View, read: dict[UUID, Calendar[Made]]) -> None:
        if view not in self.kept and len(self.kept) == MOST_VIEWS:
            del self.kept[next(iter(self.kept))]
        self.kept.setdefault(view, {}).update(read)


def _pieces(
    free: list[Any] | None, taken: list[Any] | None
) -> tuple[list[FreePiece], list[TakenPiece]]:
    return [
        FreePiece(dt.date.fromisoformat(day), _id(location), _id(room), (begin, end))
        for day, location, room, begin, end in free or ()
    ], [TakenPiece(_id(location), (begin, end)) for location, begin, end in taken or ()]


@cache
def _id(text: str | None) -> UUID | None:
    """Return the id of a place; there are few of them."""
    return None if text is None else UUID(text)


def has_written() -> bool:
    """Return whether the transaction one is in has written: what it sees may yet be taken back."""
    if not connection.in_atomic_block:
        return False
    with prepared_cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
        (answer,) = cursor.fetchone()
    return bool(answer)


# Whoever looks at least once between two calls has nothing to read anew. Numbers that are yet to
# come were restored from another server.
TRIM = """
WITH horizon AS (
    UPDATE availability_changehorizon
    SET complete_from = least(next, pg_snapshot_xmin(pg_current_snapshot())),
        next = pg_snapshot_xmin(pg_current_snapshot())
    RETURNING complete_from
)
DELETE FROM availability_change USING horizon
WHERE xid < complete_from OR xid >= pg_snapshot_xmax(pg_current_snapshot())
"""


def trim_notes() -> int:
    """Delete the notes from before the last call; returns how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(TRIM)
        return int(cursor.rowcount)
