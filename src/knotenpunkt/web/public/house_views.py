"""The day in the house on her phone: check in, and where to go next. Renews itself."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from knotenpunkt.foundation import clock
from knotenpunkt.visits.actions.attendance import check_in
from knotenpunkt.visits.enums import ACTIVE_APPOINTMENTS, ACTIVE_VISITS, AppointmentStatus
from knotenpunkt.visits.errors import IllegalStep
from knotenpunkt.visits.models import Appointment
from knotenpunkt.web.access import anyone
from knotenpunkt.web.public.limits import by_code
from knotenpunkt.web.public.slip_views import visit_by_code

# Checking in from home would call an empty chair: the phone may do it an hour before at most.
EARLIEST = dt.timedelta(hours=1)
RENEWED_AFTER_SECONDS = "60"


@anyone
@never_cache
@by_code
def house(request: HttpRequest, code: str) -> HttpResponse:
    """Show the next appointment of today; by POST, check in for it."""
    visit = visit_by_code(code)
    today = [it for it in visit.appointments.all() if _is_today(it)]
    is_open = visit.status in ACTIVE_VISITS and not visit.is_expired
    ahead = [it for it in today if is_open and it.status in ACTIVE_APPOINTMENTS]
    leg = ahead[0] if ahead else None
    may_check_in = leg is not None and _may_check_in(leg)
    if request.method == "POST":
        if leg is not None and may_check_in:
            _check_in(leg)
        return redirect("public:house", visit.code)
    context = {
        "visit": visit,
        "leg": leg,
        "minutes": _minutes_until(leg) if leg else 0,
        "may_check_in": may_check_in,
        "done": sum(it.status == AppointmentStatus.ATTENDED for it in today),
        "of": len(today),
    }
    response = render(request, "public/house.html", context)
    response["Refresh"] = RENEWED_AFTER_SECONDS
    return response


def _is_today(leg: Appointment) -> bool:
    return clock.local_day(leg.starts_at) == clock.today()


def _may_check_in(leg: Appointment) -> bool:
    is_near = leg.starts_at - EARLIEST <= clock.now() < leg.ends_at
    return leg.status == AppointmentStatus.BOOKED and is_near


def _check_in(leg: Appointment) -> None:
    try:
        check_in(appointment=leg, by=None)
    except IllegalStep:  # the front desk was faster with something else; the page shows it
        return


def _minutes_until(leg: Appointment) -> int:
    return max(-(-int((leg.starts_at - clock.now()).total_seconds()) // 60), 0)
