"""Public pages of one service and of one organization: what everyone may see, to read or print."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from knotenpunkt.availability.opening import OpenDay, service_places_on
from knotenpunkt.directory.models import Service
from knotenpunkt.directory.queries import (
    access_cards_of,
    organizations_public,
    services_public,
    with_hsds,
)
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Audience, FieldGroup
from knotenpunkt.network.models import Location
from knotenpunkt.web.access import anyone, keepable
from knotenpunkt.web.public.linked_data import (
    as_script,
    list_node,
    named_addresses,
    organization_node,
    reader,
    service_node,
)

MOST_SERVICES = 50
PUBLIC = Audience.PUBLIC


@anyone
@keepable
def service(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Show one service: where, open today or not, languages, papers, contact."""
    found = get_object_or_404(
        with_hsds(services_public()).select_related("search_entry"), pk=service_id
    )
    languages = _languages(found)
    address = request.build_absolute_uri(reverse("public:service", args=[found.pk]))
    context = {
        "service": found,
        "places": _places(found),
        "languages": languages,
        "has_contacts": found.shows(FieldGroup.CONTACTS, to=PUBLIC),
        "has_house_contacts": found.organization.shows(FieldGroup.CONTACTS, to=PUBLIC),
        "has_hours": found.shows(FieldGroup.HOURS, to=PUBLIC),
        "cards": access_cards_of(found.organization),
        "linked_data": as_script(service_node(found, languages, reader(), address)),
    }
    return render(request, "public/service.html", context)


def _languages(service: Service) -> list[str]:
    """Return what is spoken there; languages of staff only if the owner shows her staff."""
    entry = getattr(service, "search_entry", None)
    if entry is not None and service.shows(FieldGroup.STAFF, to=PUBLIC):
        return sorted(entry.languages)
    return sorted(service.languages)


def _places(service: Service) -> list[tuple[Location, OpenDay | None]]:
    """Return the places, each with how it is open today unless hours are not for everyone."""
    if not service.shows(FieldGroup.PLACES, to=PUBLIC):
        return []
    has_hours = service.shows(FieldGroup.HOURS, to=PUBLIC)
    return [
        (place, open_day if has_hours else None)
        for place, open_day in service_places_on(service, clock.today())
    ]


@anyone
@keepable
def organization(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """Show one organization: what it offers, where it is, how to reach it."""
    found = get_object_or_404(organizations_public(), pk=organization_id)
    offers = list(
        services_public()
        .filter(organization=found)
        .order_by("topic__position", "code")[:MOST_SERVICES]
    )
    address = request.build_absolute_uri(reverse("public:organization", args=[found.pk]))
    has_places = found.shows(FieldGroup.PLACES, to=PUBLIC)
    context: dict[str, Any] = {
        "organization": found,
        "services": offers,
        "places": found.locations.all() if has_places else (),
        "has_contacts": found.shows(FieldGroup.CONTACTS, to=PUBLIC),
        "cards": access_cards_of(found),
        "linked_data": [
            as_script(organization_node(found, reader(), address)),
            as_script(list_node(found.name, named_addresses(request, offers))),
        ],
    }
    return render(request, "public/organization.html", context)
