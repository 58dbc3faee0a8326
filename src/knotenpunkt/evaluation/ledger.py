"""Who used what of a programme's time: counts for funders, codes for those who may see them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from knotenpunkt.availability.models import CapacityPool, OpenInterval
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Organization
from knotenpunkt.visits.enums import ACTIVE_APPOINTMENTS, AppointmentStatus
from knotenpunkt.visits.models import Appointment

USED = (*ACTIVE_APPOINTMENTS, AppointmentStatus.ATTENDED, AppointmentStatus.NO_SHOW)


@dataclass(frozen=True)
class PoolUse:
    """One pool: appointments in its time by status, and the minutes still kept for it."""

    pool: CapacityPool
    by_status: Counter[str]
    minutes_kept: int
    minutes_released: int

    @property
    def used(self) -> int:
        return sum(self.by_status[status] for status in USED)


def pool_uses(organizations: QuerySet[Organization]) -> list[PoolUse]:
    """Return every pool of these organizations with its use; three queries, however many."""
    pools = list(
        CapacityPool.objects.filter(organization__in=organizations)
        .select_related("organization")
        .prefetch_related("releases")
    )
    uses: dict[object, Counter[str]] = {pool.pk: Counter() for pool in pools}
    rows = Appointment.objects.filter(capacity_pool__in=pools).values_list(
        "capacity_pool", "status"
    )
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
    return [PoolUse(pool, uses[pool.pk], kept[pool.pk], released[pool.pk]) for pool in pools]
