"""Interpreters for machines: who is asked for which talk, who else could come, what it is worth.

As on the pages: date, place, language and topic of a talk; never whose it is, nor its matter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from knotenpunkt.availability.models import Interpreter
from knotenpunkt.visits.actions import interpreting as actions
from knotenpunkt.visits.enums import InterpreterStatus
from knotenpunkt.visits.interpreting import (
    COORDINATING,
    Candidate,
    assignments_visible_to,
    candidates,
    on_day,
    with_place,
)
from knotenpunkt.visits.models import InterpreterAssignment
from knotenpunkt.web.api import schemas
from knotenpunkt.web.api.access import REFUSALS, TokenAuth, account_of, network_of, page_of
from knotenpunkt.web.api.keyed import Key, keyed
from knotenpunkt.web.api.schemas import Day
from knotenpunkt.web.interpreting.links import answer_address

router = Router(tags=["interpreters"], auth=TokenAuth(COORDINATING))


class Step(StrEnum):
    OFFER = "offer"
    ACCEPT = "accept"
    DECLINE = "decline"
    DONE = "done"
    SETTLE = "settle"


class AgreedRequest(schemas.Strict):
    """`person_agreed`: she made a condition on the gender, was asked, and goes without it."""

    person_agreed: bool = False


class AnotherRequest(schemas.Strict):
    """Whom to ask instead; `GET /interpreting/{id}` names who could."""

    interpreter: UUID


class InterpreterOut(Schema):
    id: UUID
    name: str
    is_remote: bool

    @classmethod
    def of(cls, it: Interpreter) -> InterpreterOut:
        return cls(id=it.id, name=it.name, is_remote=it.is_remote)


class AssignmentOut(Schema):
    """A talk that needs an interpreter. `answer_at`: where she says yes or no, while she is asked.

    `expense_allowance_cents` stands there once it is settled.
    """

    id: UUID
    starts_at: dt.datetime
    ends_at: dt.datetime
    location: UUID
    room: str
    language: str
    topic: str
    gender_wish: str
    status: str
    interpreter: InterpreterOut
    answer_at: str
    expense_allowance_cents: int | None

    @classmethod
    def of(cls, it: InterpreterAssignment) -> AssignmentOut:
        leg = it.appointment
        return cls(
            id=it.id,
            starts_at=leg.starts_at,
            ends_at=leg.ends_at,
            location=leg.location_id,
            room=leg.room.name if leg.room else "",
            language=leg.language,
            topic=leg.service.topic.code,
            gender_wish=it.gender_wish,
            status=it.status,
            interpreter=InterpreterOut.of(it.interpreter),
            answer_at=answer_address(it) if it.status == InterpreterStatus.OFFERED else "",
            expense_allowance_cents=it.expense_allowance_cents,
        )


class AssignmentsOut(schemas.Page):
    contents: list[AssignmentOut]


class CandidateOut(Schema):
    """Who else speaks the language; without `reasons` she can be asked.

    Reasons: class, legal_effect, notice, gender, not_free.
    """

    interpreter: InterpreterOut
    reasons: list[str]
    is_in_visit: bool
    is_preferred: bool

    @classmethod
    def of(cls, it: Candidate) -> CandidateOut:
        return cls(
            interpreter=InterpreterOut.of(it.interpreter),
            reasons=list(it.reasons),
            is_in_visit=it.is_in_visit,
            is_preferred=it.is_preferred,
        )


class AssignmentDetailOut(AssignmentOut):
    """Who interprets in the same visit already comes first among the candidates."""

    candidates: list[CandidateOut]


@router.get("/interpreting", response={200: AssignmentsOut, **REFUSALS})
def assignments(
    request: HttpRequest,
    day: Day | None = None,
    status: InterpreterStatus | None = None,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Any:
    """List the talks of the network with an interpreter, by time; of a local day, of a status."""
    rows = assignments_visible_to(account_of(request))
    rows = rows if day is None else on_day(rows, day)
    rows = rows if status is None else rows.filter(status=status)
    found, about = page_of(with_place(rows), page)
    return {**about, "contents": [AssignmentOut.of(it) for it in found]}


def _own(request: HttpRequest, assignment_id: UUID) -> InterpreterAssignment:
    rows = with_place(assignments_visible_to(account_of(request)))
    return get_object_or_404(
        rows.select_related(
            "interpreter", "appointment__location", "appointment__room",
            "appointment__service__topic", "appointment__visit__network",
        ),
        pk=assignment_id,
    )  # fmt: skip


@router.get("/interpreting/{uuid:assignment_id}", response={200: AssignmentDetailOut, **REFUSALS})
def assignment(request: HttpRequest, assignment_id: UUID) -> Any:
    """Return how one stands, and who else could come: first who can."""
    found = _own(request, assignment_id)
    could = [CandidateOut.of(it) for it in candidates(found)]
    return AssignmentDetailOut(**AssignmentOut.of(found).model_dump(), candidates=could)


@router.post(
    "/interpreting/{uuid:assignment_id}/telephone", response={200: AssignmentOut, **REFUSALS}
)
def telephone(request: HttpRequest, assignment_id: UUID, body: AgreedRequest, key: Key) -> Any:
    """Let the telephone service interpret; 409 `wish-open` while nobody has asked the person."""
    found, by = _own(request, assignment_id), account_of(request)

    def do() -> AssignmentOut:
        actions.switch_to_telephone(assignment=found, by=by, person_agreed=body.person_agreed)
        return AssignmentOut.of(_own(request, assignment_id))

    return keyed(request, key, body, do)


@router.post(
    "/interpreting/{uuid:assignment_id}/another", response={200: AssignmentOut, **REFUSALS}
)
def another(request: HttpRequest, assignment_id: UUID, body: AnotherRequest, key: Key) -> Any:
    """Give the talk to someone else who can take it; 409 `cannot-interpret` says why she cannot."""
    found, by = _own(request, assignment_id), account_of(request)
    everyone = Interpreter.objects.filter(network=network_of(request))
    chosen = get_object_or_404(everyone, pk=body.interpreter)

    def do() -> AssignmentOut:
        actions.ask_another(assignment=found, interpreter=chosen, by=by)
        return AssignmentOut.of(_own(request, assignment_id))

    return keyed(request, key, body, do)


@router.post("/interpreting/{uuid:assignment_id}/{step}", response={200: AssignmentOut, **REFUSALS})
def take_step(request: HttpRequest, assignment_id: UUID, step: Step, key: Key) -> Any:
    """Ask her; note her yes, her no, that she was there; settle the allowance by the rule."""
    found, by = _own(request, assignment_id), account_of(request)
    steps: dict[Step, Callable[[], object]] = {
        Step.OFFER: lambda: actions.offer(assignment=found, address=answer_address(found), by=by),
        Step.ACCEPT: lambda: actions.accept(assignment=found, by=by),
        Step.DECLINE: lambda: actions.decline(assignment=found, by=by),
        Step.DONE: lambda: actions.note_done(assignment=found, by=by),
        Step.SETTLE: lambda: actions.settle(assignment=found, by=by),
    }

    def do() -> AssignmentOut:
        steps[step]()
        return AssignmentOut.of(_own(request, assignment_id))

    return keyed(request, key, None, do)
