"""What is free: open intervals less what is taken, of many resources in one consistent look.

PostgreSQL subtracts the ranges; one statement sees one state. The cost follows the days and
resources asked for, never the length of the past.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.prepared import prepared_cursor

Minutes = tuple[int, int]  # since 1970 in UTC, half-open
# How long the public does not see a time that was given back, or a hold that ended.
COOL_DOWN = dt.timedelta(minutes=20)


@dataclass(frozen=True)
class View:
    """For whom one looks: `pools` are the programmes that pay for her; the public sees less."""

    pools: frozenset[UUID] = frozenset()
    is_public: bool = False


@dataclass(frozen=True)
class FreePiece:
    """Free time of a resource on a local day; location and room where its rule has them."""

    day: dt.date
    location: UUID | None
    room: UUID | None
    during: Minutes


@dataclass(frozen=True)
class TakenPiece:
    """Time that is taken, and where."""

    location: UUID | None
    during: Minutes


@dataclass
class Board:
    """Free and taken time by resource."""

    free: dict[UUID, list[FreePiece]] = field(default_factory=lambda: defaultdict(list))
    taken: dict[UUID, list[TakenPiece]] = field(default_factory=lambda: defaultdict(list))


# What is open, taken and left of some resources; `{open}` and `{all}` are arrays of them, and
# `{occupancy}` is what is taken of all in these days.
# `until` is when taken time ceases to count although nobody writes anything. `busy` is kept apart:
# the estimate is one open day, and it would be put together for each.
TIMES = """
open AS (
    SELECT resource, day, location_id, room_id, range_agg(during) AS during
    FROM availability_openinterval
    WHERE day BETWEEN %(first)s AND %(last)s AND resource = ANY({open})
      AND (capacity_pool_id IS NULL OR capacity_pool_id = ANY(%(pools)s) OR released_at <= %(now)s)
    GROUP BY resource, day, location_id, room_id
), taken AS (
    SELECT resource, location_id, during,
        expires_at + (%(now)s::timestamptz - %(warm)s::timestamptz) AS until
    FROM {occupancy}
    WHERE (expires_at IS NULL OR expires_at > %(warm)s)
      AND (holder IS NULL OR holder IS DISTINCT FROM %(ignored)s)
    UNION ALL
    SELECT resource, NULL, during, until
    FROM availability_coolingtime
    WHERE %(public)s AND resource = ANY({all})
      AND during && tstzrange(%(start)s, %(end)s) AND until > %(now)s
), busy AS MATERIALIZED (
    SELECT resource, range_agg(during) AS during FROM taken GROUP BY resource
), piece AS (
    SELECT open.resource, open.day, open.location_id, open.room_id,
        extract(epoch FROM lower(piece))::bigint / 60 AS begins,
        extract(epoch FROM upper(piece))::bigint / 60 AS ends
    FROM open LEFT JOIN busy USING (resource)
    CROSS JOIN LATERAL unnest(open.during - coalesce(busy.during, '{{}}'::tstzmultirange)) AS piece
)
"""
TAKEN = "kp_taken(%(all)s, %(start)s, %(end)s)"
QUERY = f"""
WITH {TIMES.format(open="%(open)s", all="%(all)s", occupancy=TAKEN)}
SELECT true, resource, day, location_id, room_id, begins, ends FROM piece
UNION ALL
SELECT false, resource, NULL, location_id, NULL,
       extract(epoch FROM lower(during))::bigint / 60,
       extract(epoch FROM upper(during))::bigint / 60
FROM taken
ORDER BY 2, 6
"""  # noqa: S608 - joined of constants


def read_board(
    *,
    first: dt.date,
    last: dt.date,
    open_resources: Iterable[UUID],
    other_resources: Iterable[UUID] = (),
    ignored_visit: UUID | None = None,
    view: View = View(),
) -> Board:
    """Return what is free and taken from `first` to `last` (local days, both included).

    `other_resources` have no opening rules (persons, seats): only what is taken is read. What
    belongs to `ignored_visit` counts as free: it is about to be changed.
    """
    opening = list(open_resources)
    board = Board()
    with prepared_cursor() as cursor:
        asked = parameters(first, last, view, ignored_visit)
        everything = [*opening, *other_resources]
        cursor.execute(QUERY, {**asked, "open": opening, "all": everything})
        _put(board, cursor.fetchall())
    return board


def parameters(
    first: dt.date, last: dt.date, view: View, ignored_visit: UUID | None
) -> dict[str, Any]:
    """Return what `TIMES` asks for, for local days from `first` to `last` (both included)."""
    now = clock.now()
    margin = dt.timedelta(days=1)
    return {
        "first": first,
        "last": last,
        "start": dt.datetime.combine(first, dt.time(), tzinfo=dt.UTC) - margin,
        "end": dt.datetime.combine(last, dt.time(), tzinfo=dt.UTC) + 2 * margin,
        "now": now,
        "warm": now - COOL_DOWN if view.is_public else now,
        "public": view.is_public,
        "pools": list(view.pools),
        "ignored": ignored_visit,
    }


def _put(board: Board, rows: Iterable[Any]) -> None:
    for is_free, resource, day, location, room, begin, stop in rows:
        if is_free:
            board.free[resource].append(FreePiece(day, location, room, (begin, stop)))
        else:
            board.taken[resource].append(TakenPiece(location, (begin, stop)))
