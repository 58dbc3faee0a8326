"""Open hours for machines: numbers, whose turn it is, who is called on the screen."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Location
from knotenpunkt.visits.actions.queue import TicketWish, call_next, end_ticket, take_ticket
from knotenpunkt.visits.day import (
    appointments_of_code,
    calls_at,
    expected_turns,
    tickets_visible_to,
)
from knotenpunkt.visits.enums import QueueStatus
from knotenpunkt.visits.models import QueueTicket, Visit
from knotenpunkt.visits.waits import Turn
from knotenpunkt.web.access import DESK_ROLES
from knotenpunkt.web.api import schemas
from knotenpunkt.web.api.access import REFUSALS, TokenAuth, account_of, location_of
from knotenpunkt.web.api.keyed import FormRefused, Key, keyed, keyed_form
from knotenpunkt.web.desk.day.forms import TicketForm

router = Router(tags=["open hours"], auth=TokenAuth(DESK_ROLES))
OPEN = (QueueStatus.WAITING, QueueStatus.CALLED)


class TicketRequest(schemas.Strict):
    """Someone without an appointment; `code` of her visit today keeps its legs whole."""

    language: Annotated[str, Field(max_length=8)]
    minutes: int = 15
    code: Annotated[schemas.Text, Field(max_length=120)] = ""


class End(StrEnum):
    SERVED = "served"
    LEFT = "left"


class EndRequest(schemas.Strict):
    """How a number ends: the talk is over, or she has left."""

    how: End


class TicketOut(Schema):
    """A number. `expected_at`: about when it is called; null: nobody has time for it today."""

    id: UUID
    location: UUID
    sign: str
    language: str
    minutes: int
    status: str
    staff_member: UUID | None
    expected_at: dt.datetime | None

    @classmethod
    def of(cls, it: QueueTicket, turn: Turn | None) -> TicketOut:
        return cls(
            id=it.id,
            location=it.location_id,
            sign=str(it),
            language=it.language,
            minutes=it.minutes,
            status=it.status,
            staff_member=it.staff_member_id,
            expected_at=dt.datetime.fromtimestamp(turn.start * 60, dt.UTC) if turn else None,
        )


class CallOut(Schema):
    """A line of the screen: a number or the second half of a code, and where to go."""

    sign: str
    room: str
    at: dt.datetime


def _shown(request: HttpRequest, location: Location) -> list[TicketOut]:
    rows = tickets_visible_to(account_of(request)).filter(
        location=location, day=clock.today(), status__in=OPEN
    )
    tickets = list(rows.select_related("location", "organization", "visit"))
    turns = expected_turns([it for it in tickets if it.status == QueueStatus.WAITING])
    return [TicketOut.of(it, turns.get(it.id)) for it in tickets]


def _one(request: HttpRequest, ticket: QueueTicket) -> TicketOut:
    open_ones = {it.id: it for it in _shown(request, ticket.location)}
    return open_ones.get(ticket.id) or TicketOut.of(ticket, None)


@router.get("/locations/{uuid:location_id}/tickets", response={200: list[TicketOut], **REFUSALS})
def tickets(request: HttpRequest, location_id: UUID) -> Any:
    """List who waits at a place for the own organization today, and who is called."""
    return _shown(request, location_of(request, location_id))


@router.post("/locations/{uuid:location_id}/tickets", response={201: TicketOut, **REFUSALS})
def give(request: HttpRequest, location_id: UUID, body: TicketRequest, key: Key) -> Any:
    """Give the next number of the day. Nobody has to give a name for it."""
    location = location_of(request, location_id)

    def do(form: TicketForm) -> TicketOut:
        values = form.cleaned_data
        visit = _visit(request, values["code"])
        wish = TicketWish(location, values["language"], values["minutes"], visit)
        return _one(request, take_ticket(wish=wish, by=account_of(request)))

    return keyed_form(request, key, body, TicketForm, do)


def _visit(request: HttpRequest, code: str) -> Visit | None:
    if not code:
        return None
    leg = appointments_of_code(account_of(request), code).first()
    if leg is None:
        text = _("There is no appointment with this code here today.")
        raise FormRefused({"code": [{"message": text, "code": "unknown"}]})
    return leg.visit


@router.post("/locations/{uuid:location_id}/tickets/next", response={200: TicketOut, **REFUSALS})
def call(request: HttpRequest, location_id: UUID, key: Key) -> Any:
    """Call the first one whose talk fits before one's own next appointment; else 409."""
    location, by = location_of(request, location_id), account_of(request)

    def do() -> TicketOut:
        called = call_next(location=location, staff_member=by.staff_member, by=by)
        return _one(request, called)

    return keyed(request, key, None, do)


@router.post("/tickets/{uuid:ticket_id}/end", response={200: TicketOut, **REFUSALS})
def end(request: HttpRequest, ticket_id: UUID, body: EndRequest, key: Key) -> Any:
    """Note that the talk is over, or that she has left; what is left of the time is free."""
    rows = tickets_visible_to(account_of(request)).select_related("location")
    ticket = get_object_or_404(rows, pk=ticket_id)

    def do() -> TicketOut:
        ended = end_ticket(ticket=ticket, was_served=body.how == End.SERVED, by=account_of(request))
        return TicketOut.of(ended, None)

    return keyed(request, key, body, do)


@router.get("/locations/{uuid:location_id}/calls", response={200: list[CallOut], **REFUSALS})
def calls(request: HttpRequest, location_id: UUID) -> Any:
    """List who is called at a place now, the latest first: what its screen shows."""
    found = calls_at(location_of(request, location_id))
    return [CallOut(sign=it.sign, room=it.room, at=it.at) for it in found]
