"""Figures for machines: the load of a house, waits against before, and that nobody stands back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from knotenpunkt.evaluation.actions import report_regular_wait
from knotenpunkt.evaluation.benefit import benefit_of, benefit_visible_to
from knotenpunkt.evaluation.models import RegularWait
from knotenpunkt.evaluation.outreach import MonthHeld, PlaceHeld, outreach_of
from knotenpunkt.evaluation.ring_fence import Capacity, capacities, shortfalls
from knotenpunkt.evaluation.waits import Wait, regular_waits
from knotenpunkt.foundation import clock
from knotenpunkt.visits.load import Cell, load_of
from knotenpunkt.web.access import EVERYONE, FIGURE_ROLES
from knotenpunkt.web.api import schemas
from knotenpunkt.web.api.access import REFUSALS, TokenAuth, account_of, location_of, network_of
from knotenpunkt.web.api.keyed import FormRefused, Key, keyed_form
from knotenpunkt.web.api.schemas import Day
from knotenpunkt.web.desk.figures.forms import CheckForm, MonthForm

router = Router(tags=["figures"], auth=TokenAuth(FIGURE_ROLES))
FOR_ALL = TokenAuth(EVERYONE)


class CellOut(Schema):
    """One hour: minutes that are open, and of them those that are taken."""

    open: int
    taken: int

    @classmethod
    def row(cls, cells: list[Cell]) -> list[CellOut]:
        return [cls(open=it.open, taken=it.taken) for it in cells]


class TopicLoadOut(Schema):
    topic: str
    cells: list[CellOut]


class LoadOut(Schema):
    """`hours` are local ones; each row has a cell for each. Staff of two topics count in both."""

    day: dt.date
    hours: list[int]
    whole: list[CellOut]
    topics: list[TopicLoadOut]


class OfOrganization(Schema):
    """A row about one organization; its fields are named as those of what the figures return."""

    organization: UUID

    @staticmethod
    def resolve_organization(row: Wait | RegularWait | Capacity) -> UUID:
        return row.organization.id


class WaitOut(OfOrganization):
    """Working days that half of the regular clients waited at most; null: fewer than five."""

    baseline: float
    reported: float | None
    reported_month: dt.date | None
    booked_here: float | None
    change_percent: int | None
    is_alarming: bool

    @staticmethod
    def resolve_change_percent(row: Wait) -> int | None:
        return row.change


class MonthRequest(schemas.Strict):
    """A month of the own organization's calendar (any day of it): a count and a median."""

    month: dt.date
    appointments: Annotated[int, Field(ge=1, le=1_000_000)]
    median_wait_workdays: Annotated[Decimal, Field(ge=0, le=999, decimal_places=1)]


class MonthOut(OfOrganization):
    month: dt.date
    appointments: int
    median_wait_workdays: float


class CapacityOut(OfOrganization):
    """Minutes of one organization: open to everyone, the same without programmes, on top."""

    regular_minutes: int
    without_programmes_minutes: int
    programme_minutes: int
    doubled_minutes: int
    is_whole: bool


class ShortfallOut(Schema):
    """A day on which a programme takes somebody's regular time, or is paid for it."""

    resource: UUID
    day: dt.date
    missing_minutes: int
    doubled_minutes: int


class CheckOut(Schema):
    """`is_whole`: nobody stands back for a programme, on any of these days."""

    first: dt.date
    last: dt.date
    is_whole: bool
    organizations: list[CapacityOut]
    shortfalls: list[ShortfallOut]


class FigureOut(Schema):
    """A count of this year up to today and of the last; null: fewer than five."""

    figure: str
    this_year: int | None
    last_year: int | None


class DemandOut(Schema):
    """How often hours were asked for; null: fewer than five."""

    appointments: int | None
    walk_ins: int | None
    not_found: int | None


class MonthHeldOut(Schema):
    """One month (its first day): minutes held, and those of a month of the baseline."""

    month: dt.date
    minutes: int
    baseline: int | None
    demand: DemandOut

    @staticmethod
    def resolve_month(row: MonthHeld) -> dt.date:
        return row.first


class PlaceHeldOut(Schema):
    """The hours that an organization held at a place of another."""

    location: UUID
    organization: UUID
    months: list[MonthHeldOut]

    @staticmethod
    def resolve_location(row: PlaceHeld) -> UUID:
        return row.location.id

    @staticmethod
    def resolve_organization(row: PlaceHeld) -> UUID:
        return row.organization.id


@router.get("/locations/{uuid:location_id}/load", response={200: LoadOut, **REFUSALS}, auth=FOR_ALL)
def load(request: HttpRequest, location_id: UUID, day: Day | None = None) -> Any:
    """Return how full a house is on a local day (today), by hour and topic."""
    chosen = day or clock.today()
    found = load_of(location_of(request, location_id), chosen)
    topics = [TopicLoadOut(topic=it.code, cells=CellOut.row(row)) for it, row in found.topics]
    return LoadOut(day=chosen, hours=found.hours, whole=CellOut.row(found.whole), topics=topics)


@router.get("/capacity/waits", response={200: list[WaitOut], **REFUSALS})
def waits(request: HttpRequest) -> Any:
    """List the waits of regular clients against before the programmes, for each organization."""
    return regular_waits(network_of(request))


@router.post("/capacity/waits", response={201: MonthOut, **REFUSALS})
def report(request: HttpRequest, body: MonthRequest, key: Key) -> Any:
    """Report a month of the own calendar; a second report of a month replaces the first."""

    def do(form: MonthForm) -> MonthOut:
        return MonthOut.from_orm(report_regular_wait(**form.cleaned_data, by=account_of(request)))

    return keyed_form(request, key, body, MonthForm, do)


@router.get("/capacity/check", response={200: CheckOut, **REFUSALS})
def check(request: HttpRequest, first: dt.date | None = None, days: int = 28) -> Any:
    """Compare what is open to everyone with what would be open without programmes."""
    form = CheckForm({"first": first, "days": days})
    if not form.is_valid():
        raise FormRefused(form.errors.get_json_data())
    network, (start, last) = network_of(request), form.span
    found = shortfalls(network, start, last)
    return {
        "first": start,
        "last": last,
        "is_whole": not found,
        "organizations": capacities(network, start, last),
        "shortfalls": found,
    }


@router.get("/outreach", response={200: list[PlaceHeldOut], **REFUSALS})
def outreach(request: HttpRequest) -> Any:
    """List the hours held at other houses in the last months, with what was asked for."""
    return outreach_of(network_of(request)).places


@router.get(
    "/organizations/{uuid:organization_id}/benefit",
    response={200: list[FigureOut], **REFUSALS},
)
def benefit(request: HttpRequest, organization_id: UUID) -> Any:
    """Count what working together brought an office: one's own, for coordinators any."""
    own = benefit_visible_to(account_of(request))
    return benefit_of(get_object_or_404(own, pk=organization_id))
