"""Changes, repair and the waiting list for machines. Each POST is safe to repeat with its key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from ninja import Header, Router, Schema
from pydantic import Field

from knotenpunkt.foundation.idempotency import Answer, fingerprint, once
from knotenpunkt.network.models import Account
from knotenpunkt.people.actions import log_read
from knotenpunkt.visits.actions import cancel_appointment, extend_hold
from knotenpunkt.visits.actions.changing import hold_change
from knotenpunkt.visits.actions.incidents import cancel_for_organization
from knotenpunkt.visits.actions.repairing import confirm_repair, propose_repair
from knotenpunkt.visits.actions.waiting import decline_offer, take_offer
from knotenpunkt.visits.models import Visit, WaitingOffer
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.queries import (
    repair_tasks_visible_to,
    visits_visible_to,
    waiting_visible_to,
)
from knotenpunkt.web.api import schemas

router = Router(tags=["changes"])
REFUSALS = {401: schemas.Problem, 404: schemas.Problem, 409: schemas.Problem, 422: schemas.Problem}
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=200)]


class ChangeRequest(schemas.Strict):
    """A plan for all that is ahead of a visit, and the version of the visit it was made for."""

    plan: BookingPlan
    version: Annotated[int, Field(ge=1)]


class CancelRequest(schemas.Strict):
    """`by_office` true: the office cancels, and the visit gets a repair task."""

    version: Annotated[int, Field(ge=1)] | None = None
    by_office: bool = False


class ChangedOut(Schema):
    """The visit after the step; `version` belongs into the next change."""

    id: UUID
    code: str
    status: str
    version: int


def _account(request: HttpRequest) -> Account:
    return request.auth  # type: ignore[attr-defined, no-any-return]


def _visit(request: HttpRequest, visit_id: UUID) -> Visit:
    found = visits_visible_to(_account(request)).select_related("person__network", "network")
    visit = get_object_or_404(found, pk=visit_id)
    log_read(persons=[visit.person], by=_account(request), what="api change")
    return visit


def _once(request: HttpRequest, key: str, body: Any, do: Callable[[], Visit]) -> JsonResponse:
    """Do it once for this key and address; answer with the visit as it is then."""

    def answer() -> Answer:
        visit = do()
        visit.refresh_from_db()
        shown = ChangedOut(id=visit.id, code=visit.code, status=visit.status, version=visit.version)
        return Answer(200, shown.model_dump(mode="json"))

    kept = once(
        scope=f"account/{_account(request).pk}",
        key=key,
        request=fingerprint(request.method, request.path, body),
        do=answer,
    )
    return JsonResponse(kept.body, status=kept.status_code)


@router.post("/visits/{uuid:visit_id}/extend", response={200: ChangedOut, **REFUSALS})
def extend(request: HttpRequest, visit_id: UUID, key: Key) -> Any:
    """Hold fifteen minutes from now, at most three times."""
    visit = _visit(request, visit_id)
    return _once(request, key, None, lambda: extend_hold(visit=visit, by=_account(request)))


@router.post("/visits/{uuid:visit_id}/changes", response={200: ChangedOut, **REFUSALS})
def change(request: HttpRequest, visit_id: UUID, body: ChangeRequest, key: Key) -> Any:
    """Hold a change; confirm it like a visit, then the old visit leads to the new one."""
    visit = _visit(request, visit_id)

    def do() -> Visit:
        return hold_change(
            visit=visit, plan=body.plan, seen_version=body.version, by=_account(request)
        )

    return _once(request, key, body.model_dump(mode="json"), do)


@router.post(
    "/visits/{uuid:visit_id}/appointments/{uuid:appointment_id}/cancel",
    response={200: ChangedOut, **REFUSALS},
)
def cancel_one(
    request: HttpRequest, visit_id: UUID, appointment_id: UUID, body: CancelRequest, key: Key
) -> Any:
    """Cancel one appointment; the person gets a dated receipt."""
    visit = _visit(request, visit_id)
    appointment = get_object_or_404(visit.appointments, pk=appointment_id)
    cancel = cancel_for_organization if body.by_office else cancel_appointment

    def do() -> Visit:
        cancel(appointment=appointment, by=_account(request), seen_version=body.version)
        return visit

    return _once(request, key, body.model_dump(mode="json"), do)


@router.post("/repairs/{uuid:task_id}/propose", response={200: ChangedOut, **REFUSALS})
def propose(request: HttpRequest, task_id: UUID, key: Key) -> Any:
    """Hold the least disruptive replacement for a hurt visit; answers with the held change."""
    task = get_object_or_404(repair_tasks_visible_to(_account(request)), pk=task_id)

    def do() -> Visit:
        proposal = propose_repair(task=task, by=_account(request)).proposal
        return proposal or task.visit

    return _once(request, key, None, do)


@router.post("/repairs/{uuid:task_id}/confirm", response={200: ChangedOut, **REFUSALS})
def repair(request: HttpRequest, task_id: UUID, key: Key) -> Any:
    """Book the replacement that is held; everyone concerned is told."""
    task = get_object_or_404(repair_tasks_visible_to(_account(request)), pk=task_id)
    return _once(request, key, None, lambda: confirm_repair(task=task, by=_account(request)))


@router.post("/offers/{uuid:offer_id}/take", response={200: ChangedOut, **REFUSALS})
def take(request: HttpRequest, offer_id: UUID, key: Key) -> Any:
    """Book what is held for someone in line."""
    offer = _offer(request, offer_id)
    return _once(request, key, None, lambda: take_offer(offer=offer, by=_account(request)))


@router.post("/offers/{uuid:offer_id}/decline", response={200: ChangedOut, **REFUSALS})
def decline(request: HttpRequest, offer_id: UUID, key: Key) -> Any:
    """Say no for someone in line: the time goes to the next, she keeps her place."""
    offer = _offer(request, offer_id)
    return _once(request, key, None, lambda: decline_offer(offer=offer, by=_account(request)).visit)


def _offer(request: HttpRequest, offer_id: UUID) -> WaitingOffer:
    own = WaitingOffer.objects.filter(entry__in=waiting_visible_to(_account(request)))
    return get_object_or_404(own, pk=offer_id)
