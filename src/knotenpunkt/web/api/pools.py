"""Capacity that programmes pay for, for machines: figures, ledger, release, who is in it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from knotenpunkt.availability.actions.pools import enrol, leave_pool, release_pool
from knotenpunkt.availability.models import CapacityPool
from knotenpunkt.availability.queries import pools_filled_by, still_running
from knotenpunkt.evaluation.ledger import (
    LedgerLine,
    PoolUse,
    ledger_of,
    pool_uses,
    pools_accounted_to,
)
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.web.access import CASE_ROLES, FIGURE_ROLES
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
from knotenpunkt.web.desk.figures.forms import ReleaseForm
from knotenpunkt.web.desk.pools.forms import EnrolForm

router = Router(tags=["pools"], auth=TokenAuth(FIGURE_ROLES))
OF_PERSONS = TokenAuth(CASE_ROLES)


class PoolOut(Schema):
    """A programme's capacity: who pays, what was used, what is kept for the next four weeks."""

    id: UUID
    organization: UUID
    programme: str
    funder: str
    release_workdays: int
    members: int
    appointments: int
    minutes_kept: int
    minutes_released: int

    @classmethod
    def of(cls, use: PoolUse) -> PoolOut:
        return cls(
            id=use.pool.id,
            organization=use.pool.organization_id,
            programme=use.pool.programme,
            funder=use.pool.funder,
            release_workdays=use.pool.release_workdays,
            members=use.members,
            appointments=use.used,
            minutes_kept=use.minutes_kept,
            minutes_released=use.minutes_released,
        )


class LedgerLineOut(Schema):
    """One appointment in the programme's time. `code` is empty unless the visit is one's own."""

    day: dt.date
    minutes: int
    use: str
    booked_by: UUID | None
    code: str

    @classmethod
    def of(cls, it: LedgerLine) -> LedgerLineOut:
        booked_by = it.booked_by.id if it.booked_by else None
        return cls(day=it.day, minutes=it.minutes, use=it.use, booked_by=booked_by, code=it.code)


class LedgerOut(schemas.Page):
    contents: list[LedgerLineOut]


class ReleaseRequest(schemas.Strict):
    """Local days, both included, that are for everyone from now on, and why."""

    first: dt.date
    last: dt.date
    note: Annotated[str, Field(min_length=1, max_length=200)]


class ReleaseOut(Schema):
    id: UUID
    released_at: dt.datetime


class MemberRequest(schemas.Strict):
    """A person for whom the programme pays, until `last_on` (included) or until she leaves."""

    person: UUID
    last_on: dt.date | None = None


class MemberOut(Schema):
    pool: UUID
    person: UUID
    is_in: bool


@router.get("/pools", response={200: list[PoolOut], **REFUSALS})
def pools(request: HttpRequest) -> Any:
    """List the pools one accounts for: a coordinator's are the network's, others' their own."""
    return [PoolOut.of(use) for use in pool_uses(pools_accounted_to(account_of(request)))]


def _pool(request: HttpRequest, pool_id: UUID) -> CapacityPool:
    return get_object_or_404(pools_accounted_to(account_of(request)), pk=pool_id)


@router.get("/pools/{uuid:pool_id}/ledger", response={200: LedgerOut, **REFUSALS})
def ledger(
    request: HttpRequest, pool_id: UUID, page: Annotated[int, Query(ge=1, le=10_000)] = 1
) -> Any:
    """List who used what of a pool's time, the newest first."""
    found = ledger_of(_pool(request, pool_id), account_of(request))
    with system_scope("the ledger of a programme, without names of other houses"):
        rows, about = page_of(found, page)
        lines = [LedgerLine.of(row) for row in rows]
    note_look(request, [it.person for it in lines if it.person], "api ledger")
    return {**about, "contents": [LedgerLineOut.of(it) for it in lines]}


@router.post("/pools/{uuid:pool_id}/release", response={201: ReleaseOut, **REFUSALS})
def release(request: HttpRequest, pool_id: UUID, body: ReleaseRequest, key: Key) -> Any:
    """Give days of a pool to everyone before their time."""
    pool = _pool(request, pool_id)

    def do(form: ReleaseForm) -> ReleaseOut:
        row = release_pool(pool=pool, **form.cleaned_data, by=account_of(request))
        return ReleaseOut(id=row.id, released_at=row.released_at)

    return keyed_form(request, key, body, ReleaseForm, do)


@router.post(
    "/pools/{uuid:pool_id}/members", response={200: MemberOut, **REFUSALS}, auth=OF_PERSONS
)
def join(request: HttpRequest, pool_id: UUID, body: MemberRequest, key: Key) -> Any:
    """Let the programme pay for a person from today."""
    pool = get_object_or_404(still_running(pools_filled_by(account_of(request))), pk=pool_id)
    person = person_of(request, body.person, "api pools")

    def form(values: dict[str, Any]) -> EnrolForm:
        return EnrolForm({**values, "pool": pool.pk}, by=account_of(request))

    def do(filled: EnrolForm) -> MemberOut:
        last_on = filled.cleaned_data["last_on"]
        enrol(pool=pool, person=person, last=last_on, by=account_of(request))
        return MemberOut(pool=pool.id, person=person.id, is_in=True)

    return keyed_form(request, key, body, form, do, 200)


@router.post(
    "/pools/{uuid:pool_id}/members/{uuid:person_id}/leave",
    response={200: MemberOut, **REFUSALS},
    auth=OF_PERSONS,
)
def leave(request: HttpRequest, pool_id: UUID, person_id: UUID, key: Key) -> Any:
    """Let it end; what is booked stays booked."""
    pool = get_object_or_404(pools_filled_by(account_of(request)), pk=pool_id)
    person = person_of(request, person_id, "api pools")

    def do() -> MemberOut:
        leave_pool(pool=pool, person=person, by=account_of(request))
        return MemberOut(pool=pool.id, person=person.id, is_in=False)

    return keyed(request, key, None, do)
