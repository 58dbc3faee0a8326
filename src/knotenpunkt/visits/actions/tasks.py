"""What a change or a cancellation ends: repair tasks that are done by it, changes still held."""

from __future__ import annotations

from knotenpunkt.availability.actions.occupancy import release
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account
from knotenpunkt.visits.actions.steps import (
    step_appointment,
    step_entry,
    step_offer,
    step_repair,
    step_visit,
)
from knotenpunkt.visits.enums import (
    OPEN_REPAIRS,
    AppointmentStatus,
    OfferStatus,
    RepairStatus,
    VisitStatus,
    WaitingStatus,
)
from knotenpunkt.visits.models import RepairTask, Visit, WaitingEntry, WaitingOffer


def close_tasks(*, visit: Visit, new: RepairStatus, by: Account | None) -> None:
    """Finish the open repair task of a locked visit, if it has one."""
    rows = RepairTask.objects.select_for_update(of=("self",))
    for task in rows.filter(visit=visit, status__in=OPEN_REPAIRS):
        task.decided_at, task.decided_by = clock.now(), by
        step_repair(task, new, "decided_at", "decided_by")
        record(f"repair.{new}", task, by=by)


def drop_held_changes(*, visit: Visit, but: Visit | None = None) -> None:
    """Free every change that is still held for a locked visit, except one.

    What was offered of an earlier time is lost with it; she waits on in her place.
    """
    held = visit.proposed_changes.filter(status=VisitStatus.HELD)
    if but is not None:
        held = held.exclude(pk=but.pk)
    for change in held.select_for_update(of=("self",)).order_by("pk"):
        free_hold(change)
        _lose_offer(change)


def _lose_offer(change: Visit) -> None:
    offer = WaitingOffer.objects.filter(visit=change, status=OfferStatus.OPEN).first()
    if offer is None:
        return
    entry = WaitingEntry.objects.select_for_update(of=("self",)).get(pk=offer.entry_id)
    offer.answered_at = clock.now()
    step_offer(offer, OfferStatus.LOST, "answered_at")
    step_entry(entry, WaitingStatus.WAITING)
    record("waiting.lost", offer, by=None)


def free_hold(held: Visit) -> None:
    """End a locked hold: `expired` if its time is over, else `cancelled`."""
    is_over = held.is_expired
    ended = AppointmentStatus.EXPIRED if is_over else AppointmentStatus.CANCELLED_BY_ORGANIZATION
    for appointment in held.appointments.filter(status=AppointmentStatus.HELD):
        appointment.cancelled_at = clock.now()
        step_appointment(appointment, ended, "cancelled_at")
    held.cancelled_at = clock.now()
    step_visit(held, VisitStatus.EXPIRED if is_over else VisitStatus.CANCELLED, "cancelled_at")
    release(holder=held.id)
