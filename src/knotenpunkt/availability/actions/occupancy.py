"""Taking and freeing time. The database forbids the second taking; locks only keep the peace."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Q

from knotenpunkt.availability.board import COOL_DOWN
from knotenpunkt.availability.enums import OccupancyReason, Pool, ResourceKind
from knotenpunkt.availability.models import CoolingTime, Occupancy
from knotenpunkt.foundation import clock

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


# One row a claim; arrays spare the round trips and the objects that rows of the ORM would need.
INSERT = """
INSERT INTO availability_occupancy
    (id, resource, kind, during, reason, holder, part, location_id, pool, expires_at)
SELECT gen_random_uuid(), resource, kind, tstzrange(starts, ends), %s, %s, part, location, pool, %s
FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::uuid[], %s::uuid[],
    %s::text[]) AS claims (resource, kind, starts, ends, part, location, pool)
"""


@transaction.atomic(savepoint=False)
def occupy(
    *,
    holder: UUID,
    claims: Sequence[Claim],
    expires_at: dt.datetime | None,
    reason: OccupancyReason = OccupancyReason.APPOINTMENT,
) -> None:
    """Take all the time claimed, or nothing. Raises `ClaimTaken`.

    Locks of (resource, day) are taken in sorted order, so that overlapping visits queue instead
    of deadlocking (265 deadlocks became 0 in the trial of docs/adr/0003). Holds that have ended
    are swept out of the way first: an expired hold never blocks.
    """
    _lock(claims)
    _sweep(claims)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(INSERT, [reason.value, holder, expires_at, *_columns(claims)])
    except (IntegrityError, OperationalError) as error:
        if getattr(error.__cause__, "sqlstate", None) not in SOMEONE_WAS_FASTER:
            raise
        raise ClaimTaken(_taken(claims)) from error


def _columns(claims: Sequence[Claim]) -> list[Any]:
    return [
        [claim.resource for claim in claims],
        [claim.kind.value for claim in claims],
        [claim.start for claim in claims],
        [claim.end for claim in claims],
        [claim.part for claim in claims],
        [claim.location for claim in claims],
        [claim.pool.value for claim in claims],
    ]


def _lock(claims: Sequence[Claim]) -> None:
    keys = sorted({_lock_key(claim.resource, claim.start.date()) for claim in claims})
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) WITH ORDINALITY "
                "AS keys (key, place) ORDER BY place",
                [keys],
            )
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) not in SOMEONE_WAS_FASTER:
            raise
        raise ClaimTaken(claims) from error


def _lock_key(resource: UUID, day: dt.date) -> int:
    digest = hashlib.blake2b(resource.bytes + day.isoformat().encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _taken(claims: Sequence[Claim]) -> list[Claim]:
    return [
        claim
        for claim in claims
        if Occupancy.objects.filter(
            resource=claim.resource, during__overlap=(claim.start, claim.end)
        ).exists()
    ]


def keep(*, holder: UUID) -> int:
    """Let what this visit holds no longer expire; returns how much that is: 0 if it was swept."""
    return Occupancy.objects.filter(holder=holder).update(expires_at=None)


def prolong(*, holder: UUID, expires_at: dt.datetime) -> int:
    """Let what this visit holds expire later; returns how much that is: 0 if it was swept."""
    return Occupancy.objects.filter(holder=holder).update(expires_at=expires_at)


def release(*, holder: UUID, part: UUID | None = None) -> None:
    """Free what this visit, or one part of it, has taken. Staff see it at once, others later."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            RELEASE, {"holder": holder, "part": part, "now": now, "cool": COOL_DOWN.total_seconds()}
        )


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
    _lock(claims)
    _sweep(claims)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
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


def _sweep(claims: Sequence[Claim]) -> None:
    """Delete ended holds that are in the way of the claims, each as a whole; they cool down.

    As a whole, because clocks of processes differ: whoever still wants to confirm such a hold
    must find nothing of it, never a part.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            SWEEP,
            {
                "resources": [claim.resource for claim in claims],
                "starts": [claim.start for claim in claims],
                "ends": [claim.end for claim in claims],
                "now": clock.now(),
                "cool": COOL_DOWN.total_seconds(),
            },
        )


COOL = """
INSERT INTO availability_coolingtime (resource, during, until)
SELECT resource, during, coalesce(expires_at, %(now)s) + %(cool)s * interval '1 second' FROM gone
WHERE kind IN ('staff', 'seat') AND upper(during) > %(now)s
  AND coalesce(expires_at, %(now)s) + %(cool)s * interval '1 second' > %(now)s
"""
RELEASE = f"""
WITH gone AS (
    DELETE FROM availability_occupancy
    WHERE holder = %(holder)s AND (%(part)s::uuid IS NULL OR part = %(part)s)
    RETURNING resource, kind, during, least(expires_at, %(now)s) AS expires_at
)
{COOL}
"""  # noqa: S608 - no input in it
SWEEP = f"""
WITH gone AS (
    DELETE FROM availability_occupancy WHERE expires_at <= %(now)s AND holder IN (
        SELECT holder FROM availability_occupancy AS taken
        JOIN unnest(%(resources)s::uuid[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
            AS claim (resource, start, stop)
        ON taken.resource = claim.resource AND taken.during && tstzrange(claim.start, claim.stop)
        WHERE taken.expires_at <= %(now)s
    )
    RETURNING resource, kind, during, expires_at
)
{COOL}
"""  # noqa: S608 - no input in it
