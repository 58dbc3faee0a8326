"""The day in the house on her phone: check in, where to go next, what has moved, "I am late".

With script the page looks again by itself; without it a button does.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from knotenpunkt.foundation import clock
from knotenpunkt.visits.actions.attendance import check_in
from knotenpunkt.visits.actions.day import Delayed, foresee_delay, note_delay
from knotenpunkt.visits.day import LegState, live_state, next_today, own_turns
from knotenpunkt.visits.enums import LIVING_VISITS, AppointmentStatus
from knotenpunkt.visits.errors import IllegalStep
from knotenpunkt.visits.models import Appointment, Visit
from knotenpunkt.web.access import anyone
from knotenpunkt.web.public.answers import sent
from knotenpunkt.web.public.forms import LATE_BY, LateForm, text_with
from knotenpunkt.web.public.limits import by_code
from knotenpunkt.web.public.slip_views import visit_by_code

# Checking in from home would call an empty chair: the phone may do it an hour before at most.
EARLIEST = dt.timedelta(hours=1)


@dataclass(frozen=True)
class TodaysLeg:
    """An open appointment of today and how it stands now."""

    appointment: Appointment
    state: LegState


@anyone
@by_code
def house(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is open today as it stands now; by POST, check in for the next."""
    visit = visit_by_code(code)
    if visit.replaced_by_id:
        return redirect("public:slip", visit.code)
    legs = _open_today(visit)
    now = legs[0] if legs else None
    may_check_in = now is not None and _may_check_in(now)
    if request.method == "POST":
        if now is not None and may_check_in:
            _check_in(now.appointment)
        return redirect("public:house", visit.code)
    today = [it for it in visit.appointments.all() if _is_today(it)]
    context = {
        "visit": visit,
        "now": now,
        "after": legs[1:],
        "turns": own_turns(visit),
        "may_check_in": may_check_in,
        "may_be_late": next_today(visit) is not None,
        "done": sum(it.status == AppointmentStatus.ATTENDED for it in today),
        "of": len(today),
        "looked_at": clock.now(),
    }
    return render(request, "public/house.html", context)


def _open_today(visit: Visit) -> list[TodaysLeg]:
    """Return what is open today, in order of time; nothing of a visit that is only held."""
    if visit.status not in LIVING_VISITS:
        return []
    legs = {it.id: it for it in visit.appointments.all()}
    return [TodaysLeg(legs[it.appointment], it) for it in live_state(visit)]


def _is_today(leg: Appointment) -> bool:
    return clock.local_day(leg.starts_at) == clock.today()


def _may_check_in(leg: TodaysLeg) -> bool:
    late = dt.timedelta(minutes=leg.state.delay_minutes)
    is_near = leg.state.starts_at - EARLIEST <= clock.now() < leg.appointment.ends_at + late
    return leg.state.status == AppointmentStatus.BOOKED and is_near


def _check_in(leg: Appointment) -> None:
    try:
        check_in(appointment=leg, by=None)
    except IllegalStep:  # the front desk was faster with something else; the page shows it
        return


@anyone
@by_code
def late(request: HttpRequest, code: str) -> HttpResponse:
    """Ask how late she is, show what that means, and only by the second button say it."""
    visit = visit_by_code(code)
    if visit.replaced_by_id:
        return redirect("public:slip", visit.code)
    leg = next_today(visit) if visit.status in LIVING_VISITS else None
    form = LateForm(sent(request))
    context: dict[str, Any] = {"visit": visit, "leg": leg, "form": form, "choices": LATE_BY}
    if leg is None or not form.is_bound or not form.is_valid():
        status = 422 if leg is not None and form.errors else 200
        return render(request, "public/late.html", context, status=status)
    minutes = form.cleaned_data["minutes"]
    try:
        if form.cleaned_data["is_sure"]:
            return _say_late(request, visit, leg, minutes)
        foreseen = foresee_delay(appointment=leg, minutes=minutes)
    except IllegalStep:  # the front desk has checked her in meanwhile
        return redirect("public:house", visit.code)
    context |= {"minutes": minutes, **_outlook(visit, leg, foreseen, minutes)}
    return render(request, "public/late.html", context)


def _say_late(request: HttpRequest, visit: Visit, leg: Appointment, minutes: int) -> HttpResponse:
    """Note it; the page of the house then shows the new times, and since when it is known."""
    note_delay(appointment=leg, minutes=minutes, by=None)
    time = clock.now().astimezone(clock.LOCAL).strftime("%H:%M")
    messages.success(request, text_with("late_noted", n=minutes, time=time))
    return redirect("public:house", visit.code)


def _outlook(visit: Visit, leg: Appointment, foreseen: Delayed, minutes: int) -> dict[str, object]:
    """Return what a delay means: for this appointment, and for each after it."""
    known = {it.id: it for it in visit.appointments.all()}
    return {
        "own_leg": known[leg.id],
        "expected_at": leg.starts_at + dt.timedelta(minutes=minutes),
        "is_over": leg.starts_at + dt.timedelta(minutes=minutes) >= leg.ends_at,
        "following": [
            {
                "leg": known[it.appointment.id],
                "starts_at": it.appointment.starts_at,
                "is_moved": it.is_moved,
                "minutes": it.minutes,
            }
            for it in foreseen.following
        ],
    }
