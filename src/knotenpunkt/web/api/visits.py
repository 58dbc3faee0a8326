"""Visits for machines: plan, hold, extend, look, confirm, cancel."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router

from knotenpunkt.directory.models import Token
from knotenpunkt.foundation import clock
from knotenpunkt.people.enums import GenderWish
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import cancel_visit, confirm_visit, hold_visit
from knotenpunkt.visits.errors import TimesTaken
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.planning.proposals import Proposals, propose_visits
from knotenpunkt.visits.planning.wish import VisitWish, wish_of
from knotenpunkt.visits.queries import visits_visible_to, with_everything
from knotenpunkt.web.access import CASE_ROLES
from knotenpunkt.web.api import schemas
from knotenpunkt.web.api.access import (
    REFUSALS,
    TokenAuth,
    account_of,
    network_of,
    note_look,
    person_of,
)
from knotenpunkt.web.api.keyed import Key, keyed
from knotenpunkt.web.api.problems import problem

USUAL_HORIZON = dt.timedelta(days=21)
router = Router(tags=["visits"], auth=TokenAuth(CASE_ROLES))


@router.post("/plans", response={200: schemas.PlansOut, **REFUSALS})
def plans(request: HttpRequest, body: schemas.PlanRequest) -> Any:
    """Find the best visits for these needs, or say why there are none. Nothing is held."""
    return _plans_out(propose_visits(_wish(request, body)))


def _wish(request: HttpRequest, body: schemas.PlanRequest) -> VisitWish:
    services = tuple(body.services)
    if body.person:
        wish = wish_of(person_of(request, body.person), services, body.first_day, body.last_day)
    else:
        wish = VisitWish(
            network=network_of(request),
            services=services,
            first_day=body.first_day,
            last_day=body.last_day,
            languages=tuple(body.languages),
            needs_step_free=body.needs_step_free,
        )
    return replace(
        wish,
        max_days=body.max_days,
        with_interpreters=body.with_interpreters,
        interpreter_gender=body.interpreter_gender or wish.interpreter_gender,
    )


def _plans_out(found: Proposals) -> dict[str, Any]:
    status = "optimal" if found.proposals else "infeasible"
    return {
        "status": status if found.is_complete else "time_limit",
        "plans": [
            {key: getattr(it, key) for key in ("kind", "days", "locations", "minutes", "plan")}
            for it in found.proposals
        ],
        "refusal": None if found.proposals else _refusal_out(found),
    }


def _refusal_out(found: Proposals) -> dict[str, Any]:
    tokens = Token.objects.prefetch_related("produced_by").in_bulk(
        {it.token for it in found.missing}
    )
    return {
        "missing": [
            {
                "service": it.service,
                "token": tokens[it.token].code,
                "produced_by": [service.id for service in tokens[it.token].produced_by.all()],
            }
            for it in found.missing
        ],
        "conflict": [{"wish": wish, "service": service} for wish, service in found.conflict],
        "reliefs": [
            {"wish": it.wish, "service": it.service, "days": it.days} for it in found.reliefs
        ],
    }


@router.post("/visits", response={201: schemas.VisitOut, **REFUSALS})
def hold(request: HttpRequest, body: schemas.VisitRequest, key: Key) -> Any:
    """Hold all times of a plan for fifteen minutes. The same key books once, however often sent."""
    person, account = person_of(request, body.person), account_of(request)
    wish = _wish_to_hold(person, body)

    def do() -> schemas.VisitOut:
        visit = hold_visit(person=person, plan=body.plan, wish=wish, by=account)
        return _visit_out(_own(request, visit.id))

    try:
        return keyed(request, key, body, do, status=201)
    except TimesTaken as error:
        return _taken(wish, error)


def _wish_to_hold(person: Person, body: schemas.VisitRequest) -> VisitWish:
    services = tuple(leg.service for leg in body.plan.legs)
    wish = wish_of(person, services, clock.today(), clock.today())
    return replace(
        wish, interpreter_gender=GenderWish(body.interpreter_gender or wish.interpreter_gender)
    )


def _taken(wish: VisitWish, error: TimesTaken) -> HttpResponse:
    """Say what is gone, and propose anew for the days the plan was on and three weeks more."""
    from_today = replace(wish, first_day=clock.today(), last_day=clock.today() + USUAL_HORIZON)
    fresh = schemas.PlansOut.model_validate(_plans_out(propose_visits(from_today)))
    return problem(
        "times-taken",
        "Someone was faster",
        409,
        gone=error.gone,
        proposals=fresh.model_dump(mode="json"),
    )


def _own(request: HttpRequest, visit_id: UUID) -> Visit:
    found = with_everything(visits_visible_to(account_of(request)))
    visit = get_object_or_404(found, pk=visit_id)
    note_look(request, [visit.person], "api visit")
    return visit


def _visit_out(visit: Visit) -> schemas.VisitOut:
    return schemas.VisitOut(
        id=visit.id,
        code=visit.code,
        version=visit.version,
        status="expired" if visit.is_expired else visit.status,
        hold_expires_at=visit.hold_expires_at,
        appointments=[schemas.AppointmentOut.of(it) for it in visit.appointments.all()],
    )


@router.get("/visits/{uuid:visit_id}", response={200: schemas.VisitOut, **REFUSALS})
def visit(request: HttpRequest, visit_id: UUID) -> Any:
    """Return a visit that the own organization booked."""
    return _visit_out(_own(request, visit_id))


@router.post("/visits/{uuid:visit_id}/confirm", response={200: schemas.VisitOut, **REFUSALS})
def confirm(request: HttpRequest, visit_id: UUID, key: Key) -> Any:
    """Book what is held. Harmless when repeated."""
    held = _own(request, visit_id)

    def do() -> schemas.VisitOut:
        confirm_visit(visit=held, by=account_of(request))
        return _visit_out(_own(request, visit_id))

    return keyed(request, key, None, do)


@router.post("/visits/{uuid:visit_id}/cancel", response={200: schemas.VisitOut, **REFUSALS})
def cancel(
    request: HttpRequest, visit_id: UUID, key: Key, body: schemas.SeenRequest | None = None
) -> Any:
    """Cancel the whole visit and free its times. Harmless when repeated.

    With the `version` that was seen, a visit that has changed since is left as it is (409).
    """
    found = _own(request, visit_id)
    seen = body.version if body else None

    def do() -> schemas.VisitOut:
        cancel_visit(visit=found, by=account_of(request), seen_version=seen)
        return _visit_out(_own(request, visit_id))

    return keyed(request, key, body, do)
