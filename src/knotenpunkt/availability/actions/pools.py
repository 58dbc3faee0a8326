"""Capacity of programmes: who is in, and giving time to everyone before it is due."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from knotenpunkt.availability.models import CapacityPool, OpenInterval, PoolMember, PoolRelease
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person


@transaction.atomic
def release_pool(
    *, pool: CapacityPool, first: dt.date, last: dt.date, note: str, by: Account
) -> PoolRelease:
    """Give these local days of the pool (both included) to everyone from now on."""
    row = PoolRelease.objects.create(
        pool=pool, first_on=first, last_on=last, note=note, released_by=by, released_at=clock.now()
    )
    OpenInterval.objects.filter(
        capacity_pool=pool, day__range=(first, last), released_at__gt=clock.now()
    ).update(released_at=clock.now())
    record("pool.released", row, by=by)
    return row


@transaction.atomic
def enrol(
    *, pool: CapacityPool, person: Person, by: Account, last: dt.date | None = None
) -> PoolMember:
    """Let the programme pay for this person from today. Harmless when repeated."""
    member, is_new = PoolMember.objects.get_or_create(
        pool=pool, person=person, defaults={"first_on": clock.today(), "last_on": last}
    )
    if is_new:
        record("pool.enrolled", member, by=by)
    return member
