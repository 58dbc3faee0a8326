"""What happened on the day: she came, she was excused, she did not come; and the visit follows.

Attendance never leaves the organization that saw it, except as counts (invariant 15).
"""

from __future__ import annotations

from django.db import transaction

from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.network.models import Account
from knotenpunkt.visits.actions.steps import step_appointment, step_visit
from knotenpunkt.visits.enums import ACTIVE_APPOINTMENTS, AppointmentStatus, VisitStatus
from knotenpunkt.visits.models import Appointment, Visit
from knotenpunkt.visits.signals import appointment_attended, appointment_missed

WHOLE = {AppointmentStatus.ATTENDED}
UNKEPT = {
    AppointmentStatus.EXCUSED,
    AppointmentStatus.NO_SHOW,
    AppointmentStatus.CANCELLED_BY_ORGANIZATION,
}


@in_system_scope("check in")
@transaction.atomic
def check_in(*, appointment: Appointment, by: Account | None) -> Appointment:
    """Note that she is in the house. The visit is under way. Raises `IllegalStep`."""
    return _note(appointment, AppointmentStatus.CHECKED_IN, by)


@in_system_scope("note attended")
@transaction.atomic
def note_attended(*, appointment: Appointment, by: Account | None) -> Appointment:
    """Note that the talk took place; who was not checked in is checked in by it."""
    _note(appointment, AppointmentStatus.CHECKED_IN, by, unless=AppointmentStatus.ATTENDED)
    return _note(appointment, AppointmentStatus.ATTENDED, by)


@in_system_scope("note excused")
@transaction.atomic
def note_excused(*, appointment: Appointment, by: Account | None) -> Appointment:
    """Note that she could not come, or had to leave, with an excuse. Raises `IllegalStep`."""
    return _note(appointment, AppointmentStatus.EXCUSED, by)


@in_system_scope("note no show")
@transaction.atomic
def note_no_show(*, appointment: Appointment, by: Account | None) -> Appointment:
    """Note that she did not come. It has no consequence here. Raises `IllegalStep`."""
    return _note(appointment, AppointmentStatus.NO_SHOW, by)


def _note(
    appointment: Appointment, new: str, by: Account | None, unless: str | None = None
) -> Appointment:
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=appointment.visit_id)
    appointment = visit.appointments.select_for_update(of=("self",)).get(pk=appointment.pk)
    if appointment.status == unless or not step_appointment(appointment, new):
        return appointment
    record(f"appointment.{new}", appointment, by=by)
    follow_appointments(visit)
    if new == AppointmentStatus.ATTENDED:
        appointment_attended.send(Appointment, appointment=appointment, by=by)
    elif new in (AppointmentStatus.NO_SHOW, AppointmentStatus.EXCUSED):
        appointment_missed.send(Appointment, appointment=appointment, by=by)
    return appointment


def follow_appointments(visit: Visit) -> None:
    """Let a locked visit follow: under way with the first talk, over with the last.

    A disrupted visit stays disrupted while something is still ahead: someone has to decide.
    """
    rows = set(visit.appointments.values_list("status", flat=True))
    if rows & set(ACTIVE_APPOINTMENTS):
        came = rows & {AppointmentStatus.CHECKED_IN, AppointmentStatus.ATTENDED}
        if came and visit.status in (VisitStatus.BOOKED, VisitStatus.REPAIRED):
            step_visit(visit, VisitStatus.RUNNING)
        return
    if visit.status in (VisitStatus.BOOKED, VisitStatus.REPAIRED) and rows & WHOLE:
        step_visit(visit, VisitStatus.RUNNING)
    is_whole = bool(rows & WHOLE) and not rows & UNKEPT and visit.status == VisitStatus.RUNNING
    step_visit(visit, VisitStatus.COMPLETED if is_whole else VisitStatus.PARTLY_COMPLETED)
