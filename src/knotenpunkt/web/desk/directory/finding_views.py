"""Digital ways to organizations, and questions the search could not answer."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.directory.actions.entries import confirm_access_card
from knotenpunkt.directory.actions.finding import dismiss_zero_hit, make_synonym
from knotenpunkt.directory.models import AccessCard, ZeroHit
from knotenpunkt.directory.rights import may_edit
from knotenpunkt.directory.search.asking import words_like
from knotenpunkt.network.enums import Role
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.directory.forms import SynonymForm
from knotenpunkt.web.desk.directory.views import PAGE_SIZE, network_of

KEEPERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR, Role.LEAD})


@staff(roles=EVERYONE)
def access_cards(request: DeskRequest) -> HttpResponse:
    """List the digital ways to all partners."""
    found = AccessCard.objects.filter(organization__network=network_of(request)).select_related(
        "organization", "confirmed_by"
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "mine": {it.pk for it in page if may_edit(request.user, it.organization)},
        "nav": "directory",
    }
    return render(request, "desk/directory/access.html", context)


@require_POST
@staff(roles=EVERYONE)
def access_confirm(request: DeskRequest, card_id: UUID) -> HttpResponse:
    found = AccessCard.objects.filter(organization__network=network_of(request))
    card = get_object_or_404(found.select_related("organization"), pk=card_id)
    if not may_edit(request.user, card.organization):
        raise PermissionDenied
    confirm_access_card(card=card, by=request.user)
    messages.success(request, _("Confirmed as of today."))
    return redirect("desk:directory_access")


@staff(roles=KEEPERS)
def zero_hits(request: DeskRequest) -> HttpResponse:
    """List questions that found nothing, most frequent first, with what they may mean."""
    network = network_of(request)
    found = ZeroHit.objects.filter(network=network, is_done=False)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    hits = list(zip(page, words_like(network, *(hit.query for hit in page)), strict=True))
    context = {"page": page, "hits": hits, "nav": "directory"}
    return render(request, "desk/directory/zero_hits.html", context)


@require_POST
@staff(roles=KEEPERS)
def zero_hit_answer(request: DeskRequest, hit_id: UUID) -> HttpResponse:
    """Let the question mean something from now on, or take it off the list."""
    hit = get_object_or_404(ZeroHit.objects.filter(network=network_of(request)), pk=hit_id)
    form = SynonymForm(request.POST)
    if form.is_valid() and form.cleaned_data["means"]:
        make_synonym(hit=hit, means=form.cleaned_data["means"], by=request.user)
        messages.success(request, _("The search knows this word now."))
    else:
        dismiss_zero_hit(hit=hit, by=request.user)
        messages.success(request, _("Taken off the list."))
    return redirect("desk:directory_zero_hits")
