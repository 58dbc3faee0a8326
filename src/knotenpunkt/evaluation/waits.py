"""Does anyone have to stand back? Waits of regular clients against before the programme.

The wait is counted in working days from asking to the appointment. Figures of fewer than five
appointments are not shown.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from uuid import UUID

from knotenpunkt.availability.enums import Pool
from knotenpunkt.evaluation.models import CapacityBaseline, RegularWait
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.foundation.workdays import is_workday
from knotenpunkt.network.models import Network, Organization
from knotenpunkt.visits.enums import AppointmentStatus
from knotenpunkt.visits.models import Appointment

LEAST_COUNT = 5
LOOKED_AT = dt.timedelta(days=91)
ALARM = 1.10  # ten in a hundred longer than before
COUNTED = (
    AppointmentStatus.BOOKED,
    AppointmentStatus.CHECKED_IN,
    AppointmentStatus.ATTENDED,
    AppointmentStatus.NO_SHOW,
    AppointmentStatus.EXCUSED,
)


@dataclass(frozen=True)
class Wait:
    """The waits of one organization, in working days. None: too few to say."""

    organization: Organization
    baseline: float
    reported: float | None
    reported_month: dt.date | None
    booked_here: float | None
    funding: str

    @property
    def now(self) -> float | None:
        """Return what is compared: what the office reports, or else what was booked here."""
        return self.reported if self.reported is not None else self.booked_here

    @property
    def change(self) -> int | None:
        """Return how much longer it is than before, in percent, rounded."""
        return None if self.now is None else round((self.now / self.baseline - 1) * 100)

    @property
    def is_alarming(self) -> bool:
        return self.now is not None and self.now > self.baseline * ALARM


def regular_waits(network: Network) -> list[Wait]:
    """Return the waits of every organization that has a baseline; three queries."""
    baselines = CapacityBaseline.objects.filter(organization__network=network)
    reported = _reported(network)
    with system_scope("how long appointments were waited for"):
        here = _booked_here(network)
    return [
        Wait(
            organization=it.organization,
            baseline=float(it.median_wait_workdays),
            reported=reported[it.organization_id][1] if it.organization_id in reported else None,
            reported_month=(
                reported[it.organization_id][0] if it.organization_id in reported else None
            ),
            booked_here=here.get(it.organization_id),
            funding=it.funding,
        )
        for it in baselines.select_related("organization").order_by("organization__name")
    ]


def _reported(network: Network) -> dict[UUID, tuple[dt.date, float]]:
    """Return the newest month of each organization with enough appointments."""
    rows = RegularWait.objects.filter(
        organization__network=network,
        appointments__gte=LEAST_COUNT,
        month__gte=clock.today() - LOOKED_AT,
    )
    return {
        row.organization_id: (row.month, float(row.median_wait_workdays))
        for row in rows.order_by("month")
    }


def _booked_here(network: Network) -> dict[UUID, float]:
    since = clock.now() - LOOKED_AT
    rows = Appointment.objects.filter(
        visit__network=network,
        visit__created_at__gte=since,
        pool=Pool.REGULAR,
        status__in=COUNTED,
    ).values_list("organization_id", "visit__created_at", "starts_at")
    waits: dict[UUID, list[int]] = defaultdict(list)
    for organization, asked_at, starts_at in rows:
        days = clock.local_day(asked_at), clock.local_day(starts_at)
        waits[organization].append(workdays_between(*days, network.land))
    return {key: _median(found) for key, found in waits.items() if len(found) >= LEAST_COUNT}


def _median(values: Iterable[int]) -> float:
    return float(median(values))


def workdays_between(first: dt.date, last: dt.date, land: str) -> int:
    """Return the working days after `first` up to and including `last`."""
    days = (first + dt.timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(is_workday(day, land) for day in days)
