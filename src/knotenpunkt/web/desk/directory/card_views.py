"""Knowledge cards: what I have read, what changed since; one button, no questions."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.directory.actions.reading import confirm_read, take_back_reading
from knotenpunkt.directory.cards import ReadState, cards_for, readings_in_house
from knotenpunkt.directory.errors import CardHasChanged
from knotenpunkt.directory.models import KnowledgeCard
from knotenpunkt.directory.queries import organizations_visible_to
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff


@staff(roles=EVERYONE)
def cards(request: DeskRequest) -> HttpResponse:
    """List the partners' cards: what is left to read first. A Kreis has some dozen partners."""
    lines = cards_for(request.user)
    context = {
        "lines": lines,
        "read": sum(line.state == ReadState.READ for line in lines),
        "in_house": readings_in_house(request.user),
        "nav": "directory",
    }
    return render(request, "desk/directory/cards.html", context)


@require_POST
@staff(roles=EVERYONE)
def read(request: DeskRequest, card_id: UUID) -> HttpResponse:
    """Note that she has read the card as it stood on her screen, or take that back."""
    card = get_object_or_404(
        KnowledgeCard.objects.filter(organization__in=organizations_visible_to(request.user)),
        pk=card_id,
    )
    if "off" in request.POST:
        take_back_reading(card=card, by=request.user)
    else:
        try:
            confirm_read(card=card, edition=request.POST.get("edition", ""), by=request.user)
        except CardHasChanged:
            messages.error(request, _("The card has changed meanwhile. Please read it again."))
        else:
            messages.success(request, _("Noted: you have read this card."))
    return redirect(f"{reverse('desk:directory_organization', args=[card.organization_id])}#card")
