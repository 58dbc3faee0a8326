"""Interpreters hear of every change of a talk they were asked for: one mail or call, times only."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from knotenpunkt.availability.models import Interpreter
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import Message, cancel_messages, queue_message
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.visits.actions.steps import step_assignment
from knotenpunkt.visits.actions.telling import staff_texts
from knotenpunkt.visits.enums import InterpreterStatus
from knotenpunkt.visits.models import Appointment, HandNotice, InterpreterAssignment, Visit

KNOWS = frozenset(
    {InterpreterStatus.OFFERED, InterpreterStatus.ACCEPTED, InterpreterStatus.TELEPHONE}
)
LANGUAGE = "de"
QUESTION = ("interpreting.offer",)


@dataclass(frozen=True)
class _Line:
    """What one mail says of one talk: when it was, and when it is now if it is still hers."""

    before: str
    now: str | None

    def text(self, *, is_asked_again: bool) -> str:
        if self.now is None:
            kind = "interpreter.ended"
        else:
            kind = "interpreter.moved" if is_asked_again else "interpreter.later"
        return staff_texts()[kind][LANGUAGE].format(when=self.before, now=self.now)


def release_interpreters(
    appointments: Iterable[Appointment], new: Mapping[UUID, Appointment] | None = None
) -> None:
    """Let go whoever would have interpreted these; each who knew of it gets one mail.

    `new` are the appointments that take their place, by the id of the old one: if the same
    interpreter serves one of them, her mail says so, and that she will be asked again.
    """
    rows = _with_visit(InterpreterAssignment.objects.filter(appointment__in=list(appointments)))
    lines: dict[Interpreter, list[tuple[InterpreterAssignment, _Line]]] = defaultdict(list)
    for row in rows:
        heard = row.status in KNOWS and not cancel_messages(about=row.id, purposes=QUESTION)
        step_assignment(row, InterpreterStatus.RELEASED)
        if heard:
            line = _Line(_time(row.appointment), _new_time(row, new or {}))
            lines[row.interpreter].append((row, line))
    for interpreter, found in lines.items():
        texts = [line.text(is_asked_again=True) for _row, line in found]
        first = found[0][0]
        key = f"interpreting.ended/{first.appointment_id}"
        _tell(interpreter, texts, once_key=key, first=first)


def tell_interpreter_of_delay(moved: Iterable[tuple[Appointment, str]]) -> None:
    """Tell who interprets talks that begin later now; of each also when it was to begin before."""
    before = {leg.id: text for leg, text in moved}
    rows = InterpreterAssignment.objects.filter(appointment__in=before, status__in=KNOWS)
    lines: dict[Interpreter, list[InterpreterAssignment]] = defaultdict(list)
    for row in _with_visit(rows):
        lines[row.interpreter].append(row)
    for interpreter, found in lines.items():
        told = [_Line(before[row.appointment_id], _time(row.appointment)) for row in found]
        texts = [line.text(is_asked_again=False) for line in told]
        times = "/".join(f"{row.appointment_id}-{row.appointment.starts_at:%H%M}" for row in found)
        _tell(interpreter, texts, once_key=f"interpreting.later/{times}", first=found[0])


def _with_visit(rows: QuerySet[InterpreterAssignment]) -> QuerySet[InterpreterAssignment]:
    with_visit = rows.select_related("interpreter", "appointment__visit")
    return with_visit.order_by("appointment__starts_at")


def _time(appointment: Appointment) -> str:
    return clock.local_time_text(appointment.starts_at)


def _new_time(row: InterpreterAssignment, new: Mapping[UUID, Appointment]) -> str | None:
    after = new.get(row.appointment_id)
    if after is None:
        return None
    is_hers = InterpreterAssignment.objects.filter(
        appointment=after, interpreter=row.interpreter_id
    ).exists()
    return _time(after) if is_hers else None


def _tell(
    interpreter: Interpreter, texts: list[str], *, once_key: str, first: InterpreterAssignment
) -> None:
    """Write her one mail; if she has no address, whoever booked gets the task to call her."""
    key = f"{once_key}/{interpreter.id}"
    if not interpreter.email:
        _have_her_called(interpreter, texts, key, first.appointment.visit)
        return
    queue_message(
        Message(
            channel=Channel.EMAIL,
            recipient=interpreter.email,
            language=LANGUAGE,
            subject=staff_texts()["interpreter.subject"][LANGUAGE],
            body="\n".join(texts) + "\n",
            purpose="interpreting.changed",
            about=first.id,
        ),
        once_key=key,
    )


def _have_her_called(interpreter: Interpreter, texts: list[str], key: str, visit: Visit) -> None:
    HandNotice.objects.get_or_create(
        once_key=hashlib.sha256(key.encode()).hexdigest(),  # a key of many talks is long
        defaults={
            "person_id": visit.person_id,
            "visit": visit,
            "interpreter": interpreter,
            "organization_id": visit.organization_id,
            "language": LANGUAGE,
            "text": " ".join(texts),
            "created_at": clock.now(),
        },
    )
