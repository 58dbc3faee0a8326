"""Open hours and the screen in the waiting room."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Location
from knotenpunkt.visits.actions.queue import TicketWish, call_next, end_ticket, take_ticket
from knotenpunkt.visits.day import (
    appointments_of_code,
    calls_at,
    expected_turns,
    tickets_visible_to,
)
from knotenpunkt.visits.enums import QueueStatus
from knotenpunkt.visits.errors import IllegalStep, NobodyFits
from knotenpunkt.visits.models import QueueTicket, Visit
from knotenpunkt.visits.waits import Turn
from knotenpunkt.web.access import DESK_ROLES, DeskRequest, anyone, staff
from knotenpunkt.web.desk.day.forms import EndForm, TicketForm

SALT = "day.screen"
VALID = dt.timedelta(days=400)  # a monitor shows the same address for a year
REFRESH_SECONDS = 15


@staff(roles=DESK_ROLES)
def queue(request: DeskRequest, location_id: UUID) -> HttpResponse:
    """Show who waits at one place, and about when each will be called."""
    return _page(request, _place(request, location_id), TicketForm(initial={"language": "de"}))


def _place(request: DeskRequest, location_id: UUID) -> Location:
    network = request.user.staff_member.organization.network
    return get_object_or_404(Location, pk=location_id, network=network)


def _page(
    request: DeskRequest, location: Location, form: TicketForm, *, status: int = 200
) -> HttpResponse:
    tickets = list(
        tickets_visible_to(request.user)
        .filter(location=location, day=clock.today())
        .filter(status__in=(QueueStatus.WAITING, QueueStatus.CALLED))
        .select_related("location", "organization", "visit", "staff_member")
    )
    waiting = [it for it in tickets if it.status == QueueStatus.WAITING]
    expected = expected_turns(waiting)
    context = {
        "location": location,
        "waiting": [(it, _moment(expected.get(it.id))) for it in waiting],
        "called": [it for it in tickets if it.status == QueueStatus.CALLED],
        "screen": reverse("desk:screen", args=[signing.dumps(str(location.id), salt=SALT)]),
        "form": form,
        "nav": "day",
    }
    return render(request, "desk/day/queue.html", context, status=422 if form.errors else status)


def _moment(turn: Turn | None) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(turn.start * 60, dt.UTC) if turn else None


@require_POST
@staff(roles=DESK_ROLES)
def ticket_new(request: DeskRequest, location_id: UUID) -> HttpResponse:
    """Give a number."""
    location = _place(request, location_id)
    form = TicketForm(request.POST)
    if not form.is_valid():
        return _page(request, location, form)
    visit: Visit | None = None
    if form.cleaned_data["code"]:
        leg = appointments_of_code(request.user, form.cleaned_data["code"]).first()
        if leg is None:
            form.add_error("code", _("There is no appointment with this code here today."))
            return _page(request, location, form)
        visit = leg.visit
    wish = TicketWish(location, form.cleaned_data["language"], form.cleaned_data["minutes"], visit)
    ticket = take_ticket(wish=wish, by=request.user)
    messages.success(
        request, _("Number %(number)s. Please write it down for her.") % {"number": ticket}
    )
    return redirect("desk:queue", location.id)


@require_POST
@staff(roles=DESK_ROLES)
def ticket_next(request: DeskRequest, location_id: UUID) -> HttpResponse:
    """Call the next one who fits before my next booked appointment."""
    location = _place(request, location_id)
    try:
        ticket = call_next(
            location=location, staff_member=request.user.staff_member, by=request.user
        )
    except NobodyFits as error:
        messages.warning(request, _nobody(error))
    else:
        messages.success(request, _("%(number)s is called.") % {"number": ticket})
    return redirect("desk:queue", location.id)


def _nobody(error: NobodyFits) -> str:
    if not error.waiting:
        return _("Nobody is waiting.")
    if error.until is None:
        return _("You have no open time here now; see your appointments.")
    local = error.until.astimezone(clock.LOCAL)
    return _("Nobody's talk fits before %(time)s, when you are booked.") % {
        "time": f"{local:%H:%M}"
    }


@require_POST
@staff(roles=DESK_ROLES)
def ticket_end(request: DeskRequest, ticket_id: UUID) -> HttpResponse:
    """The talk is over, or she has left."""
    ticket: QueueTicket = get_object_or_404(tickets_visible_to(request.user), pk=ticket_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        return _page(request, ticket.location, TicketForm(initial={"language": "de"}), status=422)
    was_served = form.cleaned_data["how"] == QueueStatus.SERVED
    try:
        end_ticket(ticket=ticket, was_served=was_served, by=request.user)
    except IllegalStep:
        messages.error(request, _("That is not possible any more. This is how it stands now."))
    return redirect("desk:queue", ticket.location_id)


@anyone
def screen(request: DeskRequest, place: str) -> HttpResponse:
    """Show who is called, for a monitor without sign-in; the signed address names the place."""
    try:
        location_id = signing.loads(place, salt=SALT, max_age=VALID)
    except signing.BadSignature as error:
        raise Http404 from error
    location = get_object_or_404(Location, pk=location_id)
    context = {"location": location, "calls": calls_at(location), "refresh": REFRESH_SECONDS}
    return render(request, "desk/day/screen.html", context)
