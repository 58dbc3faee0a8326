"""Which booked appointments an incident hurts. Shown before anything is closed (invariant 47)."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from django.db.models import Q, QuerySet

from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Location, Network, Organization, StaffMember
from knotenpunkt.visits.enums import LIVING_VISITS, AppointmentStatus, IncidentKind
from knotenpunkt.visits.models import Appointment

DAY = dt.timedelta(days=1)


class Reported(Protocol):
    """What is missing, and when; `Report` and `Incident` both are such."""

    @property
    def network(self) -> Network: ...
    @property
    def kind(self) -> str: ...
    @property
    def first_on(self) -> dt.date: ...
    @property
    def last_on(self) -> dt.date | None: ...
    @property
    def organization(self) -> Organization | None: ...
    @property
    def staff_member(self) -> StaffMember | None: ...
    @property
    def location(self) -> Location | None: ...


def affected_appointments(report: Reported) -> QuerySet[Appointment]:
    """Return the booked appointments still ahead that can no longer take place as they are."""
    start = clock.local_moment(report.first_on, dt.time())
    rows = Appointment.objects.filter(
        _what(report),
        visit__network=report.network,
        visit__status__in=LIVING_VISITS,
        status=AppointmentStatus.BOOKED,
        starts_at__gte=max(start, clock.now()),
    )
    if report.last_on is not None:
        rows = rows.filter(starts_at__lt=clock.local_moment(report.last_on + DAY, dt.time()))
    return rows


def _what(report: Reported) -> Q:
    if report.kind == IncidentKind.STAFF_ABSENT:
        ids = Appointment.staff.through.objects.filter(staffmember=report.staff_member)
        return Q(pk__in=ids.values("appointment_id"))
    if report.kind in (IncidentKind.LOCATION_CLOSED, IncidentKind.LOCATION_MOVES):
        return Q(location=report.location)
    return Q(organization=report.organization)
