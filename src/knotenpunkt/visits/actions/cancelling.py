"""Giving times back. A person needs no reason and always gets a dated receipt (invariant 14)."""

from __future__ import annotations

from django.db import transaction

from knotenpunkt.availability.actions.occupancy import release
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.network.models import Account
from knotenpunkt.visits.actions.attendance import follow_appointments
from knotenpunkt.visits.actions.steps import step_appointment, step_visit
from knotenpunkt.visits.actions.tasks import close_tasks, drop_held_changes
from knotenpunkt.visits.actions.telling import stop_reminders, tell_about_visit, tell_staff
from knotenpunkt.visits.actions.telling_interpreters import release_interpreters
from knotenpunkt.visits.enums import (
    ACTIVE_APPOINTMENTS,
    IN_LINE,
    LIVING_VISITS,
    AppointmentStatus,
    RepairStatus,
    VisitStatus,
)
from knotenpunkt.visits.errors import IllegalStep, Overtaken
from knotenpunkt.visits.models import Appointment, Visit, WaitingEntry
from knotenpunkt.visits.signals import appointment_cancelled, times_freed

BY_WHOM = {
    True: AppointmentStatus.CANCELLED_BY_PERSON,
    False: AppointmentStatus.CANCELLED_BY_ORGANIZATION,
}


@in_system_scope("cancel visit")
@transaction.atomic
def cancel_visit(
    *,
    visit: Visit,
    by: Account | None,
    for_person: bool = True,
    seen_version: int | None = None,
) -> Visit:
    """Cancel every appointment that is still ahead and free all times; harmless when repeated.

    Raises `Overtaken` if `seen_version` is given and the visit has changed since.
    """
    visit = _locked(visit)
    if visit.status == VisitStatus.CANCELLED:
        return visit
    _refuse_old_view(visit, seen_version)
    was_booked = visit.status in LIVING_VISITS
    cancelled = _active(visit)
    for appointment in cancelled:
        _cancel(appointment, for_person)
    release_interpreters(cancelled)
    visit.cancelled_at, visit.version = clock.now(), visit.version + 1
    step_visit(visit, VisitStatus.CANCELLED, "cancelled_at", "version")
    release(holder=visit.id)
    drop_held_changes(visit=visit)
    close_tasks(visit=visit, new=RepairStatus.SETTLED, by=by)
    record("visit.cancelled", visit, by=by)
    if was_booked and cancelled:
        _tell_of_all(visit, cancelled)
    _announce(visit, cancelled, for_person, by)
    return visit


@in_system_scope("cancel appointment")
@transaction.atomic
def cancel_appointment(
    *,
    appointment: Appointment,
    by: Account | None,
    for_person: bool = True,
    seen_version: int | None = None,
) -> Appointment:
    """Cancel one appointment; the last one takes the visit with it. Harmless when repeated.

    Appointments that need what this one would have produced stay booked and are shown as such:
    the visit is then `disrupted` until someone decides. Raises `Overtaken`, and `IllegalStep` for
    a part of a change that is held: it is taken or left as a whole.
    """
    visit = _locked(appointment.visit)
    if visit.status == VisitStatus.HELD and visit.changes_id:
        raise IllegalStep("visit", visit.pk, visit.status, "cancelled in part")
    appointment = visit.appointments.select_for_update(of=("self",)).get(pk=appointment.pk)
    if appointment.status not in ACTIVE_APPOINTMENTS:
        return appointment
    _refuse_old_view(visit, seen_version)
    _cancel(appointment, for_person)
    release_interpreters([appointment])
    release(holder=visit.id, part=appointment.id)
    record("appointment.cancelled", appointment, by=by)
    was_booked = visit.status in LIVING_VISITS
    visit.version += 1
    visit.save(update_fields=["version"])
    drop_held_changes(visit=visit)  # worked out for what the visit was
    for wish in WaitingEntry.objects.filter(visit=visit, status__in=IN_LINE):
        wish.services.remove(appointment.service)
    _follow(visit, appointment, for_person)
    if was_booked:
        _tell_of_one(visit, appointment, for_person)
    _announce(visit, [appointment], for_person, by)
    return appointment


def _locked(visit: Visit) -> Visit:
    return Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)


def _refuse_old_view(visit: Visit, seen_version: int | None) -> None:
    if seen_version is not None and visit.version != seen_version:
        raise Overtaken(visit.id)


def _active(visit: Visit) -> list[Appointment]:
    rows = visit.appointments.select_for_update(of=("self",)).order_by("pk")
    return list(rows.filter(status__in=ACTIVE_APPOINTMENTS))


def _cancel(appointment: Appointment, for_person: bool) -> None:
    appointment.cancelled_at = clock.now()
    step_appointment(appointment, BY_WHOM[for_person], "cancelled_at")


def _follow(visit: Visit, cancelled: Appointment, for_person: bool) -> None:
    """What an office cancelled is still needed: the visit is disrupted, even if nothing is left."""
    left = _active(visit)
    if not for_person and visit.status in LIVING_VISITS:
        step_visit(visit, VisitStatus.DISRUPTED)
    elif left:
        if visit.status in LIVING_VISITS and _is_needed(cancelled, left):
            step_visit(visit, VisitStatus.DISRUPTED)
    elif visit.appointments.filter(status=AppointmentStatus.ATTENDED).exists():
        follow_appointments(visit)
    else:
        visit.cancelled_at = clock.now()
        step_visit(visit, VisitStatus.CANCELLED, "cancelled_at")


def _is_needed(cancelled: Appointment, left: list[Appointment]) -> bool:
    """Return whether a later appointment rests on what the cancelled one would have produced."""
    produced = set(cancelled.service.produces.values_list("id", flat=True))
    return any(
        produced.intersection(other.service.requires.values_list("id", flat=True))
        for other in left
        if other.starts_at > cancelled.starts_at
    )


def _tell_of_one(visit: Visit, appointment: Appointment, for_person: bool) -> None:
    tell_about_visit(
        visit=visit,
        purpose="visit.receipt" if for_person else "visit.office_cancelled",
        once_key=f"visit.receipt/{appointment.id}",
        values={
            "at": clock.now(),
            "when": appointment.starts_at,
            "office": appointment.organization.name,
        },
    )
    tell_staff(appointments=[appointment], purpose="staff.cancelled")


def _tell_of_all(visit: Visit, cancelled: list[Appointment]) -> None:
    stop_reminders(visit)
    tell_about_visit(
        visit=visit,
        purpose="visit.cancelled",
        once_key=f"visit.cancelled/{visit.id}",
        values={"at": clock.now(), "when": min(it.starts_at for it in cancelled)},
    )
    tell_staff(appointments=cancelled, purpose="staff.cancelled")


def _announce(
    visit: Visit, cancelled: list[Appointment], for_person: bool, by: Account | None
) -> None:
    for appointment in cancelled:
        appointment_cancelled.send(
            Appointment, appointment=appointment, for_person=for_person, by=by
        )
    services = frozenset(it.service_id for it in cancelled if it.starts_at > clock.now())
    if services:
        times_freed.send(Visit, visit=visit, services=services)
