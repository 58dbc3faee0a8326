"""Figures for machines: the load of a house, waits against before, and that nobody stands back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from knotenpunkt.evaluation.actions import report_regular_wait
from knotenpunkt.evaluation.models import RegularWait
from knotenpunkt.evaluation.ring_fence import Capacity, Shortfall, capacities, shortfalls
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


class WaitOut(Schema):
    """Working days that half of the regular clients waited at most; null: fewer than five."""

    organization: UUID
    baseline: float
    reported: float | None
    reported_month: dt.date | None
    booked_here: float | None
    change_percent: int | None
    is_alarming: bool

    @classmethod
    def of(cls, it: Wait) -> WaitOut:
        return cls(
            organization=it.organization.id,
            baseline=it.baseline,
            reported=it.reported,
            reported_month=it.reported_month,
            booked_here=it.booked_here,
            change_percent=it.change,
            is_alarming=it.is_alarming,
        )


class MonthRequest(schemas.Strict):
    """A month of the own organization's calendar (any day of it): a count and a median."""

    month: dt.date
    appointments: Annotated[int, Field(ge=1, le=1_000_000)]
    median_wait_workdays: Annotated[Decimal, Field(ge=0, le=999, decimal_places=1)]


class MonthOut(Schema):
    organization: UUID
    month: dt.date
    appointments: int
    median_wait_workdays: float

    @classmethod
    def of(cls, it: RegularWait) -> MonthOut:
        return cls(
            organization=it.organization_id,
            month=it.month,
            appointments=it.appointments,
            median_wait_workdays=float(it.median_wait_workdays),
        )


class CapacityOut(Schema):
    """Minutes of one organization: open to everyone, the same without programmes, on top."""

    organization: UUID
    regular_minutes: int
    without_programmes_minutes: int
    programme_minutes: int
    doubled_minutes: int
    is_whole: bool

    @classmethod
    def of(cls, it: Capacity) -> CapacityOut:
        return cls(
            organization=it.organization.id,
            regular_minutes=it.regular_minutes,
            without_programmes_minutes=it.without_programmes_minutes,
            programme_minutes=it.programme_minutes,
            doubled_minutes=it.doubled_minutes,
            is_whole=it.is_whole,
        )


class ShortfallOut(Schema):
    """A day on which a programme takes somebody's regular time, or is paid for it."""

    resource: UUID
    day: dt.date
    missing_minutes: int
    doubled_minutes: int

    @classmethod
    def of(cls, it: Shortfall) -> ShortfallOut:
        return cls(
            resource=it.resource,
            day=it.day,
            missing_minutes=it.missing_minutes,
            doubled_minutes=it.doubled_minutes,
        )


class CheckOut(Schema):
    """`is_whole`: nobody stands back for a programme, on any of these days."""

    first: dt.date
    last: dt.date
    is_whole: bool
    organizations: list[CapacityOut]
    shortfalls: list[ShortfallOut]


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
    return [WaitOut.of(it) for it in regular_waits(network_of(request))]


@router.post("/capacity/waits", response={201: MonthOut, **REFUSALS})
def report(request: HttpRequest, body: MonthRequest, key: Key) -> Any:
    """Report a month of the own calendar; a second report of a month replaces the first."""

    def do(form: MonthForm) -> MonthOut:
        return MonthOut.of(report_regular_wait(**form.cleaned_data, by=account_of(request)))

    return keyed_form(request, key, body, MonthForm, do)


@router.get("/capacity/check", response={200: CheckOut, **REFUSALS})
def check(request: HttpRequest, first: dt.date | None = None, days: int = 28) -> Any:
    """Compare what is open to everyone with what would be open without programmes."""
    form = CheckForm({"first": first, "days": days})
    if not form.is_valid():
        raise FormRefused(form.errors.get_json_data())
    network, (start, last) = network_of(request), form.span
    found = shortfalls(network, start, last)
    return CheckOut(
        first=start,
        last=last,
        is_whole=not found,
        organizations=[CapacityOut.of(it) for it in capacities(network, start, last)],
        shortfalls=[ShortfallOut.of(it) for it in found],
    )
