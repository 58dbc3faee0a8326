"""A change of mind: cancel one appointment or all, or look for another time.

Opening a page changes nothing, because mail scanners follow links; only the buttons act. Nobody
has to give a reason, and the slip afterwards is the dated receipt.
"""

from __future__ import annotations

import datetime as dt

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from knotenpunkt.foundation import clock
from knotenpunkt.visits.actions import cancel_appointment, cancel_visit
from knotenpunkt.visits.enums import ACTIVE_VISITS, LIVING_VISITS, AppointmentStatus
from knotenpunkt.visits.errors import IllegalStep
from knotenpunkt.visits.models import Appointment, Visit
from knotenpunkt.visits.planning.mending import ahead_of, wish_of_visit
from knotenpunkt.web.access import anyone
from knotenpunkt.web.public.answers import Answers, keep_answers
from knotenpunkt.web.public.limits import by_code
from knotenpunkt.web.public.slip_views import visit_by_code

# Someone who has checked in talks to the front desk instead.
MAY_CANCEL = (AppointmentStatus.HELD, AppointmentStatus.BOOKED)


class ChangeForm(forms.Form):
    """What is to be cancelled: one appointment, or everything."""

    appointment = forms.UUIDField(required=False)
    everything = forms.BooleanField(required=False)
    other_time = forms.BooleanField(required=False)


@anyone
@by_code
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Offer to cancel; by POST, do it and return to the slip, which is the receipt."""
    visit = visit_by_code(code)
    if visit.replaced_by_id:
        return redirect("public:slip", visit.code)
    legs = [it for it in visit.appointments.all() if it.status in MAY_CANCEL]
    form = ChangeForm(request.POST)
    is_late = False
    if request.method == "POST" and form.is_valid():
        ahead = ahead_of(visit) if visit.status in LIVING_VISITS else []
        if form.cleaned_data["other_time"] and ahead:
            _seek_other_time(request, visit, ahead)
            return redirect("public:proposals")
        try:
            _cancel(visit, legs, form)
        except IllegalStep:
            is_late = True
        else:
            return redirect("public:slip", visit.code)
    context = {
        "visit": visit,
        "legs": legs if visit.status in ACTIVE_VISITS else [],
        "is_late": is_late,
    }
    return render(request, "public/change.html", context, status=409 if is_late else 200)


def _cancel(visit: Visit, legs: list[Appointment], form: ChangeForm) -> None:
    """Cancel what was asked for. Raises `IllegalStep` when it is too late."""
    if form.cleaned_data["everything"]:
        cancel_visit(visit=visit, by=None)
        return
    for appointment in legs:
        if appointment.id == form.cleaned_data["appointment"]:
            cancel_appointment(appointment=appointment, by=None)


def _seek_other_time(request: HttpRequest, visit: Visit, legs: list[Appointment]) -> None:
    """Answer the questions as this visit answers them, so that proposals come at once.

    They begin on the day after: who cannot come rarely can two hours later. The same day is one
    switch away.
    """
    person = visit.person
    municipality = person.municipality
    answers = Answers(
        is_placed=True,
        municipality=municipality.code if municipality else "",
        is_accompanied=True,
        language=(person.languages or ["de"])[0],
        topics=tuple(dict.fromkeys(leg.service.topic.code for leg in legs)),
        needs=tuple(dict.fromkeys(leg.service_id for leg in legs)),
        held_tokens=wish_of_visit(visit, legs).held_tokens,
        first_day=clock.local_day(legs[0].starts_at) + dt.timedelta(days=1),
        changes=visit.id,
        seen_version=visit.version,
    )
    keep_answers(request, answers)
