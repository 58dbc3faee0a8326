"""Owners say who sees what, write translations and access cards; each with how it will look."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from knotenpunkt.directory.actions.owning import set_visibility, translate, write_access_card
from knotenpunkt.directory.models import AccessCard, Service, Translation
from knotenpunkt.directory.queries import organizations_visible_to, services_visible_to
from knotenpunkt.directory.rights import may_edit
from knotenpunkt.network.enums import Audience
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.directory.owner_forms import (
    GROUPS,
    OTHER_LANGUAGES,
    AccessCardForm,
    TranslationForm,
    VisibilityForm,
)


def _own(request: DeskRequest, service_id: UUID) -> Service:
    found = get_object_or_404(services_visible_to(request.user), pk=service_id)
    if not may_edit(request.user, found.organization):
        raise PermissionDenied
    return found


def _page(request: DeskRequest, name: str, form: Any, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(
        request, f"desk/directory/{name}", {"form": form, "nav": "directory", **context},
        status=status,
    )  # fmt: skip


@staff(roles=EVERYONE)
def visibility(request: DeskRequest, service_id: UUID) -> HttpResponse:
    """Say who sees which part; beside it, what the public sees now."""
    service = _own(request, service_id)
    form = VisibilityForm(request.POST or None, service=service)
    if request.method == "POST" and form.is_valid():
        set_visibility(service=service, audiences=form.cleaned_data, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("desk:directory_visibility", service.pk)
    shown = [(label, service.shows(group, to=Audience.PUBLIC)) for group, label in GROUPS.items()]
    return _page(
        request, "visibility.html", form, service=service, shown=shown,
        is_public=service.shows("basics", to=Audience.PUBLIC),
    )  # fmt: skip


@staff(roles=EVERYONE)
def translations(request: DeskRequest, service_id: UUID) -> HttpResponse:
    """List the languages with the state of each text, who read it and when."""
    service = _own(request, service_id)
    rows = Translation.objects.filter(service=service).select_related("service", "reviewer")
    known = {(it.language, it.field): it for it in rows}
    found = [
        (code, label, service.name.get(code, ""), known.get((code, "name")))
        for code, label in OTHER_LANGUAGES
    ]
    context = {"service": service, "rows": found, "nav": "directory"}
    return render(request, "desk/directory/translations.html", context)


@staff(roles=EVERYONE)
def translation(request: DeskRequest, service_id: UUID, language: str) -> HttpResponse:
    service = _own(request, service_id)
    if language not in dict(OTHER_LANGUAGES):
        raise Http404
    initial = {it: getattr(service, it).get(language, "") for it in ("name", "description")}
    form = TranslationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        is_reviewed = said.pop("is_reviewed")
        translate(
            service=service, language=language, texts=said, is_reviewed=is_reviewed,
            by=request.user,
        )  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("desk:directory_translations", service.pk)
    return _page(request, "translation.html", form, service=service, language=language)


@staff(roles=EVERYONE)
def access_card(request: DeskRequest, organization_id: UUID, channel: str = "") -> HttpResponse:
    """Write the card of one digital way, or change the one that is there."""
    organization = get_object_or_404(organizations_visible_to(request.user), pk=organization_id)
    if not may_edit(request.user, organization):
        raise PermissionDenied
    wanted = request.POST.get("channel", channel)
    card = AccessCard.objects.filter(organization=organization, channel=wanted).first()
    form = AccessCardForm(request.POST or None, card=card)
    if request.method == "POST" and form.is_valid():
        write_access_card(
            organization=organization, channel=form.cleaned_data["channel"], fields=form.values,
            by=request.user,
        )  # fmt: skip
        messages.success(request, _("Saved. The entry counts as confirmed today."))
        return redirect("desk:directory_organization", organization.pk)
    return _page(request, "access_form.html", form, organization=organization, card=card)
