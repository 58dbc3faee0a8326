"""The directory: find a service, look at it and at its organization, book it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Count, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from knotenpunkt.availability.opening import service_places_on
from knotenpunkt.directory.actions.finding import note_zero_hit
from knotenpunkt.directory.cards import line_of, readers_of
from knotenpunkt.directory.holidays import school_holidays_on
from knotenpunkt.directory.models import RequiredDocument, Service, Watch
from knotenpunkt.directory.queries import (
    KeysFirst,
    access_cards_of,
    in_a_list,
    organizations_visible_to,
    services_visible_to,
    took_tour,
    with_places,
)
from knotenpunkt.directory.rights import may_edit
from knotenpunkt.directory.search.asking import search_services, words_like
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import LegalClass, LegalRegime
from knotenpunkt.network.models import Network, StaffMember
from knotenpunkt.people.actions import log_read, note_needs
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.web.access import CASE_ROLES, EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.directory.forms import FilterForm

PAGE_SIZE = 20
MOST_PERSONS = 50
DIGITS_OF_A_PAGE = 6
CODED = ":"  # "regime:sgb2" is for the rules of responsibility, not for readers


class PageFirst(Paginator):  # type: ignore[type-arg]
    """Looks at the page before it asks how many there are: such a list then knows.

    What is no number of a likely page is Django's to answer, which counts first.
    """

    def get_page(self, number: str | None) -> Page:  # type: ignore[override, type-arg]
        text = number or "1"
        wanted = int(text) if text.isdecimal() and len(text) <= DIGITS_OF_A_PAGE else 0
        if wanted < 1:
            return super().get_page(number)
        rows = self.object_list[(wanted - 1) * self.per_page : wanted * self.per_page]
        return Page(rows, wanted, self) if rows else super().get_page(number)


def network_of(request: DeskRequest) -> Network:
    return request.user.staff_member.organization.network


def reader_language() -> str:
    return (get_language() or "de")[:2]


@staff(roles=EVERYONE)
def directory(request: DeskRequest) -> HttpResponse:
    """List services by topic, or what fits a question and filters, best first."""
    network = network_of(request)
    form = FilterForm(request.GET or None, network=network, reader=reader_language())
    is_valid = form.is_valid()
    wanted = form.cleaned_data if is_valid else {}
    text = str(wanted.get("q", "")).strip()
    visible = in_a_list(services_visible_to(request.user))
    narrowed = _narrowed(visible, wanted).order_by("topic__position", "code", "id")
    found = search_services(narrowed, network, text) if text else KeysFirst(narrowed)
    page = PageFirst(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "text": text,
        "query": _query_without_page(request),
        "is_new_here": not request.GET and not took_tour(request.user.staff_member),
        "nav": "directory",
        **(_why_nothing(request, network, text, visible) if text and not page.object_list else {}),
    }
    status = 422 if form.is_bound and not is_valid else 200
    return render(request, "desk/directory/list.html", context, status=status)


def _narrowed(found: QuerySet[Service], wanted: dict[str, Any]) -> QuerySet[Service]:
    if wanted.get("topic"):
        found = found.filter(topic=wanted["topic"])
    if wanted.get("organization"):
        found = found.filter(organization=wanted["organization"])
    if wanted.get("place"):
        found = found.filter(locations=wanted["place"])
    if wanted.get("language"):
        found = found.filter(search_entry__languages__contains=[wanted["language"]])
    if wanted.get("group"):
        found = found.filter(target_groups__contains=[wanted["group"]])
    return found


def _query_without_page(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def _why_nothing(
    request: HttpRequest, network: Network, text: str, visible: QuerySet[Service]
) -> dict[str, Any]:
    """Say whether filters hide an answer; if not, what looks like the question."""
    without_filters = search_services(visible, network, text)[:3]
    if not without_filters:
        note_zero_hit(network=network, query=text, language=reader_language())
    return {
        "without_filters": without_filters,
        "alike": [] if without_filters else words_like(network, text)[0],
        "topics": network.topics.all(),
    }


@staff(roles=EVERYONE)
def service(request: DeskRequest, service_id: UUID) -> HttpResponse:
    """Show all of a service that a partner may see."""
    documents = RequiredDocument.objects.select_related("document")
    found = get_object_or_404(
        with_places(services_visible_to(request.user)).prefetch_related(
            Prefetch("required_documents", documents),
            Prefetch("staff", _living_staff()),
            "requires",
            "produces",
        ),
        pk=service_id,
    )
    member = request.user.staff_member
    context = {
        "service": found,
        "may_edit": may_edit(request.user, found.organization),
        "is_watched": Watch.objects.filter(staff_member=member, service=found).exists(),
        "may_book": member.role in CASE_ROLES,
        "may_refer": member.role in CASE_ROLES and _may_refer(request, found),
        "for_whom": "" if CODED in found.eligibility else found.eligibility,
        "laws": [LegalRegime(it).label for it in found.legal_regimes],
        "today": service_places_on(found, clock.today()),
        "holidays": school_holidays_on(member.organization.network, clock.today()),
        "nav": "directory",
    }
    return render(request, "desk/directory/service.html", context)


def _living_staff() -> QuerySet[StaffMember]:
    return StaffMember.objects.filter(left_on=None).select_related("organization")


@staff(roles=CASE_ROLES)
def book(request: DeskRequest, service_id: UUID) -> HttpResponse:
    """Ask for whom; then note the need and go on to her visit."""
    found = get_object_or_404(services_visible_to(request.user), pk=service_id)
    if request.method == "POST" and request.POST.get("person"):
        person = _own_person(request)
        note_needs(person=person, services=[found.pk], by=request.user)
        return redirect("desk:visit_new", person.pk)
    return _for_whom(request, found, {"go_on": _("Go on to the visit")})


@staff(roles=CASE_ROLES)
def refer(request: DeskRequest, service_id: UUID) -> HttpResponse:
    """Ask for whom; then go on to a referral to the house that gives the service."""
    found = get_object_or_404(services_visible_to(request.user), pk=service_id)
    if not _may_refer(request, found):
        raise Http404
    if request.method == "POST" and request.POST.get("person"):
        address = reverse("desk:referral_new", args=[_own_person(request).pk])
        wanted = urlencode({"organization": found.organization_id, "service": found.pk})
        return redirect(f"{address}?{wanted}")
    return _for_whom(request, found, {"go_on": _("Go on to the referral")})


def _may_refer(request: DeskRequest, service: Service) -> bool:
    """Return whether something about a person may go to the house that gives the service."""
    member = request.user.staff_member
    house = service.organization
    is_other = house.pk != member.organization_id
    return is_other and house.legal_class != LegalClass.IMMIGRATION_OFFICE


def _own_person(request: DeskRequest) -> Person:
    found = persons_visible_to(request.user)
    return get_object_or_404(found, pk=_uuid(request.POST["person"]))


def _for_whom(request: DeskRequest, service: Service, more: dict[str, Any]) -> HttpResponse:
    own = persons_visible_to(request.user).order_by("given_name", "family_name", "id")
    persons = list(own[:MOST_PERSONS])
    with transaction.atomic():
        log_read(persons=persons, by=request.user, what="list")
    context = {"service": service, "persons": persons, "nav": "directory", **more}
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/directory/book.html", context, status=status)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@staff(roles=EVERYONE)
def organizations(request: DeskRequest) -> HttpResponse:
    """List the partners, by name."""
    found = organizations_visible_to(request.user).annotate(offers=Count("services"))
    page = Paginator(found.order_by("name", "id"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "nav": "directory"}
    return render(request, "desk/directory/organizations.html", context)


@staff(roles=EVERYONE)
def organization(request: DeskRequest, organization_id: UUID) -> HttpResponse:
    """Show an organization with its knowledge card, which is for partners only."""
    found = get_object_or_404(
        organizations_visible_to(request.user).select_related("knowledge_card", "successor"),
        pk=organization_id,
    )
    services = services_visible_to(request.user).filter(organization=found)
    card = getattr(found, "knowledge_card", None)
    is_own = found.pk == request.user.staff_member.organization_id
    context = {
        "organization": found,
        "card": card,
        "line": line_of(card, request.user) if card and not is_own else None,
        "readers": readers_of(card) if card and is_own else None,
        "services": services.order_by("topic__position", "code"),
        "staff": found.staff.filter(left_on=None).order_by("name", "id"),
        "places": found.locations.all(),
        "access_cards": access_cards_of(found),
        "may_edit": may_edit(request.user, found),
        "is_watched": Watch.objects.filter(
            staff_member=request.user.staff_member, organization=found
        ).exists(),
        "nav": "directory",
    }
    return render(request, "desk/directory/organization.html", context)
