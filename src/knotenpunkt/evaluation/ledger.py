"""Who used what of a programme's time: counts for funders, codes for those who may see them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from knotenpunkt.availability.models import CapacityPool, OpenInterval, PoolMember
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Organization
from knotenpunkt.people.models import Person
from knotenpunkt.visits.enums import ACTIVE_APPOINTMENTS, AppointmentStatus
from knotenpunkt.visits.models import Appointment
from knotenpunkt.visits.queries import visits_visible_to

USED = (*ACTIVE_APPOINTMENTS, AppointmentStatus.ATTENDED, AppointmentStatus.NO_SHOW)


@dataclass(frozen=True)
class PoolUse:
    """One pool: appointments in its time by status, and the minutes still kept for it."""

    pool: CapacityPool
    by_status: Counter[str]
    minutes_kept: int
    minutes_released: int
    members: int

    @property
    def used(self) -> int:
        return sum(self.by_status[status] for status in USED)


def pool_uses(pools_asked: QuerySet[CapacityPool]) -> list[PoolUse]:
    """Return each of these pools with its use; five queries, however many."""
    pools = list(pools_asked.select_related("organization").prefetch_related("releases"))
    uses: dict[object, Counter[str]] = {pool.pk: Counter() for pool in pools}
    rows = Appointment.objects.filter(capacity_pool__in=pools).values_list(
        "capacity_pool", "status"
    )
    with system_scope("count what became of a programme's time"):
        for pool, status, count in rows.annotate(count=Count("pk")).order_by():
            uses[pool][status] = count
    kept: Counter[object] = Counter()
    released: Counter[object] = Counter()
    today = clock.today()
    ahead = OpenInterval.objects.filter(
        capacity_pool__in=pools, day__range=(today, today + dt.timedelta(days=28))
    )
    for row in ahead.only("capacity_pool_id", "during", "released_at"):
        minutes = int((row.during.upper - row.during.lower).total_seconds()) // 60
        is_free = row.released_at is not None and row.released_at <= clock.now()
        (released if is_free else kept)[row.capacity_pool_id] += minutes
    members = _members(pools)
    return [
        PoolUse(pool, uses[pool.pk], kept[pool.pk], released[pool.pk], members[pool.pk])
        for pool in pools
    ]


def _members(pools: list[CapacityPool]) -> Counter[object]:
    today = clock.today()
    running = Q(last_on=None) | Q(last_on__gte=today)
    rows = PoolMember.objects.filter(running, pool__in=pools, first_on__lte=today)
    return Counter(rows.values_list("pool", flat=True))


def pools_accounted_to(account: Account) -> QuerySet[CapacityPool]:
    """Return the pools this account answers for: a coordinator all of the network, others own."""
    member = account.staff_member
    found = CapacityPool.objects.filter(organization__network=member.organization.network)
    if member.role != Role.COORDINATOR:
        found = found.filter(organization=member.organization)
    return found.select_related("organization")


class Use(models.TextChoices):
    """What became of a programme's time. Who did not come stays in the organization (a count)."""

    AHEAD = "ahead", _("booked")
    USED = "used", _("used")
    GIVEN_BACK = "given_back", _("given back")


@dataclass(frozen=True)
class LedgerLine:
    """One appointment in the time of a pool. `code` is empty unless the visit is one's own."""

    day: dt.date
    minutes: int
    use: Use
    booked_by: Organization | None
    code: str
    person: Person | None

    @classmethod
    def of(cls, row: Appointment) -> LedgerLine:
        """Return the line of a row that `ledger_of` has read."""
        is_own = row.is_own  # type: ignore[attr-defined]
        return cls(
            day=clock.local_day(row.starts_at),
            minutes=int((row.ends_at - row.starts_at).total_seconds()) // 60,
            use=_use(row.status),
            booked_by=row.visit.organization,
            code=row.visit.code if is_own else "",
            person=row.visit.person if is_own else None,
        )


def _use(status: str) -> Use:
    if status in ACTIVE_APPOINTMENTS:
        return Use.AHEAD
    used = (AppointmentStatus.ATTENDED, AppointmentStatus.NO_SHOW, AppointmentStatus.EXCUSED)
    return Use.USED if status in used else Use.GIVEN_BACK


def ledger_of(pool: CapacityPool, account: Account) -> QuerySet[Appointment]:
    """Return the appointments in the time of a pool, the newest first, for `LedgerLine.of`.

    Read them in a system scope: who accounts for the time sees that of others without a name.
    """
    own = visits_visible_to(account).filter(pk=OuterRef("visit"))
    rows = Appointment.objects.filter(capacity_pool=pool).exclude(
        status__in=(AppointmentStatus.EXPIRED, AppointmentStatus.HELD)
    )
    rows = rows.select_related("visit__organization", "visit__person")
    return rows.annotate(is_own=Exists(own)).order_by("-starts_at", "pk")
