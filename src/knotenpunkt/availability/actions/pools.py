"""Capacity of programmes: who is in, and giving time to everyone before it is due."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q

from knotenpunkt.availability.models import CapacityPool, OpenInterval, PoolMember, PoolRelease
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account, Organization
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
    """Let the programme pay for this person from today, until `last` (included) if it is given.

    Harmless when repeated; who has left begins anew.
    """
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    today = clock.today()
    member = PoolMember.objects.filter(pool=pool, person=person).first()
    if member is None:
        member = PoolMember(pool=pool, person=person, first_on=today)
    elif member.is_running_on(today) and member.last_on == last:
        return member
    elif not member.is_running_on(today):
        member.first_on = today
    member.last_on = last
    member.save()
    record("pool.enrolled", member, by=by)
    return member


@transaction.atomic
def leave_pool(*, pool: CapacityPool, person: Person, by: Account | None) -> None:
    """Let it end today: nothing more is booked from the pool for her; what is booked stays."""
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    member = PoolMember.objects.filter(pool=pool, person=person).first()
    today = clock.today()
    if member is None or not member.is_running_on(today):
        return
    record("pool.left", member, by=by)
    if member.first_on == today:
        member.delete()
        return
    member.last_on = today - dt.timedelta(days=1)
    member.save(update_fields=["last_on"])


def hand_on_pools(*, old: Organization, successor: Organization, on: dt.date) -> None:
    """Let the successor give what programmes pay for from this day; a code that is taken is told
    apart by the old house's."""
    taken = set(successor.capacity_pools.values_list("code", flat=True))
    for pool in old.capacity_pools.filter(Q(last_on=None) | Q(last_on__gte=on)):
        pool.organization = successor
        pool.code = f"{pool.code}-{old.code}"[:50] if pool.code in taken else pool.code
        pool.save(update_fields=["organization", "code"])
