"""Interpreters hear once of every change of a talk they were asked for."""

from __future__ import annotations

from knotenpunkt.availability.models import Interpreter
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.models import Account
from knotenpunkt.visits.actions import (
    cancel_appointment,
    cancel_visit,
    confirm_visit,
)
from knotenpunkt.visits.actions.changing import hold_change
from knotenpunkt.visits.actions.interpreting import (
    accept,
    offer,
)
from knotenpunkt.visits.models import InterpreterAssignment, Visit
from knotenpunkt.visits.planning.options import options_to_move
from knotenpunkt.visits.queries import hand_notices_visible_to


def said_yes(assignment: InterpreterAssignment, by: Account) -> Interpreter:
    """Let the interpreter know of all talks of the visit, by a mail that has left."""
    interpreter = assignment.interpreter
    interpreter.email = "helga@example.org"
    interpreter.save(update_fields=["email"])
    for it in InterpreterAssignment.objects.filter(
        appointment__visit=assignment.appointment.visit, interpreter=interpreter
    ):
        offer(assignment=it, address="https://x/", by=by)
        accept(assignment=it, by=None)
    OutboxMessage.objects.update(sent_at=clock.now())
    return interpreter


def mails_to(interpreter: Interpreter) -> list[OutboxMessage]:
    return list(
        OutboxMessage.objects.filter(
            recipient=interpreter.email, purpose="interpreting.changed", cancelled_at=None
        )
    )


def test_who_has_said_yes_hears_once_that_a_whole_visit_is_cancelled(
    assignment: InterpreterAssignment, coordinator: Account, counsellor: Account
) -> None:
    interpreter = said_yes(assignment, coordinator)
    visit = assignment.appointment.visit
    talks = InterpreterAssignment.objects.filter(
        appointment__visit=visit, interpreter=interpreter
    ).count()

    for _ in range(2):
        cancel_visit(visit=visit, by=counsellor)

    (mail,) = mails_to(interpreter)
    when = clock.local_time_text(assignment.appointment.starts_at)
    assert mail.subject == "Knotenpunkt: Ein Einsatz hat sich geändert"
    assert mail.body.count("entfällt") == talks
    assert when in mail.body
    for private in (visit.code, visit.person.given_name, assignment.appointment.location.name):
        assert private not in mail.subject + mail.body


def test_who_has_no_mailbox_is_called_by_whoever_booked(
    assignment: InterpreterAssignment, coordinator: Account, counsellor: Account
) -> None:
    interpreter = said_yes(assignment, coordinator)
    Interpreter.objects.filter(pk=interpreter.pk).update(email="")
    visit = assignment.appointment.visit

    for _ in range(2):
        cancel_visit(visit=visit, by=counsellor)

    notices = hand_notices_visible_to(counsellor).filter(visit=visit).exclude(interpreter=None)
    (notice,) = notices
    assert (notice.interpreter, notice.done_at) == (interpreter, None)
    assert clock.local_time_text(assignment.appointment.starts_at) in notice.text
    assert visit.code not in notice.text


def test_who_was_not_asked_yet_hears_nothing(
    assignment: InterpreterAssignment, counsellor: Account
) -> None:
    interpreter = assignment.interpreter
    interpreter.email = "helga@example.org"
    interpreter.save(update_fields=["email"])

    cancel_appointment(appointment=assignment.appointment, by=counsellor)

    assert mails_to(interpreter) == []


def test_a_question_that_has_not_left_is_taken_back_instead(
    assignment: InterpreterAssignment, coordinator: Account, counsellor: Account
) -> None:
    interpreter = assignment.interpreter
    interpreter.email = "helga@example.org"
    interpreter.save(update_fields=["email"])
    offer(assignment=assignment, address="https://x/", by=coordinator)

    cancel_appointment(appointment=assignment.appointment, by=counsellor)

    assert mails_to(interpreter) == []
    assert OutboxMessage.objects.get(purpose="interpreting.offer").cancelled_at is not None


def test_a_talk_that_moves_is_told_to_who_would_have_interpreted(
    assignment: InterpreterAssignment, coordinator: Account, counsellor: Account
) -> None:
    interpreter = said_yes(assignment, coordinator)
    leg = assignment.appointment
    visit = Visit.objects.get(pk=leg.visit_id)
    plan = options_to_move(visit, leg)[0].plan
    change = hold_change(visit=visit, plan=plan, seen_version=visit.version, by=counsellor)

    confirm_visit(visit=change, by=counsellor)

    moved = change.appointments.get(moved_from=leg)
    is_hers = InterpreterAssignment.objects.filter(
        appointment=moved, interpreter=interpreter
    ).exists()
    (mail,) = mails_to(interpreter)
    before, now = (clock.local_time_text(it.starts_at) for it in (leg, moved))
    assert mail.body == (
        f"Der Einsatz am {before} ist verlegt auf {now}. Wir fragen Sie neu an.\n"
        if is_hers
        else f"Der Einsatz am {before} entfällt für Sie. Vielen Dank!\n"
    )
