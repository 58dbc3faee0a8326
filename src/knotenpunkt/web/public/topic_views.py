"""Public pages of what is offered: topics, collections, digital access, posters. Always current."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.directory.models import (
    AccessCard,
    RequiredDocument,
    Service,
    ServiceAtLocation,
    Topic,
)
from knotenpunkt.directory.queries import services_public
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.languages import NEWCOMER_LANGUAGES, direction, text_in
from knotenpunkt.network.enums import Audience, FieldGroup
from knotenpunkt.network.models import Organization
from knotenpunkt.programmes.queries import OpenNow, open_now
from knotenpunkt.web.access import anyone, keepable
from knotenpunkt.web.public.answers import public_network
from knotenpunkt.web.public.linked_data import as_script, list_node, named_addresses, reader
from knotenpunkt.web.public.texts import say
from knotenpunkt.web.slip.pdf import qr_code

PAGE_SIZE = 20
# Collections are data: which services a page for one situation shows (S0-10).
COLLECTIONS: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "collections.toml").read_text(encoding="utf-8")
)["collections"]


@anyone
@keepable
def topics(request: HttpRequest) -> HttpResponse:
    """List the nine topics and the collections."""
    context = {
        "topics": Topic.objects.filter(network=public_network()),
        "collections": [(code, it["title"]) for code, it in COLLECTIONS.items()],
    }
    return render(request, "public/topics.html", context)


@anyone
@keepable
@transaction.atomic  # one transaction for all that is read, instead of one each
def topic(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is offered in one topic: where, in what order, what to bring."""
    network = public_network()
    found = get_object_or_404(Topic, network=network, code=code)
    services = services_public(network).filter(topic=found)
    joinable = open_now(network, clock.today(), found)
    return _offers(request, found.name, services, joinable)


@anyone
@keepable
@transaction.atomic
def collection(request: HttpRequest, code: str) -> HttpResponse:
    """Show the offers for one situation, from the directory as it is today."""
    if code not in COLLECTIONS:
        raise Http404
    words = COLLECTIONS[code]["for_whom"]
    title = {language: say(COLLECTIONS[code]["title"], language) for language in NEWCOMER_LANGUAGES}
    services = services_public(public_network()).filter(eligibility__in=words)
    return _offers(request, title, services)


def _offers(
    request: HttpRequest,
    title: dict[str, str],
    services: QuerySet[Service],
    joinable: Sequence[OpenNow] = (),
) -> HttpResponse:
    """Show what everyone may see of these services, twenty at a time."""
    wanted = (
        services.filter(status=ServiceStatus.VERIFIED)
        .order_by("topic__position", "code", "id")
        .prefetch_related(
            Prefetch(
                "services_at_location",
                ServiceAtLocation.objects.select_related("location").prefetch_related(
                    "municipalities"
                ),
            ),
            Prefetch("required_documents", RequiredDocument.objects.select_related("document")),
        )
    )
    page = Paginator(wanted, PAGE_SIZE).get_page(request.GET.get("page"))
    named = named_addresses(request, page.object_list)
    context = {
        "title": title,
        "page": page,
        "joinable": joinable,
        "placed": {it.pk for it in page if it.shows(FieldGroup.PLACES, to=Audience.PUBLIC)},
        "linked_data": as_script(list_node(text_in(title, reader()).text, named)),
    }
    return render(request, "public/topic.html", context)


@anyone
@keepable
def access(request: HttpRequest) -> HttpResponse:
    """Show how to reach the offices digitally, channel by channel, step by step."""
    cards = AccessCard.objects.filter(organization__network=public_network())
    return render(request, "public/access.html", {"cards": cards.select_related("organization")})


@anyone
@keepable
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """Show a poster of a partner to print; its code opens the first page."""
    partner = get_object_or_404(Organization, network=public_network(), code=code, valid_to=None)
    lines = [
        (language, direction(language), say("start_title", language), say("poster_scan", language))
        for language in NEWCOMER_LANGUAGES
    ]
    address = f"{settings.PUBLIC_ADDRESS}{reverse('public:start')}"
    context = {"partner": partner, "lines": lines, "qr": qr_code(address), "address": address}
    return render(request, "public/poster.html", context)
