"""The page behind the link of an offer: yes or no by a button, never by opening it."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import look_as_person, system_scope
from knotenpunkt.visits.actions.waiting import decline_offer, take_offer
from knotenpunkt.visits.enums import OfferStatus
from knotenpunkt.visits.errors import OfferGone
from knotenpunkt.visits.links import BadLink, read_offer_link
from knotenpunkt.visits.models import WaitingOffer
from knotenpunkt.web.access import anyone


class AnswerForm(forms.Form):
    """Yes or no."""

    answer = forms.ChoiceField(choices=[("take", "take"), ("decline", "decline")])


@anyone
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, text: str) -> HttpResponse:
    """Show what is held; by POST, take it or let it go to the next."""
    found = _offer(text)
    if request.method != "POST":
        return _page(request, found)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, 422)
    try:
        if form.cleaned_data["answer"] == "take":
            return redirect("public:slip", take_offer(offer=found, by=None).code)
        decline_offer(offer=found, by=None)
    except OfferGone:
        return _page(request, _offer(text), 409)
    return redirect(request.path)


def _offer(text: str) -> WaitingOffer:
    try:
        key = read_offer_link(text)
    except BadLink as error:
        raise Http404 from error
    with system_scope("look up a link"):
        found = WaitingOffer.objects.select_related("visit").filter(pk=key).first()
    if found is None:
        raise Http404
    look_as_person(found.visit.person_id)
    return found


def _page(request: HttpRequest, found: WaitingOffer, status: int = 200) -> HttpResponse:
    if found.status == OfferStatus.TAKEN:
        return redirect("public:slip", found.visit.code)
    legs = found.visit.appointments.select_related("location").order_by("starts_at")
    is_open = found.status == OfferStatus.OPEN and found.expires_at > clock.now() and status != 409
    context = {"offer": found, "legs": legs, "is_open": is_open}
    return render(request, "public/offer.html", context, status=status)
