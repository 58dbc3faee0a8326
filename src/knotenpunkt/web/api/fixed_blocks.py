"""Binding appointments of authorities for machines: entered, changed, taken out; never made."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from knotenpunkt.visits.actions.fixed_blocks import (
    Block,
    change_fixed_block,
    enter_fixed_block,
    remove_fixed_block,
)
from knotenpunkt.visits.models import ExternalAppointment
from knotenpunkt.visits.plan import Moment
from knotenpunkt.visits.queries import fixed_blocks_visible_to
from knotenpunkt.web.access import CASE_ROLES
from knotenpunkt.web.api import schemas
from knotenpunkt.web.api.access import REFUSALS, TokenAuth, account_of, note_look, person_of
from knotenpunkt.web.api.keyed import Key, keyed

router = Router(tags=["fixed blocks"], auth=TokenAuth(CASE_ROLES))


class BlockRequest(schemas.Strict):
    """What the letter says. `displace`: booked appointments there yield and become tasks."""

    authority: Annotated[schemas.Text, Field(min_length=1, max_length=120)]
    starts_at: Moment
    ends_at: Moment
    place: Annotated[schemas.Text, Field(max_length=200)] = ""
    way_minutes: Annotated[int, Field(ge=0, le=240)] = 30
    displace: bool = False

    @property
    def block(self) -> Block:
        names = ("authority", "place", "way_minutes")
        return Block(
            **{name: getattr(self, name) for name in names},
            starts_at=self.starts_at.astimezone(dt.UTC),
            ends_at=self.ends_at.astimezone(dt.UTC),
        )


class BlockOut(Schema):
    id: UUID
    person: UUID
    authority: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str
    way_minutes: int
    removed_at: dt.datetime | None

    @classmethod
    def of(cls, row: ExternalAppointment) -> BlockOut:
        names = ("id", "authority", "starts_at", "ends_at", "place", "way_minutes", "removed_at")
        return cls(**{name: getattr(row, name) for name in names}, person=row.person_id)


@router.get("/persons/{uuid:person_id}/fixed-blocks", response={200: list[BlockOut], **REFUSALS})
def blocks(request: HttpRequest, person_id: UUID) -> Any:
    """List what the own organization has entered for a person."""
    person = person_of(request, person_id, "api fixed blocks")
    rows = fixed_blocks_visible_to(account_of(request)).filter(person=person)
    return [BlockOut.of(row) for row in rows.order_by("starts_at", "pk")[:200]]


@router.post("/persons/{uuid:person_id}/fixed-blocks", response={201: BlockOut, **REFUSALS})
def enter(request: HttpRequest, person_id: UUID, body: BlockRequest, key: Key) -> Any:
    """Enter a binding appointment; planning keeps clear of it."""
    person = person_of(request, person_id, "api fixed blocks")

    def do() -> BlockOut:
        row = enter_fixed_block(
            person=person, block=body.block, by=account_of(request), displace=body.displace
        )
        return BlockOut.of(row)

    return keyed(request, key, body, do, status=201)


def _block(request: HttpRequest, block_id: UUID) -> ExternalAppointment:
    # Removed ones too: a retry of the removal finds its row, and gets its first answer.
    rows = fixed_blocks_visible_to(account_of(request), with_removed=True)
    row = get_object_or_404(rows.select_related("person"), pk=block_id)
    note_look(request, [row.person], "api fixed blocks")
    return row


@router.post("/fixed-blocks/{uuid:block_id}/change", response={200: BlockOut, **REFUSALS})
def change(request: HttpRequest, block_id: UUID, body: BlockRequest, key: Key) -> Any:
    """Note that the authority has moved it, or that it was entered wrongly."""
    row = _block(request, block_id)

    def do() -> BlockOut:
        changed = change_fixed_block(
            block=row, to=body.block, by=account_of(request), displace=body.displace
        )
        return BlockOut.of(changed)

    return keyed(request, key, body, do)


@router.post("/fixed-blocks/{uuid:block_id}/remove", response={200: BlockOut, **REFUSALS})
def remove(request: HttpRequest, block_id: UUID, key: Key) -> Any:
    """Take it out again: the authority has called it off."""
    row = _block(request, block_id)

    def do() -> BlockOut:
        return BlockOut.of(remove_fixed_block(block=row, by=account_of(request)))

    return keyed(request, key, None, do)
