"""What the tests of interpreters look up."""

from __future__ import annotations

from knotenpunkt.availability.models import Interpreter, Occupancy
from knotenpunkt.visits.models import InterpreterAssignment


def refreshed(assignment: InterpreterAssignment) -> InterpreterAssignment:
    return InterpreterAssignment.objects.select_related("interpreter").get(pk=assignment.pk)


def taken(assignment: InterpreterAssignment, interpreter: Interpreter) -> bool:
    return Occupancy.objects.filter(
        part=assignment.appointment_id, resource=interpreter.id
    ).exists()
