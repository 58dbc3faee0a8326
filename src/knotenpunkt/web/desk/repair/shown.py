"""A visit as it will be when a held change is confirmed."""

from __future__ import annotations

from knotenpunkt.visits.enums import ACTIVE_APPOINTMENTS, AppointmentStatus
from knotenpunkt.visits.models import Appointment, Visit

STAYS = (*ACTIVE_APPOINTMENTS, AppointmentStatus.ATTENDED)


def after_change(before: list[Appointment], change: Visit) -> list[Appointment]:
    """Return what stays of these appointments, and what the held change brings, by time."""
    fresh = list(change.appointments.all())
    moved = {it.moved_from_id for it in fresh}
    stays = [it for it in before if it.status in STAYS and it.pk not in moved]
    return sorted([*stays, *fresh], key=lambda it: it.starts_at)
