"""The line: who waits, since when, who has an offer; yes or no on someone's behalf."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.people.actions import log_read
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.visits.actions.waiting import decline_offer, join_line, leave_line, take_offer
from knotenpunkt.visits.enums import IN_LINE, OfferStatus
from knotenpunkt.visits.errors import OfferGone
from knotenpunkt.visits.models import WaitingEntry, WaitingOffer
from knotenpunkt.visits.queries import visits_visible_to, waiting_visible_to, with_offers
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.waiting.forms import AnswerForm, JoinForm

PAGE_SIZE = 20


@staff(roles=CASE_ROLES)
def line(request: DeskRequest) -> HttpResponse:
    """Show the line of the own organization in its order."""
    return _line_page(request)


def _line_page(request: DeskRequest, fault: str = "", status: int = 200) -> HttpResponse:
    found = with_offers(waiting_visible_to(request.user).filter(status__in=IN_LINE))
    paginator = Paginator(found.order_by("since", "id"), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    with transaction.atomic():
        log_read(persons=[it.person for it in page], by=request.user, what="waiting list")
    rows = [
        (number, entry, _open_offer(entry))
        for number, entry in enumerate(page, start=page.start_index())
    ]
    context = {"page": page, "rows": rows, "fault": fault, "nav": "waiting"}
    return render(request, "desk/waiting/line.html", context, status=status)


def _open_offer(entry: WaitingEntry) -> WaitingOffer | None:
    return next((it for it in entry.offers.all() if it.status == OfferStatus.OPEN), None)


@staff(roles=CASE_ROLES)
def join(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Put a person on the list: for her open needs, or for an earlier time."""
    person = get_object_or_404(
        persons_visible_to(request.user).select_related("network"), pk=person_id
    )
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="waiting form")
    form = JoinForm(request.POST or None, person=person, visits=visits_visible_to(request.user))
    if request.method == "POST" and form.is_valid():
        join_line(**form.wanted, person=person, by=request.user)
        messages.success(request, _("She is on the list. A freed time is offered to her."))
        return redirect("desk:waiting")
    context = {"person": person, "form": form, "nav": "waiting"}
    status = 422 if form.errors else 200
    return render(request, "desk/waiting/join.html", context, status=status)


@require_POST
@staff(roles=CASE_ROLES)
def leave(request: DeskRequest, entry_id: UUID) -> HttpResponse:
    entry = get_object_or_404(waiting_visible_to(request.user), pk=entry_id)
    leave_line(entry=entry, by=request.user)
    messages.success(request, _("Taken off the list."))
    return redirect("desk:waiting")


@require_POST
@staff(roles=CASE_ROLES)
def answer(request: DeskRequest, offer_id: UUID) -> HttpResponse:
    """Take or decline an offer for someone, for example on the telephone."""
    own = WaitingOffer.objects.filter(entry__in=waiting_visible_to(request.user))
    offer = get_object_or_404(own, pk=offer_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _line_page(request, _("Choose yes or no."), 422)
    try:
        if form.cleaned_data["answer"] == "take":
            visit = take_offer(offer=offer, by=request.user)
            messages.success(request, _("Booked. All appointments are fixed."))
            return redirect("desk:visit", visit.id)
        decline_offer(offer=offer, by=request.user)
    except OfferGone:
        return _line_page(request, _("This offer has ended; the time went to the next."), 409)
    messages.success(request, _("Declined. The time goes to the next, she keeps her place."))
    return redirect("desk:waiting")
