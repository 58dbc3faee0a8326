"""The day itself for machines: she is here, the talk took place, it runs late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router, Schema
from pydantic import Field

from knotenpunkt.visits.actions.attendance import note_attended, note_excused, note_no_show
from knotenpunkt.visits.actions.day import LONGEST_DELAY, arrive, note_delay, undo_check_in
from knotenpunkt.visits.day import appointment_of_house
from knotenpunkt.visits.models import Appointment
from knotenpunkt.web.access import DESK_ROLES
from knotenpunkt.web.api import schemas
from knotenpunkt.web.api.access import REFUSALS, TokenAuth, account_of, note_look
from knotenpunkt.web.api.keyed import Key, keyed

router = Router(tags=["the day"], auth=TokenAuth(DESK_ROLES))


class Outcome(StrEnum):
    ATTENDED = "attended"
    EXCUSED = "excused"
    NO_SHOW = "no_show"
    NOT_HERE = "not_here"


STEPS: dict[Outcome, Callable[..., Appointment]] = {
    Outcome.ATTENDED: note_attended,
    Outcome.EXCUSED: note_excused,
    Outcome.NO_SHOW: note_no_show,
    Outcome.NOT_HERE: undo_check_in,
}


class OutcomeRequest(schemas.Strict):
    """What became of it; `not_here` takes a mistaken check-in back."""

    outcome: Outcome


class DelayRequest(schemas.Strict):
    """How many minutes later it begins; 0 takes a delay back."""

    minutes: Annotated[int, Field(ge=0, le=LONGEST_DELAY)]


class ArrivalOut(Schema):
    """One appointment of the own house: code and time, never its matter."""

    id: UUID
    code: str
    starts_at: dt.datetime
    status: str
    delay_minutes: int

    @classmethod
    def of(cls, it: Appointment) -> ArrivalOut:
        row = Appointment.objects.select_related("visit", "arrival").get(pk=it.pk)
        arrival = getattr(row, "arrival", None)
        return cls(
            id=row.id,
            code=row.visit.code,
            starts_at=row.starts_at,
            status=row.status,
            delay_minutes=arrival.delay_minutes if arrival else 0,
        )


class FollowingOut(Schema):
    """A later appointment that the delay reaches: moved by so many minutes, or only warned."""

    id: UUID
    minutes: int
    is_moved: bool


class DelayedOut(ArrivalOut):
    """`is_told` false: she gave no way to reach her; somebody has to tell her in the house."""

    following: list[FollowingOut]
    is_told: bool


def _own(request: HttpRequest, appointment_id: UUID) -> Appointment:
    found = appointment_of_house(account_of(request), appointment_id)
    if found is None:
        raise Http404
    note_look(request, [found.visit.person], "api day")
    return found


@router.post("/appointments/{uuid:appointment_id}/check-in", response={200: ArrivalOut, **REFUSALS})
def check_in(request: HttpRequest, appointment_id: UUID, key: Key) -> Any:
    """Note that she is in the house."""
    own = _own(request, appointment_id)
    return keyed(
        request, key, None, lambda: ArrivalOut.of(arrive(appointment=own, by=account_of(request)))
    )


@router.post("/appointments/{uuid:appointment_id}/outcome", response={200: ArrivalOut, **REFUSALS})
def outcome(request: HttpRequest, appointment_id: UUID, body: OutcomeRequest, key: Key) -> Any:
    """Note what became of it. It stays in the organization, except as a count."""
    own = _own(request, appointment_id)

    def do() -> ArrivalOut:
        return ArrivalOut.of(STEPS[body.outcome](appointment=own, by=account_of(request)))

    return keyed(request, key, body, do)


@router.post("/appointments/{uuid:appointment_id}/delay", response={200: DelayedOut, **REFUSALS})
def delay(request: HttpRequest, appointment_id: UUID, body: DelayRequest, key: Key) -> Any:
    """Note a delay; later appointments move if they can, or are warned, and she is told once."""
    own = _own(request, appointment_id)

    def do() -> DelayedOut:
        done = note_delay(appointment=own, minutes=body.minutes, by=account_of(request))
        following = [
            FollowingOut(id=it.appointment.id, minutes=it.minutes, is_moved=it.is_moved)
            for it in done.following
        ]
        return DelayedOut(
            **ArrivalOut.of(own).model_dump(), following=following, is_told=done.is_told
        )

    return keyed(request, key, body, do)
