"""Taking and freeing time. The database forbids the second taking; locks only keep the peace."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction

from knotenpunkt.availability.enums import Pool, ResourceKind
from knotenpunkt.availability.models import Occupancy
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


@transaction.atomic
def occupy(*, holder: UUID, claims: Sequence[Claim], expires_at: dt.datetime | None) -> None:
    """Take all the time claimed, or nothing. Raises `ClaimTaken`.

    Locks of (resource, day) are taken in sorted order, so that overlapping visits queue instead
    of deadlocking (265 deadlocks became 0 in the trial of docs/adr/0003). Holds that have ended
    are swept out of the way first: an expired hold never blocks.
    """
    _lock(claims)
    now = clock.now()
    resources = {claim.resource for claim in claims}
    Occupancy.objects.filter(resource__in=resources, expires_at__lte=now).delete()
    rows = [
        Occupancy(
            resource=claim.resource,
            kind=claim.kind,
            during=(claim.start, claim.end),
            holder=holder,
            part=claim.part,
            location_id=claim.location,
            pool=claim.pool,
            expires_at=expires_at,
        )
        for claim in claims
    ]
    try:
        with transaction.atomic():
            Occupancy.objects.bulk_create(rows)
    except (IntegrityError, OperationalError) as error:
        if getattr(error.__cause__, "sqlstate", None) not in SOMEONE_WAS_FASTER:
            raise
        raise ClaimTaken(_taken(claims)) from error


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


def keep(*, holder: UUID) -> None:
    """Let what this visit holds no longer expire."""
    Occupancy.objects.filter(holder=holder).update(expires_at=None)


def prolong(*, holder: UUID, expires_at: dt.datetime) -> None:
    """Let what this visit holds expire later."""
    Occupancy.objects.filter(holder=holder).update(expires_at=expires_at)


def release(*, holder: UUID, part: UUID | None = None) -> None:
    """Free what this visit, or one part of it, has taken."""
    rows = Occupancy.objects.filter(holder=holder)
    (rows.filter(part=part) if part else rows).delete()
