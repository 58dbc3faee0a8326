"""The API for machines of partners: its topics, and the lists of services and locations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import NinjaAPI, Query

from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.directory.models import Service
from knotenpunkt.directory.queries import locations_today, services_visible_to
from knotenpunkt.web.api import (
    agreements,
    arrivals,
    changes,
    figures,
    fixed_blocks,
    interpreting,
    notices,
    pools,
    programmes,
    queue,
    repairs,
    responsibility,
    schemas,
    visits,
    waiting,
)
from knotenpunkt.web.api.access import REFUSALS, TokenAuth, account_of, network_of, page_of
from knotenpunkt.web.api.problems import add_handlers

api = NinjaAPI(
    title="Knotenpunkt",
    version="1",
    description="Several matters at several authorities, as one visit.",
    auth=TokenAuth(),
    urls_namespace="api",
    docs_url=None,  # its page needs inline script, which the policy forbids; openapi.json is there
)
add_handlers(api)
TOPICS = (
    responsibility, visits, changes, repairs, waiting, fixed_blocks,
    pools, programmes, arrivals, queue, interpreting, notices, figures, agreements,
)  # fmt: skip
for topic in TOPICS:
    api.add_router("", topic.router)


@api.get("/services", response={200: schemas.ServicesOut, **REFUSALS}, tags=["directory"])
def services(request: HttpRequest, page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> Any:
    """List what can be booked, twenty a page."""
    found = (
        services_visible_to(account_of(request))
        .filter(status=ServiceStatus.VERIFIED)
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
    found = locations_today(network_of(request)).order_by("position", "code", "id")
    return _page(found, page, lambda it: schemas.LocationOut.from_orm(it).model_dump())


def _page(rows: Any, number: int, show: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    found, page = page_of(rows, number)
    return {**page, "contents": [show(row) for row in found]}
