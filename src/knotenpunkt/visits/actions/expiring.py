"""Holds that ended: their times are free already, this only writes it down."""

from __future__ import annotations

from django.db import transaction

from knotenpunkt.availability.actions.occupancy import forget_cooled_times, release
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.visits.actions.steps import step_appointment, step_visit
from knotenpunkt.visits.enums import AppointmentStatus, VisitStatus
from knotenpunkt.visits.models import Visit


@in_system_scope("mark expired holds")
@transaction.atomic
def mark_expired_holds() -> int:
    """Give every ended hold the status `expired`; return how many there were."""
    ended = Visit.objects.select_for_update(of=("self",), skip_locked=True).filter(
        status=VisitStatus.HELD, hold_expires_at__lte=clock.now()
    )
    visits = list(ended.order_by("pk"))
    for visit in visits:
        for appointment in visit.appointments.filter(status=AppointmentStatus.HELD):
            step_appointment(appointment, AppointmentStatus.EXPIRED)
        step_visit(visit, VisitStatus.EXPIRED)
        release(holder=visit.id)
    forget_cooled_times()
    return len(visits)
