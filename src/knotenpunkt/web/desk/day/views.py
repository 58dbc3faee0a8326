"""The day at the front desk: who comes, who is here, who is called, what runs late."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Location, Organization
from knotenpunkt.people.actions import log_read
from knotenpunkt.visits.actions.attendance import note_attended, note_excused, note_no_show
from knotenpunkt.visits.actions.day import arrive, call, note_delay, undo_check_in
from knotenpunkt.visits.codes import read_code
from knotenpunkt.visits.day import appointment_of_house, appointments_of_code, day_list
from knotenpunkt.visits.enums import AppointmentStatus
from knotenpunkt.visits.errors import IllegalStep
from knotenpunkt.visits.models import Appointment
from knotenpunkt.web.access import DESK_ROLES, EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.day.forms import CodeForm, DayForm, DelayForm

DAY = dt.timedelta(days=1)
STEPS: dict[str, Callable[..., object]] = {
    "here": arrive,
    "not-here": undo_check_in,
    "call": call,
    "attended": note_attended,
    "excused": note_excused,
    "no-show": note_no_show,
}


@staff(roles=EVERYONE)
def day(request: DeskRequest) -> HttpResponse:
    """Show one day; without a valid day in the address, today."""
    return _page(request, CodeForm())


def _page(request: DeskRequest, form: CodeForm) -> HttpResponse:
    asked = DayForm(request.GET)
    shown = (asked.cleaned_data["day"] if asked.is_valid() else None) or clock.today()
    appointments = list(day_list(request.user, shown))
    with transaction.atomic():
        log_read(persons=[it.visit.person for it in appointments], by=request.user, what="day")
    organization = request.user.staff_member.organization
    counts = Counter(it.status for it in appointments)
    context = {
        "day": shown,
        "is_today": shown == clock.today(),
        "before": shown - DAY,
        "after": shown + DAY,
        "appointments": appointments,
        "here": counts[AppointmentStatus.CHECKED_IN],
        "organization": organization,
        "places": _places(appointments, organization),
        # The front desk needs to know who comes where, not why.
        "shows_matter": request.user.staff_member.role != Role.FRONT_DESK,
        "may_act": request.user.staff_member.role in DESK_ROLES,
        "form": form,
        "delay_form": DelayForm(auto_id=False),
        "nav": "day",
    }
    return render(request, "desk/day/day.html", context, status=422 if form.errors else 200)


def _places(appointments: list[Appointment], organization: Organization) -> list[Location]:
    """Return the places of the organization, those of today's appointments first."""
    used = {it.location_id: it.location for it in appointments}
    own = {it.id: it for it in organization.locations.all()}
    return list({**used, **own}.values())


@require_POST
@staff(roles=DESK_ROLES)
def check_in(request: DeskRequest) -> HttpResponse:
    """Take a code that was typed or scanned, and ask to confirm who it is."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    return redirect("desk:check_in_code", form.cleaned_data["code"])


@staff(roles=DESK_ROLES)
def check_in_code(request: DeskRequest, code: str) -> HttpResponse:
    """Show today's legs of this code at the own organization; by POST, check in the next one."""
    found = list(appointments_of_code(request.user, read_code(code) or ""))
    open_ones = [it for it in found if it.status == AppointmentStatus.BOOKED]
    if request.method == "POST" and open_ones:
        return _do(request, open_ones[0], "here")
    with transaction.atomic():
        log_read(persons=[it.visit.person for it in found[:1]], by=request.user, what="check-in")
    context = {"code": code, "found": found, "next": open_ones[:1], "nav": "day"}
    return render(request, "desk/day/check_in.html", context)


@require_POST
@staff(roles=DESK_ROLES)
def day_step(request: DeskRequest, appointment_id: UUID, step: str) -> HttpResponse:
    """One step in the day of an appointment at the own organization."""
    if step not in STEPS:
        raise Http404
    return _do(request, _own(request, appointment_id), step)


def _own(request: DeskRequest, appointment_id: UUID) -> Appointment:
    """Return an appointment of the own organization, of whichever day."""
    found = appointment_of_house(request.user, appointment_id)
    if found is None:
        raise Http404
    return found


def _do(request: DeskRequest, appointment: Appointment, step: str) -> HttpResponse:
    try:
        STEPS[step](appointment=appointment, by=request.user)
    except IllegalStep:
        messages.error(request, _("That is not possible any more. This is how it stands now."))
    else:
        messages.success(request, _said(step) % {"code": appointment.visit.code})
    return redirect(_back(appointment))


def _said(step: str) -> str:
    return {
        "here": _("%(code)s is here."),
        "not-here": _("Taken back: %(code)s is not here."),
        "call": _("%(code)s is called."),
        "attended": _("%(code)s: the talk took place."),
        "excused": _("%(code)s is excused."),
        "no-show": _("%(code)s did not come. This stays in your organization."),
    }[step]


def _back(appointment: Appointment) -> str:
    """Return the address of the appointment on its day."""
    day = clock.local_day(appointment.starts_at)
    return f"{reverse('desk:day')}?day={day.isoformat()}#a-{appointment.id}"


@require_POST
@staff(roles=DESK_ROLES)
def delay(request: DeskRequest, appointment_id: UUID) -> HttpResponse:
    """Note a delay; the person and the offices that follow learn of it."""
    appointment = _own(request, appointment_id)
    form = DelayForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A delay is a number of minutes from 0 to 120."))
        return redirect(_back(appointment))
    try:
        done = note_delay(
            appointment=appointment, minutes=form.cleaned_data["minutes"], by=request.user
        )
    except IllegalStep:
        messages.error(request, _("That is not possible any more. This is how it stands now."))
        return redirect(_back(appointment))
    messages.success(request, _delay_said(len([it for it in done.following if it.minutes])))
    if not done.is_told:
        messages.warning(request, _("She gave no telephone or mail: please tell her in the house."))
    return redirect(_back(appointment))


def _delay_said(following: int) -> str:
    if not following:
        return _("Noted. Nothing else changes.")
    return ngettext(
        "Noted. One later appointment is moved or warned.",
        "Noted. %(number)s later appointments are moved or warned.",
        following,
    ) % {"number": following}
