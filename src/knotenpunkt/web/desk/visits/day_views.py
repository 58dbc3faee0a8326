"""The day of an organization: its own appointments, never where else a person goes."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render

from knotenpunkt.foundation import clock
from knotenpunkt.people.actions import log_read
from knotenpunkt.visits.queries import day_of_organization
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.visits.forms import DayForm

DAY = dt.timedelta(days=1)


@staff(roles=EVERYONE)
def day(request: DeskRequest) -> HttpResponse:
    """Show one day; without a valid day in the address, today."""
    form = DayForm(request.GET)
    shown = (form.cleaned_data["day"] if form.is_valid() else None) or clock.today()
    appointments = list(day_of_organization(request.user, shown))
    with transaction.atomic():
        log_read(persons=[it.visit.person for it in appointments], by=request.user, what="day")
    context = {
        "day": shown,
        "is_today": shown == clock.today(),
        "before": shown - DAY,
        "after": shown + DAY,
        "appointments": appointments,
        "organization": request.user.staff_member.organization,
        "nav": "day",
    }
    return render(request, "desk/visits/day.html", context)
