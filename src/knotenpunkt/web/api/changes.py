"""Changes of a booked visit for machines. Each POST is safe to repeat with its key."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import Field

from knotenpunkt.visits.actions import cancel_appointment, extend_hold
from knotenpunkt.visits.actions.changing import hold_change
from knotenpunkt.visits.actions.incidents import cancel_for_organization
from knotenpunkt.visits.enums import LIVING_VISITS
from knotenpunkt.visits.errors import IllegalStep
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.options import (
    Option,
    options_to_add,
    options_to_move,
    options_to_swap,
)
from knotenpunkt.visits.queries import after_change, visits_visible_to, with_everything
from knotenpunkt.web.access import CASE_ROLES
from knotenpunkt.web.api import schemas
from knotenpunkt.web.api.access import REFUSALS, TokenAuth, account_of, note_look
from knotenpunkt.web.api.keyed import Key, keyed
from knotenpunkt.web.api.schemas import (
    AppointmentOut,
    ChangedOut,
    OptionOut,
    OptionsOut,
    PreviewOut,
)

router = Router(tags=["changes"], auth=TokenAuth(CASE_ROLES))


class ChangeRequest(schemas.Strict):
    """A plan for all that is ahead of a visit, and the version of the visit it was made for."""

    plan: BookingPlan
    version: Annotated[int, Field(ge=1)]


class CancelRequest(schemas.SeenRequest):
    """`by_office` true: the office cancels, and the visit gets a repair task."""

    by_office: bool = False


class How(StrEnum):
    MOVE = "move"
    SWAP = "swap"


def _visit(request: HttpRequest, visit_id: UUID) -> Visit:
    found = _mine(request).select_related("person__network", "network")
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


@router.get(
    "/visits/{uuid:visit_id}/appointments/{uuid:appointment_id}/options",
    response={200: OptionsOut, **REFUSALS},
)
def options(request: HttpRequest, visit_id: UUID, appointment_id: UUID, how: How) -> Any:
    """List other times of an appointment (move), or who else could have it (swap)."""
    visit = _visit(request, visit_id)
    appointment = get_object_or_404(visit.appointments, pk=appointment_id)
    find = options_to_move if how == How.MOVE else options_to_swap
    return _options(visit, find(visit, appointment))


@router.get("/visits/{uuid:visit_id}/additions", response={200: OptionsOut, **REFUSALS})
def additions(request: HttpRequest, visit_id: UUID, service: UUID) -> Any:
    """List times at which one more need fits around what is booked."""
    visit = _visit(request, visit_id)
    if visit.status not in LIVING_VISITS:
        raise IllegalStep("visit", visit.pk, visit.status, "added to")
    return _options(visit, options_to_add(visit, service))


def _options(visit: Visit, found: list[Option]) -> OptionsOut:
    return OptionsOut(
        version=visit.version,
        options=[
            OptionOut(
                plan=it.plan,
                new_leg=it.plan.legs.index(it.leg),
                is_same_day=it.is_same_day,
                is_same_staff=it.is_same_staff,
            )
            for it in found
        ],
    )


@router.get("/visits/{uuid:visit_id}/preview", response={200: PreviewOut, **REFUSALS})
def preview(request: HttpRequest, visit_id: UUID) -> Any:
    """Show what a held change changes for whom; 404 for a visit that changes no other."""
    held = get_object_or_404(with_everything(_mine(request)), pk=visit_id, changes__isnull=False)
    before = get_object_or_404(with_everything(_mine(request)), pk=held.changes_id)
    note_look(request, [held.person], "api change")
    old, new = list(before.appointments.all()), list(held.appointments.all())
    after = {it.pk for it in after_change(old, held)}
    moved = {it.moved_from_id for it in new}
    ends = [it for it in old if it.pk in moved]
    return PreviewOut(
        visit=held.pk,
        changes=before.pk,
        ends=[AppointmentOut.of(it) for it in ends],
        begins=[AppointmentOut.of(it) for it in new],
        stays=[AppointmentOut.of(it) for it in old if it.pk in after],
        free_again=sorted({one.pk for it in ends for one in it.staff.all()}),
        have_a_talk=sorted({one.pk for it in new for one in it.staff.all()}),
    )


def _mine(request: HttpRequest) -> QuerySet[Visit]:
    return visits_visible_to(account_of(request))


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
