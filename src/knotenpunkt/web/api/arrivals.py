"""The day itself for machines: who comes, she is here, she is called, it runs late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from knotenpunkt.foundation import clock
from knotenpunkt.visits.actions.attendance import note_attended, note_excused, note_no_show
from knotenpunkt.visits.actions.day import LONGEST_DELAY, arrive, call, note_delay, undo_check_in
from knotenpunkt.visits.day import appointment_of_house, appointments_of_code, day_list
from knotenpunkt.visits.enums import AppointmentStatus
from knotenpunkt.visits.models import Appointment
from knotenpunkt.web.access import DESK_ROLES
from knotenpunkt.web.api import schemas
from knotenpunkt.web.api.access import REFUSALS, TokenAuth, account_of, note_look, page_of
from knotenpunkt.web.api.keyed import Key, keyed, keyed_form
from knotenpunkt.web.api.schemas import Day
from knotenpunkt.web.desk.day.forms import CodeForm

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


class CodeRequest(schemas.Strict):
    """The code of a slip, typed or scanned as the address that stands on it."""

    code: Annotated[schemas.Text, Field(max_length=120)]


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


class DayLineOut(ArrivalOut):
    """Who comes: first name, code, time, place, language. Why, and where else, is not here."""

    given_name: str
    ends_at: dt.datetime
    location: UUID
    room: str
    language: str
    staff: list[UUID]

    @classmethod
    def of(cls, it: Appointment) -> DayLineOut:
        arrival = getattr(it, "arrival", None)
        return cls(
            id=it.id,
            code=it.visit.code,
            starts_at=it.starts_at,
            status=it.status,
            delay_minutes=arrival.delay_minutes if arrival else 0,
            given_name=it.visit.person.given_name,
            ends_at=it.ends_at,
            location=it.location_id,
            room=it.room.name if it.room else "",
            language=it.language,
            staff=[one.id for one in it.staff.all()],
        )


class DayOut(schemas.Page):
    contents: list[DayLineOut]


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


@router.get("/day", response={200: DayOut, **REFUSALS})
def day(
    request: HttpRequest,
    day: Day | None = None,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Any:
    """List what the own organization has on a local day (today), by time."""
    found, about = page_of(day_list(account_of(request), day or clock.today()), page)
    note_look(request, [it.visit.person for it in found], "api day")
    return {**about, "contents": [DayLineOut.of(it) for it in found]}


@router.post("/check-in", response={200: ArrivalOut, **REFUSALS})
def check_in_by_code(request: HttpRequest, body: CodeRequest, key: Key) -> Any:
    """Check in the next appointment of today with this code at the own organization."""

    def do(form: CodeForm) -> ArrivalOut:
        legs = appointments_of_code(account_of(request), form.cleaned_data["code"])
        leg = legs.filter(status=AppointmentStatus.BOOKED).first()
        if leg is None:
            raise Http404
        note_look(request, [leg.visit.person], "api check-in")
        return ArrivalOut.of(arrive(appointment=leg, by=account_of(request)))

    return keyed_form(request, key, body, CodeForm, do, 200)


@router.post("/appointments/{uuid:appointment_id}/call", response={200: ArrivalOut, **REFUSALS})
def call_her(request: HttpRequest, appointment_id: UUID, key: Key) -> Any:
    """Call her to the room, on the screen of the place; 409 unless she is here."""
    own = _own(request, appointment_id)
    return keyed(
        request, key, None, lambda: ArrivalOut.of(call(appointment=own, by=account_of(request)))
    )


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
