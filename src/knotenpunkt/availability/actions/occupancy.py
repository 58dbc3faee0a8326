"""Taking and freeing time. The database forbids the second taking; locks only keep the peace."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Model, Q

from knotenpunkt.availability.board import COOL_DOWN
from knotenpunkt.availability.enums import OccupancyReason, Pool, ResourceKind
from knotenpunkt.availability.models import CoolingTime, Occupancy
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import Select, insert_together

# psycopg sends it as an interval, which Django's stubs do not know.
COOLS_FOR: Any = COOL_DOWN

SOMEONE_WAS_FASTER = frozenset({"23P01", "23505", "40P01", "55P03"})


@dataclass(frozen=True)
class Claim:
    """Time to be taken of one resource, `[start, end)` in UTC, for one part of a visit."""

    resource: UUID
    kind: ResourceKind
    start: dt.datetime
    end: dt.datetime
    part: UUID
    location: UUID | None
    pool: Pool = Pool.REGULAR


class ClaimTaken(Exception):
    """Some of the claims are taken by others; nothing was written."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        super().__init__(f"{len(claims)} claims are taken")
        self.claims = list(claims)


# Locks, insert and, if need be, sweep of ended holds (migration 0008): one call, plans kept.
TAKE = "SELECT kp_take_times(%s::bigint[], %s::json, %s, %s, %s, %s, %s)"
MAKE_ROOM = "SELECT kp_make_room(%s, %s, %s, %s)"


@transaction.atomic(savepoint=False)
def occupy(
    *,
    holder: UUID,
    claims: Sequence[Claim],
    expires_at: dt.datetime | None,
    reason: OccupancyReason = OccupancyReason.APPOINTMENT,
    rows: Sequence[Sequence[Model]] = (),
) -> None:
    """Take all the time claimed, or nothing. Raises `ClaimTaken`.

    Locks of (resource, day) are taken in sorted order, so that overlapping visits queue instead
    of deadlocking (265 deadlocks became 0 in the trial of docs/adr/0003). Holds that have ended
    are swept out of the way: an expired hold never blocks. Batches of new `rows` go along, to be
    rolled back by the caller if the time is taken.
    """
    (taken,) = insert_together(
        *rows,
        then=Select(
            TAKE,
            [
                _locks(claims), _as_json(claims), holder, reason.value, expires_at, clock.now(),
                COOLS_FOR,
            ],
        ),
    )  # fmt: skip
    if taken:
        raise ClaimTaken([claims[number - 1] for number in taken])


def _as_json(claims: Sequence[Claim]) -> str:
    return json.dumps(
        [
            {
                "resource": claim.resource,
                "kind": claim.kind.value,
                "starts": claim.start,
                "ends": claim.end,
                "part": claim.part,
                "location": claim.location,
                "pool": claim.pool.value,
            }
            for claim in claims
        ],
        default=str,
    )


def _locks(claims: Sequence[Claim]) -> list[int]:
    """Return the keys of everything claimed, by resource and day, in the order of all bookings."""
    return sorted({_lock_key(claim.resource, claim.start.date()) for claim in claims})


def _lock_key(resource: UUID, day: dt.date) -> int:
    digest = hashlib.blake2b(resource.bytes + day.isoformat().encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


# Let what this visit holds no longer expire; the answer is how much that is: 0 if it was swept.
KEEP = "kp_keep_times(%s)"


def prolong(*, holder: UUID, expires_at: dt.datetime) -> int:
    """Let what this visit holds expire later; returns how much that is: 0 if it was swept."""
    return Occupancy.objects.filter(holder=holder).update(expires_at=expires_at)


def release(*, holder: UUID, part: UUID | None = None) -> None:
    """Free what this visit, or one part of it, has taken. Staff see it at once, others later."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(RELEASE, {"holder": holder, "part": part, "now": now, "cool": COOLS_FOR})


def release_resource(*, part: UUID, resource: UUID) -> None:
    """Free what one part of a visit has taken of one resource."""
    Occupancy.objects.filter(part=part, resource=resource).delete()


def shift(*, part: UUID, later: dt.timedelta) -> None:
    """Move all that one part of a visit has taken by so much. Raises `ClaimTaken`."""
    rows = list(Occupancy.objects.filter(part=part))
    claims = [
        Claim(
            row.resource,
            ResourceKind(row.kind),
            row.during.lower + later,
            row.during.upper + later,
            part,
            row.location_id,
        )
        for row in rows
    ]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            now = clock.now()
            cursor.execute(MAKE_ROOM, [_locks(claims), _as_json(claims), now, COOLS_FOR])
            cursor.execute(
                "UPDATE availability_occupancy "
                "SET during = tstzrange(lower(during) + make_interval(secs => %s), "
                "upper(during) + make_interval(secs => %s)) WHERE part = %s",
                [later.total_seconds(), later.total_seconds(), part],
            )
    except (IntegrityError, OperationalError) as error:
        if getattr(error.__cause__, "sqlstate", None) not in SOMEONE_WAS_FASTER:
            raise
        raise ClaimTaken(claims) from error


def hand_over(*, old: UUID, new: UUID, parts: Sequence[UUID]) -> None:
    """Let these parts of one visit belong to another."""
    Occupancy.objects.filter(holder=old, part__in=parts).update(holder=new)


def who_has(*, resource: UUID, start: dt.datetime, end: dt.datetime) -> list[UUID]:
    """Return the parts (appointments) that have this resource in `[start, end)` now."""
    alive = Q(expires_at=None) | Q(expires_at__gt=clock.now())
    rows = Occupancy.objects.filter(alive, resource=resource, during__overlap=(start, end))
    return [part for part in rows.values_list("part", flat=True) if part is not None]


def free_resource(*, holder: UUID, part: UUID, resource: UUID) -> None:
    """Free one resource of an appointment that stays visible although it cannot take place."""
    Occupancy.objects.filter(holder=holder, part=part, resource=resource).delete()


def outside(*, holder: UUID, claims: Sequence[Claim]) -> list[Claim]:
    """Return what of the claims this visit does not have already."""
    rows = Occupancy.objects.filter(holder=holder, resource__in={it.resource for it in claims})
    own: dict[UUID, list[tuple[dt.datetime, dt.datetime]]] = {}
    for row in rows:
        own.setdefault(row.resource, []).append((row.during.lower, row.during.upper))
    return [piece for claim in claims for piece in _less(claim, own.get(claim.resource, []))]


def _less(claim: Claim, taken: list[tuple[dt.datetime, dt.datetime]]) -> list[Claim]:
    pieces = [(claim.start, claim.end)]
    for start, end in taken:
        pieces = [
            piece
            for low, high in pieces
            for piece in ((low, min(high, start)), (max(low, end), high))
            if piece[0] < piece[1]
        ]
    return [replace(claim, start=low, end=high) for low, high in pieces]


def forget_cooled_times() -> int:
    """Delete what has cooled down; returns how many rows there were."""
    return CoolingTime.objects.filter(until__lte=clock.now()).delete()[0]


RELEASE = """
WITH gone AS (
    DELETE FROM availability_occupancy
    WHERE holder = %(holder)s AND (%(part)s::uuid IS NULL OR part = %(part)s)
    RETURNING resource, kind, during, least(expires_at, %(now)s) AS expires_at
)
INSERT INTO availability_coolingtime (resource, during, until)
SELECT resource, during, coalesce(expires_at, %(now)s) + %(cool)s FROM gone
WHERE kind IN ('staff', 'seat') AND upper(during) > %(now)s
  AND coalesce(expires_at, %(now)s) + %(cool)s > %(now)s
"""
