"""What takes booked time away, and what becomes of the visits it hurts, for machines."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.visits.actions.incidents import report_incident
from knotenpunkt.visits.actions.repairing import (
    Outcome,
    confirm_all,
    confirm_repair,
    drop_lost,
    propose_all,
    propose_repair,
    settle,
)
from knotenpunkt.visits.affected import affected_appointments
from knotenpunkt.visits.enums import OPEN_REPAIRS, IncidentKind
from knotenpunkt.visits.models import Appointment, RepairTask
from knotenpunkt.visits.queries import repair_tasks_visible_to, with_repair
from knotenpunkt.web.access import CASE_ROLES
from knotenpunkt.web.api import schemas
from knotenpunkt.web.api.access import REFUSALS, TokenAuth, account_of, note_look, page_of
from knotenpunkt.web.api.keyed import FormRefused, Key, keyed, keyed_form
from knotenpunkt.web.api.schemas import ChangedOut
from knotenpunkt.web.desk.repair.forms import IncidentForm

# Seconds after which no further repair is begun: the answer must come within ten.
BEGINS_WITHIN = 5.0
router = Router(tags=["repair"], auth=TokenAuth(CASE_ROLES))


class IncidentRequest(schemas.Strict):
    """What is missing on which local days (both included); a merger alone has no last day."""

    kind: IncidentKind
    first_on: dt.date
    last_on: dt.date | None = None
    staff_member: UUID | None = None
    location: UUID | None = None
    successor: UUID | None = None
    note: Annotated[str, Field(max_length=200)] = ""


class ReportRequest(IncidentRequest):
    """`seen`: the appointments that `/incidents/affected` named; others by now: 409."""

    seen: Annotated[list[UUID], Field(max_length=5000)] | None = None


class TasksRequest(schemas.Strict):
    """Which tasks; as many as a page of `GET /repairs` lists. After a 503, send fewer."""

    tasks: Annotated[list[UUID], Field(min_length=1, max_length=20)]


class OutcomeOut(Schema):
    """How many went well; `left` need somebody, `waiting` were not begun: ask again for them."""

    done: int
    left: list[UUID]
    waiting: list[UUID]


class AffectedOut(Schema):
    appointments: list[UUID]
    visits: int


class IncidentOut(Schema):
    id: UUID
    tasks: int


class LostOut(Schema):
    """An appointment that cannot take place as it was booked."""

    id: UUID
    service: UUID
    starts_at: dt.datetime
    status: str


class TaskOut(Schema):
    """A hurt visit. `proposal` is the visit held in its place, until `held_until`."""

    id: UUID
    visit: UUID
    code: str
    kind: str
    status: str
    due_on: dt.date
    lost: list[LostOut]
    proposal: UUID | None
    held_until: dt.datetime | None

    @classmethod
    def of(cls, task: RepairTask) -> TaskOut:
        held = task.proposal
        return cls(
            id=task.id,
            visit=task.visit_id,
            code=task.visit.code,
            kind=task.incident.kind,
            status=task.status,
            due_on=task.due_on,
            lost=[_lost_out(it) for it in task.lost.all()],
            proposal=held.id if held else None,
            held_until=held.hold_expires_at if held else None,
        )


class TasksOut(schemas.Page):
    contents: list[TaskOut]


def _lost_out(it: Appointment) -> LostOut:
    return LostOut(id=it.id, service=it.service_id, starts_at=it.starts_at, status=it.status)


@router.post("/incidents/affected", response={200: AffectedOut, **REFUSALS})
def affected(request: HttpRequest, body: IncidentRequest) -> Any:
    """Name the appointments it would hurt. Nothing is changed."""
    form = IncidentForm(_filled(body), by=account_of(request))
    if not form.is_valid():
        raise FormRefused(form.errors.get_json_data())
    rows = affected_appointments(form.report).order_by("pk").values_list("pk", "visit_id")
    with system_scope("what an incident would hurt, without names"):
        found = list(rows)
    return AffectedOut(appointments=[it for it, _ in found], visits=len({it for _, it in found}))


def _filled(body: Schema) -> dict[str, Any]:
    return {name: value for name, value in body.model_dump().items() if value is not None}


@router.post("/incidents", response={201: IncidentOut, **REFUSALS})
def report(request: HttpRequest, body: ReportRequest, key: Key) -> Any:
    """Close what is missing; every visit it hurts becomes a task. Nothing is dropped silently."""
    account = account_of(request)
    seen = None if body.seen is None else frozenset(body.seen)

    def do(form: IncidentForm) -> IncidentOut:
        incident = report_incident(report=form.report, by=account, seen=seen)
        with system_scope("how many visits of whomever need a decision"):
            return IncidentOut(id=incident.id, tasks=incident.tasks.count())

    return keyed_form(request, key, body, lambda values: IncidentForm(values, by=account), do)


@router.get("/repairs", response={200: TasksOut, **REFUSALS})
def tasks(request: HttpRequest, page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> Any:
    """List the open tasks of the own organization, the most urgent first."""
    rows = with_repair(_own(request).filter(status__in=OPEN_REPAIRS))
    found, about = page_of(rows.order_by("due_on", "opened_at", "pk"), page)
    note_look(request, [it.visit.person for it in found], "api repairs")
    return {**about, "contents": [TaskOut.of(it) for it in found]}


def _own(request: HttpRequest) -> QuerySet[RepairTask]:
    return repair_tasks_visible_to(account_of(request))


def _task(request: HttpRequest, task_id: UUID) -> RepairTask:
    task = get_object_or_404(with_repair(_own(request)), pk=task_id)
    note_look(request, [task.visit.person], "api repair")
    return task


def _shown(request: HttpRequest, task_id: UUID) -> TaskOut:
    return TaskOut.of(with_repair(_own(request)).get(pk=task_id))


@router.post("/repairs/propose", response={200: OutcomeOut, **REFUSALS})
def propose_several(request: HttpRequest, body: TasksRequest, key: Key) -> Any:
    """Hold the least disruptive replacement for each of these, the most urgent first."""
    return _several(request, body, key, propose_all)


@router.post("/repairs/confirm", response={200: OutcomeOut, **REFUSALS})
def confirm_several(request: HttpRequest, body: TasksRequest, key: Key) -> Any:
    """Book the replacements that are held for these; everyone concerned is told."""
    return _several(request, body, key, confirm_all)


def _several(
    request: HttpRequest, body: TasksRequest, key: str, repair: Callable[..., Outcome]
) -> Any:
    found = list(with_repair(_own(request).filter(pk__in=body.tasks)).order_by("due_on", "pk"))
    if len(found) != len(set(body.tasks)):
        raise Http404
    note_look(request, [it.visit.person for it in found], "api repairs")

    def do() -> OutcomeOut:
        begun = time.monotonic()
        outcome = repair(
            tasks=found,
            by=account_of(request),
            is_late=lambda: time.monotonic() - begun > BEGINS_WITHIN,
        )
        return OutcomeOut(
            done=outcome.done,
            left=[it.pk for it in outcome.left],
            waiting=[it.pk for it in outcome.waiting],
        )

    return keyed(request, key, body, do)


@router.get("/repairs/{uuid:task_id}", response={200: TaskOut, **REFUSALS})
def task(request: HttpRequest, task_id: UUID) -> Any:
    """Return a task, finished or not."""
    return TaskOut.of(_task(request, task_id))


@router.post("/repairs/{uuid:task_id}/propose", response={200: ChangedOut, **REFUSALS})
def propose(request: HttpRequest, task_id: UUID, key: Key) -> Any:
    """Hold the least disruptive replacement for a hurt visit; answers with the held change."""
    found = _task(request, task_id)

    def do() -> ChangedOut:
        proposal = propose_repair(task=found, by=account_of(request)).proposal
        return ChangedOut.of(proposal or found.visit)

    return keyed(request, key, None, do)


@router.post("/repairs/{uuid:task_id}/confirm", response={200: ChangedOut, **REFUSALS})
def confirm(request: HttpRequest, task_id: UUID, key: Key) -> Any:
    """Book the replacement that is held; everyone concerned is told."""
    found = _task(request, task_id)
    return keyed(
        request,
        key,
        None,
        lambda: ChangedOut.of(confirm_repair(task=found, by=account_of(request))),
    )


@router.post("/repairs/{uuid:task_id}/drop", response={200: TaskOut, **REFUSALS})
def drop(request: HttpRequest, task_id: UUID, key: Key) -> Any:
    """Cancel what is lost; the rest of the visit stays."""
    found = _task(request, task_id)

    def do() -> TaskOut:
        drop_lost(task=found, by=account_of(request))
        return _shown(request, task_id)

    return keyed(request, key, None, do)


@router.post("/repairs/{uuid:task_id}/settle", response={200: TaskOut, **REFUSALS})
def settle_it(request: HttpRequest, task_id: UUID, key: Key) -> Any:
    """Let it take place after all, as it was booked."""
    found = _task(request, task_id)

    def do() -> TaskOut:
        settle(task=found, by=account_of(request))
        return _shown(request, task_id)

    return keyed(request, key, None, do)
