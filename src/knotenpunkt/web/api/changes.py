"""Changes of a booked visit for machines. Each POST is safe to repeat with its key."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import Field

from knotenpunkt.visits.actions import cancel_appointment, extend_hold
from knotenpunkt.visits.actions.changing import hold_change
from knotenpunkt.visits.actions.incidents import cancel_for_organization
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.queries import visits_visible_to
from knotenpunkt.web.access import CASE_ROLES
from knotenpunkt.web.api import schemas
from knotenpunkt.web.api.access import REFUSALS, TokenAuth, account_of, note_look
from knotenpunkt.web.api.keyed import Key, keyed
from knotenpunkt.web.api.schemas import ChangedOut

router = Router(tags=["changes"], auth=TokenAuth(CASE_ROLES))


class ChangeRequest(schemas.Strict):
    """A plan for all that is ahead of a visit, and the version of the visit it was made for."""

    plan: BookingPlan
    version: Annotated[int, Field(ge=1)]


class CancelRequest(schemas.SeenRequest):
    """`by_office` true: the office cancels, and the visit gets a repair task."""

    by_office: bool = False


def _visit(request: HttpRequest, visit_id: UUID) -> Visit:
    found = visits_visible_to(account_of(request)).select_related("person__network", "network")
    visit = get_object_or_404(found, pk=visit_id)
    note_look(request, [visit.person], "api change")
    return visit


@router.post("/visits/{uuid:visit_id}/extend", response={200: ChangedOut, **REFUSALS})
def extend(request: HttpRequest, visit_id: UUID, key: Key) -> Any:
    """Hold fifteen minutes from now, at most three times."""
    visit = _visit(request, visit_id)
    return keyed(
        request, key, None, lambda: ChangedOut.of(extend_hold(visit=visit, by=account_of(request)))
    )


@router.post("/visits/{uuid:visit_id}/changes", response={200: ChangedOut, **REFUSALS})
def change(request: HttpRequest, visit_id: UUID, body: ChangeRequest, key: Key) -> Any:
    """Hold a change; confirm it like a visit, then the old visit leads to the new one."""
    visit = _visit(request, visit_id)

    def do() -> ChangedOut:
        held = hold_change(
            visit=visit, plan=body.plan, seen_version=body.version, by=account_of(request)
        )
        return ChangedOut.of(held)

    return keyed(request, key, body, do)


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

    def do() -> ChangedOut:
        cancel(appointment=appointment, by=account_of(request), seen_version=body.version)
        return ChangedOut.of(visit)

    return keyed(request, key, body, do)
