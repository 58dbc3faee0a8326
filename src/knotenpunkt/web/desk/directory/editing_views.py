"""Owners change their entries; partners suggest corrections and keep watch lists."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.directory.actions.entries import change_organization, change_service
from knotenpunkt.directory.actions.following import unwatch, watch
from knotenpunkt.directory.actions.suggesting import (
    ORGANIZATION_FIELDS,
    SERVICE_FIELDS,
    answer_suggestion,
    present_value,
    suggest_correction,
)
from knotenpunkt.directory.errors import AlreadyAnswered
from knotenpunkt.directory.models import CorrectionSuggestion, Service, Topic, Watch
from knotenpunkt.directory.models.cards import TEXTS
from knotenpunkt.directory.queries import organizations_visible_to, services_visible_to
from knotenpunkt.directory.rights import may_edit
from knotenpunkt.network.models import Organization
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.directory.forms import (
    AnswerForm,
    CardForm,
    OrganizationForm,
    ServiceForm,
    SuggestionForm,
)
from knotenpunkt.web.desk.directory.views import PAGE_SIZE, network_of


def _status(*forms: Any) -> int:
    return 422 if any(form.is_bound and form.errors for form in forms) else 200


@staff(roles=EVERYONE)
def service_change(request: DeskRequest, service_id: UUID) -> HttpResponse:
    service = get_object_or_404(services_visible_to(request.user), pk=service_id)
    if not may_edit(request.user, service.organization):
        raise PermissionDenied
    form = ServiceForm(request.POST or None, service=service)
    if request.method == "POST" and form.is_valid():
        change_service(service=service, fields=form.values, by=request.user)
        messages.success(request, _("Saved. The entry counts as confirmed today."))
        return redirect("desk:directory_service", service.pk)
    context = {"form": form, "service": service, "nav": "directory"}
    return render(request, "desk/directory/service_form.html", context, status=_status(form))


@staff(roles=EVERYONE)
def organization_change(request: DeskRequest, organization_id: UUID) -> HttpResponse:
    found = _organization(request, organization_id)
    if not may_edit(request.user, found):
        raise PermissionDenied
    card = getattr(found, "knowledge_card", None)
    present = {name: getattr(card, name, "") for name in TEXTS}
    form = OrganizationForm(request.POST or None, instance=found)
    card_form = CardForm(request.POST or None, initial=present)
    if request.method == "POST" and form.is_valid() & card_form.is_valid():
        found.refresh_from_db()
        change_organization(
            organization=found, fields=form.values, card=card_form.cleaned_data,
            by=request.user,
        )  # fmt: skip
        messages.success(request, _("Saved. The entry counts as confirmed today."))
        page = "directory_organization" if found.is_listed else "partner"
        return redirect(f"desk:{page}", found.pk)
    context = {"form": form, "card_form": card_form, "organization": found, "nav": "directory"}
    return render(
        request, "desk/directory/organization_form.html", context, status=_status(form, card_form)
    )


def _organization(request: DeskRequest, organization_id: UUID) -> Organization:
    return get_object_or_404(
        organizations_visible_to(request.user).select_related("knowledge_card"),
        pk=organization_id,
    )


@staff(roles=EVERYONE)
def suggest_for_service(request: DeskRequest, service_id: UUID) -> HttpResponse:
    service = get_object_or_404(services_visible_to(request.user), pk=service_id)
    return _suggest(request, service, "desk:directory_service")


@staff(roles=EVERYONE)
def suggest_for_organization(request: DeskRequest, organization_id: UUID) -> HttpResponse:
    found = _organization(request, organization_id)
    return _suggest(request, found, "desk:directory_organization")


def _suggest(request: DeskRequest, about: Service | Organization, back: str) -> HttpResponse:
    is_service = isinstance(about, Service)
    form = SuggestionForm(request.POST or None, is_service=is_service)
    if request.method == "POST" and form.is_valid():
        suggest_correction(about=about, by=request.user, **form.cleaned_data)
        messages.success(request, _("Thank you. The owner has been told."))
        return redirect(back, about.pk)
    fields = SERVICE_FIELDS if is_service else ORGANIZATION_FIELDS
    present = [(label, present_value(about, name)) for name, label in fields.items()]
    context = {"form": form, "about": about, "present": present, "nav": "directory"}
    return render(request, "desk/directory/suggest.html", context, status=_status(form))


@staff(roles=EVERYONE)
def suggestions(request: DeskRequest) -> HttpResponse:
    """List what partners suggest for entries that this account may change, open ones first."""
    found = _suggestions_for(request).order_by("answered_at", "-suggested_at", "id")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(it, _label(it)) for it in page]
    context = {"page": page, "rows": rows, "nav": "directory"}
    return render(request, "desk/directory/suggestions.html", context)


def _label(suggestion: CorrectionSuggestion) -> str:
    labels = SERVICE_FIELDS if suggestion.service_id else ORGANIZATION_FIELDS
    return str(labels.get(suggestion.field, _("something else")))


def _suggestions_for(request: DeskRequest) -> QuerySet[CorrectionSuggestion]:
    """Return those of the own organization, and those the account made itself."""
    member = request.user.staff_member
    own = CorrectionSuggestion.objects.filter(organization=member.organization)
    made = CorrectionSuggestion.objects.filter(suggested_by=member)
    return (own | made).select_related("organization", "service", "suggested_by__organization")


@require_POST
@staff(roles=EVERYONE)
def suggestion_answer(request: DeskRequest, suggestion_id: UUID) -> HttpResponse:
    suggestion = get_object_or_404(_suggestions_for(request), pk=suggestion_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please accept or decline."))
        return redirect("desk:directory_suggestions")
    if not may_edit(request.user, suggestion.organization):
        raise PermissionDenied
    try:
        answer_suggestion(suggestion=suggestion, by=request.user, **form.cleaned_data)
    except AlreadyAnswered:
        context = {"page": None, "nav": "directory"}
        return render(request, "desk/directory/answered.html", context, status=409)
    messages.success(request, _("Answered."))
    return redirect("desk:directory_suggestions")


@staff(roles=EVERYONE)
def watching(request: DeskRequest) -> HttpResponse:
    """List what this staff member watches."""
    found = Watch.objects.filter(staff_member=request.user.staff_member).select_related(
        "organization", "topic", "service__organization"
    )
    page = Paginator(found.order_by("-created_at", "id"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return render(request, "desk/directory/watching.html", {"page": page, "nav": "directory"})


@require_POST
@staff(roles=EVERYONE)
def watch_thing(request: DeskRequest, kind: str, thing_id: UUID) -> HttpResponse:
    """Put a thing on the own list, or with `off` take it from there."""
    thing = _thing(request, kind, thing_id)
    if "off" in request.POST:
        unwatch(thing=thing, by=request.user)
        messages.success(request, _("You will get no more mail about this."))
    else:
        watch(thing=thing, by=request.user)
        messages.success(request, _("You will get a mail when this changes."))
    return redirect(_page_of(request, kind, thing))


def _thing(request: DeskRequest, kind: str, thing_id: UUID) -> Any:
    network = network_of(request)
    rows: dict[str, QuerySet[Any]] = {
        "service": services_visible_to(request.user),
        "organization": Organization.objects.filter(network=network),
        "topic": Topic.objects.filter(network=network),
    }
    if kind not in rows:
        raise Http404
    return get_object_or_404(rows[kind], pk=thing_id)


def _page_of(request: HttpRequest, kind: str, thing: Model) -> Any:
    if "back" in request.POST or kind == "topic":
        return "desk:directory_watching"
    return f"/desk/directory/{kind}s/{thing.pk}/"
