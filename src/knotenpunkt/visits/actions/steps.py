"""One step in the life of a visit or an appointment, allowed by the tables in `enums`."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models

from knotenpunkt.visits.enums import (
    APPOINTMENT_STEPS,
    INTERPRETER_STEPS,
    OFFER_STEPS,
    QUEUE_STEPS,
    REPAIR_STEPS,
    VISIT_STEPS,
    WAITING_STEPS,
)
from knotenpunkt.visits.errors import IllegalStep
from knotenpunkt.visits.models import (
    Appointment,
    InterpreterAssignment,
    QueueTicket,
    RepairTask,
    Visit,
    WaitingEntry,
    WaitingOffer,
)

Subject = (
    Visit
    | Appointment
    | InterpreterAssignment
    | QueueTicket
    | RepairTask
    | WaitingEntry
    | WaitingOffer
)


def step_visit(visit: Visit, new: str, *changed: str) -> bool:
    """Move the visit on and save it with the other changed fields; False if it is there already."""
    return _step(visit, VISIT_STEPS, new, changed)


def step_appointment(appointment: Appointment, new: str, *changed: str) -> bool:
    """Move the appointment on; False if it is there already. Raises `IllegalStep`."""
    return _step(appointment, APPOINTMENT_STEPS, new, changed)


def step_appointments(visit: Visit, old: str, new: str) -> int:
    """Move all appointments of a locked visit that are `old` on, in one statement."""
    if new not in APPOINTMENT_STEPS.get(old, frozenset()):
        raise IllegalStep("appointment", visit.pk, old, new)
    return visit.appointments.filter(status=old).update(status=new)


def step_assignment(assignment: InterpreterAssignment, new: str, *changed: str) -> bool:
    """Move the interpreter's assignment on; False if it is there already. Raises `IllegalStep`."""
    return _step(assignment, INTERPRETER_STEPS, new, changed)


def step_ticket(ticket: QueueTicket, new: str, *changed: str) -> bool:
    """Move the ticket on; False if it is there already. Raises `IllegalStep`."""
    return _step(ticket, QUEUE_STEPS, new, changed)


def step_repair(task: RepairTask, new: str, *changed: str) -> bool:
    """Move the task on; False if it is there already. Raises `IllegalStep`."""
    return _step(task, REPAIR_STEPS, new, changed)


def step_entry(entry: WaitingEntry, new: str, *changed: str) -> bool:
    """Move someone on the waiting list on; False if she is there already."""
    return _step(entry, WAITING_STEPS, new, changed)


def step_offer(offer: WaitingOffer, new: str, *changed: str) -> bool:
    """Move an offer on; False if it is there already. Raises `IllegalStep`."""
    return _step(offer, OFFER_STEPS, new, changed)


def _step(
    subject: Subject,
    table: Mapping[str, frozenset[str]],
    new: str,
    changed: tuple[str, ...],
) -> bool:
    if subject.status == new:
        return False
    if new not in table.get(subject.status, frozenset()):
        raise IllegalStep(_kind(subject), subject.pk, subject.status, new)
    subject.status = new
    subject.save(update_fields=["status", *changed])
    return True


def _kind(subject: models.Model) -> str:
    return str(subject._meta.model_name)
