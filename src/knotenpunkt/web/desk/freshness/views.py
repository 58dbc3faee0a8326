"""How fresh is the directory? Marks, quality and who has not answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from knotenpunkt.directory.actions.freshness import ask_owner, note_sign
from knotenpunkt.directory.enums import FieldPart, ServiceStatus, SignKind
from knotenpunkt.directory.freshness import (
    confidence,
    is_hidden,
    is_stale,
    parts_to_ask,
    score_of,
)
from knotenpunkt.directory.models import ConfirmationRequest, Service
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Organization
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff

PAGE_SIZE = 20
OF_OTHERS = (SignKind.NOBODY_THERE, SignKind.MAIL_BOUNCED)
OF_OWNERS = (SignKind.CONFIRMED, SignKind.CHANGED, *OF_OTHERS)


class SignForm(forms.Form):
    """What was noticed. Only the owner confirms; everyone may say that nobody was there."""

    part = forms.ChoiceField(label=gettext_lazy("Which part?"), choices=FieldPart.choices)
    kind = forms.ChoiceField(label=gettext_lazy("What was noticed?"))
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, is_owner: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [(it.value, it.label) for it in (OF_OWNERS if is_owner else OF_OTHERS)]


def _entries(request: DeskRequest) -> QuerySet[Service]:
    network = request.user.staff_member.organization.network
    found = Service.objects.filter(organization__network=network).exclude(
        status=ServiceStatus.ENDED
    )
    return found.select_related("organization").prefetch_related("services_at_location", "staff")


@staff(roles=EVERYONE)
def freshness(request: DeskRequest) -> HttpResponse:
    """List entries, the longest unconfirmed first, and digests without an answer."""
    today = clock.today()
    found = _entries(request).order_by(F("verified_on").asc(nulls_first=True), "code")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        (it, score_of(it, today), is_stale(it, today), is_hidden(it, today))
        for it in page.object_list
    ]
    network = request.user.staff_member.organization.network
    is_coordinator = request.user.staff_member.role == Role.COORDINATOR
    open_ones = ConfirmationRequest.objects.filter(
        organization__network=network, answered_at=None
    ).select_related("organization")
    context = {
        "page": page,
        "rows": rows,
        "open_requests": open_ones if is_coordinator else (),
        "is_coordinator": is_coordinator,
        "nav": "directory",
    }
    return render(request, "desk/freshness/list.html", context)


@staff(roles=EVERYONE)
def entry(request: DeskRequest, service_id: UUID) -> HttpResponse:
    """Show what speaks for and against an entry, part by part; note what was noticed."""
    service = get_object_or_404(_entries(request), pk=service_id)
    is_owner = service.organization_id == request.user.staff_member.organization_id
    form = SignForm(request.POST or None, is_owner=is_owner)
    if request.method == "POST" and form.is_valid():
        note_sign(service=service, by=request.user, **form.cleaned_data)
        messages.success(request, _("Thank you. Noted."))
        return redirect("desk:freshness_entry", service.id)
    signs = list(service.freshness_signs.all()[:200])
    context = {
        "service": service,
        "form": form,
        "score": score_of(service, clock.today()),
        "is_stale": is_stale(service, clock.today()),
        "parts": [
            (FieldPart(part).label, confidence(part, signs, service.verified_on, clock.now()))
            for part in parts_to_ask(service)
        ],
        "nav": "directory",
    }
    return render(request, "desk/freshness/entry.html", context, status=422 if form.errors else 200)


@require_POST
@staff(roles=frozenset({Role.COORDINATOR}))
def ask(request: DeskRequest, organization_id: UUID) -> HttpResponse:
    """Send the owner the digest now."""
    network = request.user.staff_member.organization.network
    organization = get_object_or_404(Organization, pk=organization_id, network=network)
    if ask_owner(organization=organization, by=request.user):
        messages.success(request, _("The owner has been asked by mail."))
    else:
        messages.warning(request, _("There is nothing to ask, or no mail address."))
    return redirect("desk:freshness")
