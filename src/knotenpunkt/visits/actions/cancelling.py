"""Giving times back. A person needs no reason and always gets a dated receipt (invariant 14)."""

from __future__ import annotations

from django.db import transaction

from knotenpunkt.availability.actions.occupancy import release
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account
from knotenpunkt.visits.actions.steps import step_appointment, step_assignment, step_visit
from knotenpunkt.visits.enums import (
    ACTIVE_APPOINTMENTS,
    AppointmentStatus,
    InterpreterStatus,
    VisitStatus,
)
from knotenpunkt.visits.models import Appointment, InterpreterAssignment, Visit

BY_WHOM = {
    True: AppointmentStatus.CANCELLED_BY_PERSON,
    False: AppointmentStatus.CANCELLED_BY_ORGANIZATION,
}


@transaction.atomic
def cancel_visit(*, visit: Visit, by: Account | None, for_person: bool = True) -> Visit:
    """Cancel every appointment that is still ahead and free all times; harmless when repeated."""
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if visit.status == VisitStatus.CANCELLED:
        return visit
    for appointment in _active(visit):
        _cancel(appointment, for_person)
    visit.cancelled_at = clock.now()
    step_visit(visit, VisitStatus.CANCELLED, "cancelled_at")
    release(holder=visit.id)
    record("visit.cancelled", visit, by=by)
    return visit


@transaction.atomic
def cancel_appointment(
    *, appointment: Appointment, by: Account | None, for_person: bool = True
) -> Appointment:
    """Cancel one appointment; the last one takes the visit with it. Harmless when repeated.

    Appointments that need what this one would have produced stay booked and are shown as such:
    the visit is then `disrupted` until someone decides.
    """
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=appointment.visit_id)
    appointment = visit.appointments.select_for_update(of=("self",)).get(pk=appointment.pk)
    if appointment.status not in ACTIVE_APPOINTMENTS:
        return appointment
    _cancel(appointment, for_person)
    release(holder=visit.id, part=appointment.id)
    record("appointment.cancelled", appointment, by=by)
    left = _active(visit)
    if not left:
        visit.cancelled_at = clock.now()
        step_visit(visit, VisitStatus.CANCELLED, "cancelled_at")
    elif visit.status != VisitStatus.HELD and _is_needed(appointment, left):
        step_visit(visit, VisitStatus.DISRUPTED)
    return appointment


def _active(visit: Visit) -> list[Appointment]:
    rows = visit.appointments.select_for_update(of=("self",)).order_by("pk")
    return list(rows.filter(status__in=ACTIVE_APPOINTMENTS))


def _cancel(appointment: Appointment, for_person: bool) -> None:
    appointment.cancelled_at = clock.now()
    step_appointment(appointment, BY_WHOM[for_person], "cancelled_at")
    assignment = InterpreterAssignment.objects.filter(appointment=appointment).first()
    if assignment is not None:
        step_assignment(assignment, InterpreterStatus.RELEASED)


def _is_needed(cancelled: Appointment, left: list[Appointment]) -> bool:
    """Return whether a later appointment rests on what the cancelled one would have produced."""
    produced = set(cancelled.service.produces.values_list("id", flat=True))
    return any(
        produced.intersection(other.service.requires.values_list("id", flat=True))
        for other in left
        if other.starts_at > cancelled.starts_at
    )
