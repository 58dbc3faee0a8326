"""One step in the life of a visit or an appointment, allowed by the tables in `enums`."""

from __future__ import annotations

from collections.abc import Mapping

from knotenpunkt.availability.actions.occupancy import KEEP
from knotenpunkt.foundation.actions import Select, insert_together
from knotenpunkt.foundation.models import AuditEntry
from knotenpunkt.visits.enums import (
    APPOINTMENT_STEPS,
    INTERPRETER_STEPS,
    OFFER_STEPS,
    QUEUE_STEPS,
    REPAIR_STEPS,
    VISIT_STEPS,
    WAITING_STEPS,
    AppointmentStatus,
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


def book_whole(visit: Visit, new: str, entry: AuditEntry, *, keeps: bool) -> tuple[bool, bool]:
    """Move a held, locked visit with all its appointments on, and write the entry.

    With `keeps`, what it holds no longer expires. Returns whether the visit was an offer, and
    whether it still had its times: another process, by its clock, may have swept them.
    """
    _refuse_unless(VISIT_STEPS, visit, visit.status, new)
    visit.status, visit.hold_expires_at = new, None
    values = [
        visit.pk, new, visit.confirmed_at, AppointmentStatus.HELD.value,
        AppointmentStatus.BOOKED.value,
    ]  # fmt: skip
    question = (
        Select(f"SELECT {BOOK}, {KEEP}", [*values, visit.pk])
        if keeps
        else Select(f"SELECT {BOOK}, 1", values)
    )
    is_offer, kept = insert_together([entry], then=question)
    return is_offer, kept > 0


BOOK = "kp_book_visit(%s, %s, %s, %s, %s)"


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
    _refuse_unless(table, subject, subject.status, new)
    subject.status = new
    subject.save(update_fields=["status", *changed])
    return True


def _refuse_unless(
    table: Mapping[str, frozenset[str]], subject: Subject, old: str, new: str
) -> None:
    if new not in table.get(old, frozenset()):
        raise IllegalStep(str(subject._meta.model_name), subject.pk, old, new)
