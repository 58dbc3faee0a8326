"""What is open, what is taken, and what is left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from django.db.models import Q, QuerySet

from knotenpunkt.availability.models import (
    CapacityPool,
    GroupSession,
    Interpreter,
    OpenInterval,
    PoolMember,
)
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Network, StaffMember
from knotenpunkt.people.models import Person


def resources_of(network: Network) -> list[UUID]:
    """Return the ids of everything in this network that has open intervals."""
    return [
        *StaffMember.objects.filter(organization__network=network).values_list("id", flat=True),
        *Interpreter.objects.filter(network=network).values_list("id", flat=True),
        *GroupSession.objects.filter(location__network=network).values_list("id", flat=True),
    ]


def is_open(
    *, resources: Iterable[UUID], location: UUID, during: tuple[dt.datetime, dt.datetime]
) -> bool:
    """Return whether all of these take bookings at this place the whole time, taken or not."""
    wanted = set(resources)
    rows = OpenInterval.objects.filter(
        resource__in=wanted, location=location, during__contains=during
    )
    return set(rows.values_list("resource", flat=True)) == wanted


def pools_of_network(network: Network) -> QuerySet[CapacityPool]:
    """Return every pool of the network, with the organization whose time it is."""
    return CapacityPool.objects.filter(organization__network=network).select_related("organization")


def pools_filled_by(account: Account) -> QuerySet[CapacityPool]:
    """Return the pools of which this account may say who is in: its own; coordinators, all."""
    member = account.staff_member
    pools = pools_of_network(member.organization.network)
    if member.role == Role.COORDINATOR:
        return pools
    return pools.filter(organization=member.organization)


def still_running(pools: QuerySet[CapacityPool]) -> QuerySet[CapacityPool]:
    """Return those of the pools that are not over today: someone can still be enrolled."""
    return pools.filter(Q(last_on=None) | Q(last_on__gte=clock.today()))


def memberships_of(person: Person) -> QuerySet[PoolMember]:
    """Return through which pools programmes pay for this person today."""
    today = clock.today()
    running = Q(last_on=None) | Q(last_on__gte=today)
    rows = PoolMember.objects.filter(running, person=person, first_on__lte=today)
    return rows.select_related("pool__organization").order_by("first_on", "pk")


def pools_of(person: Person) -> frozenset[UUID]:
    """Return the pools whose programmes pay for this person today."""
    return frozenset(memberships_of(person).values_list("pool_id", flat=True))


class Timed(Protocol):
    """Something with staff and times, such as a planned leg."""

    @property
    def staff(self) -> tuple[UUID, ...]: ...
    @property
    def starts_at(self) -> dt.datetime: ...
    @property
    def ends_at(self) -> dt.datetime: ...


def ring_fenced(leg: Timed, pools: frozenset[UUID]) -> UUID | None:
    """Return the pool (of these) whose time this leg takes; None if it takes regular time."""
    during = (leg.starts_at, leg.ends_at)
    rows = OpenInterval.objects.filter(resource__in=leg.staff, during__contains=during)
    found = list(rows.values_list("capacity_pool_id", "released_at"))
    if any(pool is None or at is None or at <= clock.now() for pool, at in found):
        return None
    return next((pool for pool, _at in found if pool in pools), None)
