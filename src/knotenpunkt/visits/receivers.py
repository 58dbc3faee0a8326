"""What one part of a visit hears of another."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from knotenpunkt.network.models import Account
from knotenpunkt.visits.actions.interpreting import note_done
from knotenpunkt.visits.enums import InterpreterStatus
from knotenpunkt.visits.models import Appointment, InterpreterAssignment
from knotenpunkt.visits.signals import appointment_attended

THERE = (InterpreterStatus.ACCEPTED, InterpreterStatus.TELEPHONE)


@receiver(appointment_attended)
def interpreter_was_there(
    appointment: Appointment, by: Account | None = None, **_kwargs: Any
) -> None:
    """A talk that took place had the interpreter who had said yes."""
    found = InterpreterAssignment.objects.filter(appointment=appointment, status__in=THERE)
    for assignment in found:
        note_done(assignment=assignment, by=by)
