"""HSDS 3.0 for everyone: services, organizations, places and taxonomies, read only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import NinjaAPI, Query

from knotenpunkt.directory.hsds import rules
from knotenpunkt.directory.hsds.nesting import Nest
from knotenpunkt.directory.hsds.outgoing import Outgoing, public_bundle
from knotenpunkt.directory.hsds.package import write_package
from knotenpunkt.directory.hsds.spec import VERSION, Row
from knotenpunkt.directory.models import (
    Service,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
    Topic,
)
from knotenpunkt.directory.queries import (
    KeysFirst,
    organizations_public,
    services_public,
    with_hsds,
)
from knotenpunkt.directory.search.asking import rank
from knotenpunkt.network.models import Network
from knotenpunkt.web.api.hsds import checking
from knotenpunkt.web.api.hsds.calendar import calendar_of
from knotenpunkt.web.api.hsds.pages import Paging, ServiceFilter, chained, page_of
from knotenpunkt.web.api.problems import add_handlers

PROFILE = "https://docs.openreferral.org/en/3.0/"


class OpenToAll(NinjaAPI):
    """Pages of every site may read the answers (CORS); nothing here belongs to a reader."""

    def create_response(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return opened(super().create_response(*args, **kwargs))


def opened(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    return response


api = OpenToAll(
    title="Human Services Data, read only",
    version=VERSION,
    description="The public part of the directory as HSDS 3.0. No key is needed.",
    urls_namespace="hsds",
    docs_url=None,  # its page needs inline script, which the policy forbids
)
add_handlers(api)
# Else each query is a transaction of its own that begins with who is looking: four trips each.
api.add_decorator(transaction.atomic)
api.add_router("", checking.router)


@api.get("/", tags=["about"])
def about(request: HttpRequest) -> dict[str, str]:
    """Say which standard this is."""
    address = request.build_absolute_uri(reverse("hsds:openapi-json"))
    return {"version": f"HSDS {VERSION}", "profile": PROFILE, "openapi_url": address}


@api.get("/services", tags=["services"])
def services(request: HttpRequest, paging: Query[Paging], wanted: Query[ServiceFilter]) -> Any:
    """List services; with `full`, each with all that nests in it."""
    found = _narrowed(services_public(), wanted)
    rows = KeysFirst(with_hsds(found) if wanted.full else found.select_related("program"))
    page = rows[paging.span]  # first: the length is known then
    if wanted.minimal:
        short = [{"id": str(it.id), "name": str(it)} | _modified(it) for it in page]
        return page_of(paging, len(rows), [it | {"status": "active"} for it in short])
    return page_of(paging, len(rows), _documents(page, with_parts=wanted.full))


def _modified(service: Service) -> Row:
    return {"last_modified": rules.moment_text(service.changed_at)}


def _narrowed(found: QuerySet[Service], wanted: ServiceFilter) -> QuerySet[Service]:
    if wanted.organization_id:
        found = found.filter(organization=wanted.organization_id)
    if wanted.taxonomy_term_id:
        term = str(wanted.taxonomy_term_id)
        named = found.filter(details__attributes__contains=[{"taxonomy_term_id": term}])
        found = found.filter(topic=wanted.taxonomy_term_id) | named
    if wanted.modified_after:
        found = found.filter(changed_at__gt=wanted.modified_after)
    if wanted.search:
        keys = [
            key
            for network in Network.objects.all()
            for key, _ in rank(network, wanted.search).ranked
        ]
        found = found.filter(pk__in=keys)
    return found.order_by("topic__position", "code", "id")


def _documents(page: list[Service], *, with_parts: bool) -> list[Row]:
    outgoing = Outgoing()
    for service in page:
        outgoing.service(service, with_parts=with_parts)
    if with_parts:
        outgoing.named_terms()
    nest = Nest(outgoing.done())
    return [nest.service(str(service.id)) for service in page]


@api.get("/services/{service_id}", tags=["services"])
def service(request: HttpRequest, service_id: str) -> Any:
    """Return a service with all that nests in it."""
    found = get_object_or_404(with_hsds(services_public()), pk=_uuid(service_id))
    return _documents([found], with_parts=True)[0]


@api.get("/services/{service_id}/calendar.ics", tags=["services"])
def calendar(request: HttpRequest, service_id: str) -> HttpResponse:
    """Return when a service is open, for any calendar program. Nothing personal is in it."""
    found = get_object_or_404(with_hsds(services_public()), pk=_uuid(service_id))
    return opened(HttpResponse(calendar_of(found), content_type="text/calendar; charset=utf-8"))


@api.get("/organizations", tags=["organizations"])
def organizations(request: HttpRequest, paging: Query[Paging], full: bool = False) -> Any:
    """List organizations that offer something; with `full`, with all their services."""
    found = organizations_public().order_by("name", "id")
    total = found.count()
    page = _with_services(found)[paging.span] if full else found[paging.span]
    return page_of(paging, total, _organizations(list(page), full=full))


@api.get("/organizations/{organization_id}", tags=["organizations"])
def organization(request: HttpRequest, organization_id: str) -> Any:
    """Return an organization with its services."""
    found = _with_services(organizations_public())
    one = get_object_or_404(found, pk=_uuid(organization_id))
    return _organizations([one], full=True)[0]


def _with_services(found: Any) -> Any:
    return found.prefetch_related(Prefetch("services", with_hsds(services_public())), "programs")


def _organizations(page: list[Any], *, full: bool) -> list[Row]:
    outgoing = Outgoing()
    for it in page:
        outgoing.organization(it, with_parts=full)
        if full:
            for program in it.programs.all():
                outgoing.program(program)
            for offered in it.services.all():
                outgoing.service(offered)
    if full:
        outgoing.named_terms()
    nest = Nest(outgoing.done())
    documents = [nest.organization(str(it.id)) for it in page]
    return documents if full else [_without_services(it) for it in documents]


def _without_services(document: Row) -> Row:
    return {key: value for key, value in document.items() if key != "services"}


def _places() -> QuerySet[ServiceAtLocation]:
    return (
        ServiceAtLocation.objects.filter(service__in=services_public())
        .select_related("location__network", "service__topic", "service__program")
        .select_related("service__organization__network")
        .order_by("service__topic__position", "service__code", "id")
    )


@api.get("/service_at_locations", tags=["places"])
def service_at_locations(request: HttpRequest, paging: Query[Paging]) -> Any:
    """List which service is where."""
    found = _places().prefetch_related("schedules", "location__schedules")
    total = found.count()
    outgoing, page = Outgoing(), list(found[paging.span])
    for place in page:
        outgoing.service(place.service, with_parts=False)
        outgoing.service_at_location(place, place.service)
    nest = Nest(outgoing.done())
    documents = [
        nest.service_at_location(str(it.id))
        for it in page
        if str(it.id) in nest.rows["service_at_location"]
    ]
    return page_of(paging, total, documents)


@api.get("/service_at_locations/{place_id}", tags=["places"])
def service_at_location(request: HttpRequest, place_id: str) -> Any:
    """Return one service at one place, with both in full."""
    place = get_object_or_404(_places(), pk=_uuid(place_id))
    outgoing = Outgoing()
    outgoing.service(with_hsds(services_public()).get(pk=place.service_id))
    outgoing.named_terms()
    nest = Nest(outgoing.done())
    if str(place.id) not in nest.rows["service_at_location"]:
        raise Http404
    return nest.service_at_location(str(place.id))


@api.get("/taxonomies", tags=["taxonomies"])
def taxonomies(request: HttpRequest, paging: Query[Paging]) -> Any:
    """List the topics of each network, and taxonomies that came with imported data."""
    networks, imported = Network.objects.order_by("code"), Taxonomy.objects.order_by("name", "id")
    lengths = networks.count(), imported.count()
    page = chained(
        paging,
        (lengths[0], lambda cut: list(networks[cut])),
        (lengths[1], lambda cut: list(imported[cut])),
    )
    outgoing = Outgoing()
    for it in page:
        if isinstance(it, Network):
            outgoing.builtin_taxonomy(it)
        else:
            outgoing.taxonomy(it)
    rows = {row["id"]: row for row in outgoing.done()["taxonomies"]}
    return page_of(paging, sum(lengths), [rows[_taxonomy_id(it)] for it in page])


def _taxonomy_id(it: Network | Taxonomy) -> str:
    return rules.topics_taxonomy_id(it) if isinstance(it, Network) else str(it.id)


@api.get("/taxonomies/{taxonomy_id}", tags=["taxonomies"])
def taxonomy(request: HttpRequest, taxonomy_id: str) -> Any:
    """Return one taxonomy."""
    outgoing = Outgoing()
    for network in Network.objects.all():
        if rules.topics_taxonomy_id(network) == taxonomy_id:
            outgoing.builtin_taxonomy(network)
            return outgoing.done()["taxonomies"][0]
    outgoing.taxonomy(get_object_or_404(Taxonomy, pk=_uuid(taxonomy_id)))
    return outgoing.done()["taxonomies"][0]


@api.get("/taxonomy_terms", tags=["taxonomies"])
def taxonomy_terms(request: HttpRequest, paging: Query[Paging]) -> Any:
    """List the topics, and terms that came with imported data."""
    topics = Topic.objects.select_related("network").order_by("network__code", "position")
    terms = TaxonomyTerm.objects.select_related("taxonomy").order_by("name", "id")
    lengths = topics.count(), terms.count()
    page = chained(
        paging,
        (lengths[0], lambda cut: list(topics[cut])),
        (lengths[1], lambda cut: list(terms[cut])),
    )
    nest = _terms(page)
    return page_of(paging, sum(lengths), [nest.taxonomy_term(str(it.id)) for it in page])


@api.get("/taxonomy_terms/{term_id}", tags=["taxonomies"])
def taxonomy_term(request: HttpRequest, term_id: str) -> Any:
    """Return one term."""
    key = _uuid(term_id)
    topic = Topic.objects.select_related("network").filter(pk=key).first()
    term = topic or get_object_or_404(TaxonomyTerm.objects.select_related("taxonomy"), pk=key)
    return _terms([term]).taxonomy_term(str(key))


def _terms(page: list[Any]) -> Nest:
    outgoing = Outgoing()
    for it in page:
        if isinstance(it, Topic):
            outgoing.builtin_taxonomy(it.network)
            outgoing.builtin_term(it, it.network)
        else:
            outgoing.term(it)
    return Nest(outgoing.done())


@api.get("/package.zip", tags=["about"])
def package(request: HttpRequest) -> HttpResponse:
    """Return all that is public as a tabular data package (CSV)."""
    response = HttpResponse(write_package(public_bundle()), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="hsds.zip"'
    return opened(response)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
