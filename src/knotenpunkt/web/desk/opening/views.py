"""Open on that day? Every house of the network, with the reason; who vouches for the holidays."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from knotenpunkt.availability.opening import locations_open_on
from knotenpunkt.directory.actions.holidays import (
    review_school_holidays,
    withdraw_holiday_review,
)
from knotenpunkt.directory.errors import UnknownYear
from knotenpunkt.directory.holidays import holiday_years, school_holidays_on
from knotenpunkt.directory.queries import locations_today
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.school_holidays import school_holidays
from knotenpunkt.network.enums import Role
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff

REVIEWING = frozenset({Role.COORDINATOR})


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
    network = request.user.staff_member.organization.network
    locations = locations_today(network).select_related("network")
    context = {
        "form": form if form.is_bound else DayForm(initial={"day": day}),
        "day": day,
        "places": locations_open_on(list(locations), day),
        "holidays": school_holidays_on(network, day),
        "nav": "directory",
    }
    status = 422 if form.is_bound and not is_good else 200
    return render(request, "desk/opening/page.html", context, status=status)


@staff(roles=EVERYONE)
def school_holiday_years(request: DeskRequest) -> HttpResponse:
    """Show the school holidays of the Land with their sources, and who has reviewed which year."""
    member = request.user.staff_member
    network = member.organization.network
    context = {
        "source": school_holidays().get(network.land),
        "years": holiday_years(network),
        "may_review": member.role in REVIEWING,
        "nav": "directory",
    }
    return render(request, "desk/opening/school_holidays.html", context)


@require_POST
@staff(roles=REVIEWING)
def school_holidays_reviewed(request: DeskRequest, year: int) -> HttpResponse:
    """Note that she has held a year against the publication."""
    try:
        review_school_holidays(year=year, by=request.user)
    except UnknownYear:
        raise Http404 from None
    messages.success(request, gettext("Noted: this year of school holidays is reviewed."))
    return redirect("desk:school_holidays")


@require_POST
@staff(roles=REVIEWING)
def school_holidays_unreviewed(request: DeskRequest, year: int) -> HttpResponse:
    """Take a review back."""
    network = request.user.staff_member.organization.network
    review = get_object_or_404(network.school_holiday_reviews, year=year)
    withdraw_holiday_review(review=review, by=request.user)
    messages.success(request, gettext("Taken back: the year counts as not reviewed."))
    return redirect("desk:school_holidays")
