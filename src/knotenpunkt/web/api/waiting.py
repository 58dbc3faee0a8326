"""The waiting list for machines: who waits, join, leave, take or decline what is offered."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from knotenpunkt.visits.actions.waiting import decline_offer, join_line, leave_line, take_offer
from knotenpunkt.visits.enums import IN_LINE, OfferStatus
from knotenpunkt.visits.models import WaitingEntry, WaitingOffer
from knotenpunkt.visits.queries import visits_visible_to, waiting_visible_to, with_offers
from knotenpunkt.web.access import CASE_ROLES
from knotenpunkt.web.api import schemas
from knotenpunkt.web.api.access import (
    REFUSALS,
    TokenAuth,
    account_of,
    note_look,
    page_of,
    person_of,
)
from knotenpunkt.web.api.keyed import Key, keyed, keyed_form
from knotenpunkt.web.api.schemas import ChangedOut
from knotenpunkt.web.desk.waiting.forms import JoinForm

router = Router(tags=["waiting list"], auth=TokenAuth(CASE_ROLES))


class JoinRequest(schemas.Strict):
    """For open needs of a person, or for an earlier time of a visit she has."""

    person: UUID
    services: Annotated[list[UUID], Field(max_length=10)] = []
    visit: UUID | None = None
    last_on: dt.date = Field(description="a time after this local day is of no use to her")


class OfferOut(Schema):
    """A time held for her until `expires_at`; `visit` shows it."""

    id: UUID
    visit: UUID
    expires_at: dt.datetime


class EntryOut(Schema):
    """Someone in line. `since` says her place."""

    id: UUID
    person: UUID
    services: list[UUID]
    visit: UUID | None
    last_on: dt.date
    since: dt.datetime
    status: str
    offer: OfferOut | None

    @classmethod
    def of(cls, entry: WaitingEntry) -> EntryOut:
        found = next((it for it in entry.offers.all() if it.status == OfferStatus.OPEN), None)
        offer = (
            OfferOut(id=found.id, visit=found.visit_id, expires_at=found.expires_at)
            if found
            else None
        )
        return cls(
            id=entry.id,
            person=entry.person_id,
            services=sorted(it.id for it in entry.services.all()),
            visit=entry.visit_id,
            last_on=entry.last_on,
            since=entry.since,
            status=entry.status,
            offer=offer,
        )


class LineOut(schemas.Page):
    contents: list[EntryOut]


@router.get("/waiting", response={200: LineOut, **REFUSALS})
def line(request: HttpRequest, page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> Any:
    """List who of the own organization waits, the first in line first."""
    rows = with_offers(waiting_visible_to(account_of(request)).filter(status__in=IN_LINE))
    found, about = page_of(rows.order_by("since", "id"), page)
    note_look(request, [it.person for it in found], "api waiting list")
    return {**about, "contents": [EntryOut.of(it) for it in found]}


@router.post("/waiting", response={201: EntryOut, **REFUSALS})
def join(request: HttpRequest, body: JoinRequest, key: Key) -> Any:
    """Put a person at the end of the line; who waits for the same already keeps her place."""
    account, person = account_of(request), person_of(request, body.person, "api waiting list")

    def form(values: dict[str, Any]) -> JoinForm:
        return JoinForm(values, person=person, visits=visits_visible_to(account))

    def do(filled: JoinForm) -> EntryOut:
        entry = join_line(**filled.wanted, person=person, by=account)
        return _shown(entry)

    return keyed_form(request, key, body, form, do)


@router.post("/waiting/{uuid:entry_id}/leave", response={200: EntryOut, **REFUSALS})
def leave(request: HttpRequest, entry_id: UUID, key: Key) -> Any:
    """Take her off the list; an open offer goes on to the next."""
    account = account_of(request)
    found = waiting_visible_to(account).select_related("person")
    entry = get_object_or_404(found, pk=entry_id)
    note_look(request, [entry.person], "api waiting list")
    return keyed(request, key, None, lambda: _shown(leave_line(entry=entry, by=account)))


def _shown(entry: WaitingEntry) -> EntryOut:
    return EntryOut.of(with_offers(WaitingEntry.objects.filter(pk=entry.pk)).get())


@router.post("/offers/{uuid:offer_id}/take", response={200: ChangedOut, **REFUSALS})
def take(request: HttpRequest, offer_id: UUID, key: Key) -> Any:
    """Book what is held for someone in line."""
    offer = _offer(request, offer_id)
    return keyed(
        request, key, None, lambda: ChangedOut.of(take_offer(offer=offer, by=account_of(request)))
    )


@router.post("/offers/{uuid:offer_id}/decline", response={200: ChangedOut, **REFUSALS})
def decline(request: HttpRequest, offer_id: UUID, key: Key) -> Any:
    """Say no for someone in line: the time goes to the next, she keeps her place."""
    offer = _offer(request, offer_id)

    def do() -> ChangedOut:
        return ChangedOut.of(decline_offer(offer=offer, by=account_of(request)).visit)

    return keyed(request, key, None, do)


def _offer(request: HttpRequest, offer_id: UUID) -> WaitingOffer:
    own = WaitingOffer.objects.filter(entry__in=waiting_visible_to(account_of(request)))
    offer = get_object_or_404(own.select_related("entry__person"), pk=offer_id)
    note_look(request, [offer.entry.person], "api offer")
    return offer
