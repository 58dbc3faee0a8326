"""The API for machines of partners: plan, hold, confirm, cancel; services and locations."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from ninja import Header, NinjaAPI, Query
from ninja.security import HttpBearer

from knotenpunkt.directory.models import Service, Token
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.idempotency import Answer, fingerprint, once
from knotenpunkt.foundation.scope import look_as
from knotenpunkt.network.models import Account, Location, Network
from knotenpunkt.network.queries import account_of_token
from knotenpunkt.people.actions import log_read
from knotenpunkt.people.enums import GenderWish
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.visits.actions import cancel_visit, confirm_visit, hold_visit
from knotenpunkt.visits.errors import TimesTaken
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.planning.proposals import Proposals, propose_visits
from knotenpunkt.visits.planning.wish import VisitWish, wish_of
from knotenpunkt.visits.queries import visits_visible_to, with_everything
from knotenpunkt.web.api import changes, responsibility, schemas
from knotenpunkt.web.api.problems import add_handlers, problem
from knotenpunkt.web.scope import viewer_of

PER_PAGE = 20
USUAL_HORIZON = dt.timedelta(days=21)


class TokenAuth(HttpBearer):
    """`Authorization: Bearer kp_...`; the token acts for one account."""

    def authenticate(self, request: HttpRequest, token: str) -> Account | None:
        account = account_of_token(token)
        if account is None or getattr(account, "staff_member", None) is None:
            return None
        look_as(viewer_of(account))
        return account


api = NinjaAPI(
    title="Knotenpunkt",
    version="1",
    description="Several matters at several authorities, as one visit.",
    auth=TokenAuth(),
    urls_namespace="api",
    docs_url=None,  # its page needs inline script, which the policy forbids; openapi.json is there
)
add_handlers(api)
api.add_router("", responsibility.router)
api.add_router("", changes.router)
REFUSALS = {401: schemas.Problem, 404: schemas.Problem, 409: schemas.Problem, 422: schemas.Problem}


def _account(request: HttpRequest) -> Account:
    return request.auth  # type: ignore[attr-defined, no-any-return]


def _network(request: HttpRequest) -> Network:
    return _account(request).staff_member.organization.network


def _person(request: HttpRequest, person_id: UUID) -> Person:
    found = persons_visible_to(_account(request)).select_related("network")
    person = get_object_or_404(found, pk=person_id)
    with transaction.atomic():
        log_read(persons=[person], by=_account(request), what="api")
    return person


@api.post("/plans", response={200: schemas.PlansOut, **REFUSALS}, tags=["visits"])
def plans(request: HttpRequest, body: schemas.PlanRequest) -> Any:
    """Find the best visits for these needs, or say why there are none. Nothing is held."""
    return _plans_out(propose_visits(_wish(request, body)))


def _wish(request: HttpRequest, body: schemas.PlanRequest) -> VisitWish:
    services = tuple(body.services)
    if body.person:
        wish = wish_of(_person(request, body.person), services, body.first_day, body.last_day)
    else:
        wish = VisitWish(
            network=_network(request),
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


@api.post("/visits", response={201: schemas.VisitOut, **REFUSALS}, tags=["visits"])
def hold(
    request: HttpRequest,
    body: schemas.VisitRequest,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=200)],
) -> Any:
    """Hold all times of a plan for fifteen minutes. The same key books once, however often sent."""
    person, account = _person(request, body.person), _account(request)
    wish = _wish_to_hold(person, body)

    def do() -> Answer:
        visit = hold_visit(person=person, plan=body.plan, wish=wish, by=account)
        return Answer(201, _visit_out(_own(request, visit.id)))

    try:
        answer = once(
            scope=f"account/{account.pk}",
            key=idempotency_key,
            request=fingerprint("POST /visits", body.model_dump(mode="json")),
            do=do,
        )
    except TimesTaken as error:
        return _taken(wish, error)
    return JsonResponse(answer.body, status=answer.status_code)


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
    visit = get_object_or_404(with_everything(visits_visible_to(_account(request))), pk=visit_id)
    with transaction.atomic():
        log_read(persons=[visit.person], by=_account(request), what="api visit")
    return visit


def _visit_out(visit: Visit) -> dict[str, Any]:
    shown = schemas.VisitOut(
        id=visit.id,
        code=visit.code,
        status="expired" if visit.is_expired else visit.status,
        hold_expires_at=visit.hold_expires_at,
        appointments=[
            schemas.AppointmentOut(
                id=it.id,
                service=it.service_id,
                organization=it.organization_id,
                location=it.location_id,
                starts_at=it.starts_at,
                ends_at=it.ends_at,
                language=it.language,
                status=it.status,
            )
            for it in visit.appointments.all()
        ],
    )
    return shown.model_dump(mode="json")


@api.get("/visits/{uuid:visit_id}", response={200: schemas.VisitOut, **REFUSALS}, tags=["visits"])
def visit(request: HttpRequest, visit_id: UUID) -> Any:
    """Return a visit that the own organization booked."""
    return _visit_out(_own(request, visit_id))


@api.post(
    "/visits/{uuid:visit_id}/confirm", response={200: schemas.VisitOut, **REFUSALS}, tags=["visits"]
)
def confirm(request: HttpRequest, visit_id: UUID) -> Any:
    """Book what is held. Harmless when repeated."""
    confirm_visit(visit=_own(request, visit_id), by=_account(request))
    return _visit_out(_own(request, visit_id))


@api.post(
    "/visits/{uuid:visit_id}/cancel", response={200: schemas.VisitOut, **REFUSALS}, tags=["visits"]
)
def cancel(request: HttpRequest, visit_id: UUID) -> Any:
    """Cancel the whole visit and free its times. Harmless when repeated."""
    cancel_visit(visit=_own(request, visit_id), by=_account(request))
    return _visit_out(_own(request, visit_id))


@api.get("/services", response={200: schemas.ServicesOut, **REFUSALS}, tags=["directory"])
def services(request: HttpRequest, page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> Any:
    """List what can be booked, twenty a page."""
    found = (
        Service.objects.filter(organization__network=_network(request))
        .select_related("topic")
        .prefetch_related("services_at_location", "requires", "produces", "documents")
        .order_by("topic__position", "code", "id")
    )
    return _page(found, page, _service_out)


def _service_out(service: Service) -> dict[str, Any]:
    return {
        "id": service.id,
        "code": service.code,
        "name": service.name,
        "topic": service.topic.code,
        "organization": service.organization_id,
        "minutes": service.minutes,
        "mode": service.mode,
        "locations": [at.location_id for at in service.services_at_location.all()],
        "requires": [token.code for token in service.requires.all()],
        "produces": [token.code for token in service.produces.all()],
        "documents": [document.code for document in service.documents.all()],
    }


@api.get("/locations", response={200: schemas.LocationsOut, **REFUSALS}, tags=["directory"])
def locations(request: HttpRequest, page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> Any:
    """List the places of the network, twenty a page."""
    found = Location.objects.filter(network=_network(request)).order_by("position", "code", "id")
    return _page(found, page, lambda it: schemas.LocationOut.from_orm(it).model_dump())


def _page(rows: Any, number: int, show: Any) -> dict[str, Any]:
    paginator = Paginator(rows, PER_PAGE)
    contents = (
        [show(row) for row in paginator.page(number)] if number <= paginator.num_pages else []
    )
    return {
        "page": number,
        "pages": paginator.num_pages,
        "total": paginator.count,
        "contents": contents,
    }
