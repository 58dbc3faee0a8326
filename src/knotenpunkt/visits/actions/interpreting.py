"""The life of an interpreter's assignment: asked, accepted, done, settled; or by telephone.

A condition on the gender is never dropped silently: whoever goes against it says that the person
was asked, and that is recorded.
"""

from __future__ import annotations

import datetime as dt

from django.core import signing
from django.db import transaction
from django.db.models import Max, Min

from knotenpunkt.availability.actions.occupancy import Claim, ClaimTaken, occupy, release_resource
from knotenpunkt.availability.enums import InterpreterRank, ResourceKind
from knotenpunkt.availability.models import Interpreter
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import Message, cancel_messages, queue_message, record
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.network.models import Account
from knotenpunkt.visits.actions.steps import step_assignment
from knotenpunkt.visits.allowance import allowance_cents
from knotenpunkt.visits.enums import InterpreterStatus
from knotenpunkt.visits.errors import CannotInterpret, TimesTaken, WishOpen
from knotenpunkt.visits.interpreting import candidates, meets_condition
from knotenpunkt.visits.models import InterpreterAssignment

SALT = "interpreting.offer"
ANSWER_WITHIN = dt.timedelta(days=30)
_S = InterpreterStatus


def offer_key(assignment: InterpreterAssignment) -> str:
    """Return the signed part of the address at which this interpreter answers this offer."""
    return signing.dumps([str(assignment.id), str(assignment.interpreter_id)], salt=SALT)


def assignment_of_key(key: str) -> InterpreterAssignment | None:
    """Return the assignment of a signed address, or None once it belongs to another."""
    try:
        assignment_id, interpreter_id = signing.loads(key, salt=SALT, max_age=ANSWER_WITHIN)
    except signing.BadSignature:
        return None
    return InterpreterAssignment.objects.filter(
        pk=assignment_id, interpreter_id=interpreter_id
    ).first()


@in_system_scope("offer")
@transaction.atomic
def offer(*, assignment: InterpreterAssignment, address: str, by: Account) -> InterpreterAssignment:
    """Ask the interpreter by mail, if she has one; `address` is where she answers.

    Harmless when repeated. Raises `IllegalStep`.
    """
    assignment = _locked(assignment)
    if not step_assignment(assignment, _S.OFFERED):
        return assignment
    record("interpreting.offered", assignment, by=by)
    interpreter = assignment.interpreter
    if interpreter.email:
        queue_message(
            Message(
                channel=Channel.EMAIL,
                recipient=interpreter.email,
                language="de",
                subject="Anfrage zum Dolmetschen",
                body=f"Guten Tag, können Sie dolmetschen? Bitte antworten Sie hier: {address}\n",
                purpose="interpreting.offer",
                about=assignment.id,
                expires_at=assignment.appointment.starts_at,
            ),
            once_key=f"interpreting/{assignment.id}/{interpreter.id}",
        )
    return assignment


@in_system_scope("accept")
@transaction.atomic
def accept(*, assignment: InterpreterAssignment, by: Account | None) -> InterpreterAssignment:
    """Note her yes; by herself (`by` is None) or by whoever spoke with her."""
    assignment = _locked(assignment)
    if step_assignment(assignment, _S.ACCEPTED):
        record("interpreting.accepted", assignment, by=by)
    return assignment


@in_system_scope("decline")
@transaction.atomic
def decline(*, assignment: InterpreterAssignment, by: Account | None) -> InterpreterAssignment:
    """Note her no: her time is free again, and someone else has to be found."""
    assignment = _locked(assignment)
    if step_assignment(assignment, _S.UNFILLED):
        _free(assignment)
        record("interpreting.declined", assignment, by=by)
    return assignment


@in_system_scope("ask another")
@transaction.atomic
def ask_another(
    *, assignment: InterpreterAssignment, interpreter: Interpreter, by: Account
) -> InterpreterAssignment:
    """Give the assignment to someone else who can take it.

    Raises `CannotInterpret` with the reasons, `TimesTaken` if she was just taken, `IllegalStep`.
    """
    assignment = _locked(assignment)
    found = {it.interpreter.id: it for it in candidates(assignment)}
    if interpreter.id not in found or found[interpreter.id].reasons:
        reasons = found[interpreter.id].reasons if interpreter.id in found else ("language",)
        raise CannotInterpret(reasons)
    step_assignment(assignment, _S.UNFILLED)
    _free(assignment)
    _give(assignment, interpreter)
    new = _S.TELEPHONE if interpreter.is_remote else _S.REQUESTED
    step_assignment(assignment, new, "interpreter")
    record(f"interpreting.{new}", assignment, by=by)
    return assignment


