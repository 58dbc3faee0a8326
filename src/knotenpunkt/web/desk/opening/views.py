"""Open on that day? Every house of the network, with the reason."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from knotenpunkt.availability.opening import location_open_on
from knotenpunkt.directory.queries import locations_today
from knotenpunkt.foundation import clock
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff


class DayForm(forms.Form):
    day = forms.DateField(
        label=_("On which day?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


@staff(roles=EVERYONE)
def opening(request: DeskRequest) -> HttpResponse:
    form = DayForm(request.GET or None)
    is_good = form.is_valid()
    day: dt.date = (form.cleaned_data["day"] if is_good else None) or clock.today()
    locations = locations_today(request.user.staff_member.organization.network)
    context = {
        "form": form if form.is_bound else DayForm(initial={"day": day}),
        "day": day,
        "places": [
            (location, location_open_on(location, day))
            for location in locations.select_related("network")
        ],
        "nav": "directory",
    }
    status = 422 if form.is_bound and not is_good else 200
    return render(request, "desk/opening/page.html", context, status=status)