@in_system_scope("switch to telephone")
@transaction.atomic
def switch_to_telephone(
    *, assignment: InterpreterAssignment, by: Account, person_agreed: bool = False
) -> InterpreterAssignment:
    """Let the telephone service interpret. Harmless when repeated.

    Raises `WishOpen` when she made a condition that the service cannot promise, unless she was
    asked and agreed; `CannotInterpret` when no service speaks the language at that time.
    """
    assignment = _locked(assignment)
    if assignment.status == _S.TELEPHONE:
        return assignment
    service = _telephone(assignment)
    if not meets_condition(service, assignment) and not person_agreed:
        raise WishOpen(assignment.gender_wish)
    step_assignment(assignment, _S.UNFILLED)
    _free(assignment)
    _give(assignment, service)
    step_assignment(assignment, _S.TELEPHONE, "interpreter")
    against = not meets_condition(service, assignment)
    record(
        "interpreting.telephone_against_wish" if against else "interpreting.telephone",
        assignment,
        by=by,
    )
    return assignment


def _telephone(assignment: InterpreterAssignment) -> Interpreter:
    """Return the service that can do it; of the reasons only the gender may stay open."""
    services = [it for it in candidates(assignment) if it.interpreter.is_remote]
    for one in services:
        if set(one.reasons) <= {"gender"}:
            return one.interpreter
    current = assignment.interpreter
    if current.is_remote:
        return current
    raise CannotInterpret(services[0].reasons if services else ("language",))


@in_system_scope("note done")
@transaction.atomic
def note_done(*, assignment: InterpreterAssignment, by: Account | None) -> InterpreterAssignment:
    """Note that the interpreter was there; also called when the talk took place."""
    assignment = _locked(assignment)
    if step_assignment(assignment, _S.DONE):
        record("interpreting.done", assignment, by=by)
    return assignment


@in_system_scope("settle")
@transaction.atomic
def settle(*, assignment: InterpreterAssignment, by: Account) -> InterpreterAssignment:
    """Settle what is done: a volunteer's allowance by the rule of that day, others nothing here.

    One call-out is one visit on one day: its first assignment carries the whole allowance, the
    others none. Harmless when repeated.
    """
    assignment = _locked(assignment)
    if assignment.status == _S.SETTLED:
        return assignment
    assignment.expense_allowance_cents = due_cents(assignment)
    step_assignment(assignment, _S.SETTLED, "expense_allowance_cents")
    record("interpreting.settled", assignment, by=by)
    return assignment


def due_cents(assignment: InterpreterAssignment) -> int:
    """Return what this assignment is worth by the rule."""
    leg = assignment.appointment
    if assignment.interpreter.rank != InterpreterRank.VOLUNTEER:
        return 0
    day = clock.local_day(leg.starts_at)
    start = clock.local_moment(day, dt.time())
    call_out = InterpreterAssignment.objects.filter(
        appointment__visit=leg.visit_id,
        interpreter=assignment.interpreter_id,
        status__in=(_S.DONE, _S.SETTLED),
        appointment__starts_at__gte=start,
        appointment__starts_at__lt=clock.local_moment(day + dt.timedelta(days=1), dt.time()),
    )
    spans = call_out.aggregate(
        first=Min("appointment__starts_at"), last=Max("appointment__ends_at")
    )
    if spans["first"] != leg.starts_at:
        return 0
    minutes = int((spans["last"] - spans["first"]).total_seconds()) // 60
    return allowance_cents(day, minutes)


def _locked(assignment: InterpreterAssignment) -> InterpreterAssignment:
    rows = InterpreterAssignment.objects.select_for_update(of=("self",))
    related = ("interpreter", "appointment__service", "appointment__visit__network")
    return rows.select_related(*related).get(pk=assignment.pk)


def _free(assignment: InterpreterAssignment) -> None:
    release_resource(part=assignment.appointment_id, resource=assignment.interpreter_id)
    cancel_messages(about=assignment.id)


def _give(assignment: InterpreterAssignment, interpreter: Interpreter) -> None:
    """Put the interpreter in; take her time unless she takes many talks at once."""
    assignment.interpreter = interpreter
    if interpreter.parallel_talks == 0:
        return
    leg = assignment.appointment
    claim = Claim(
        interpreter.id,
        ResourceKind.INTERPRETER,
        leg.starts_at,
        leg.ends_at,
        leg.id,
        leg.location_id,
    )
    try:
        occupy(holder=leg.visit_id, claims=[claim], expires_at=None)
    except ClaimTaken as error:
        raise TimesTaken([leg.position]) from error
