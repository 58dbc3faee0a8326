"""Hours at other houses, month by month, what was asked for, and where hours are missing."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_bidi, gettext
from django.utils.translation import gettext_lazy as _

from knotenpunkt.directory.spreadsheet.cells import safe_cell
from knotenpunkt.evaluation.actions import choose_outreach_baseline
from knotenpunkt.evaluation.models import OutreachBaseline
from knotenpunkt.evaluation.outreach import Outreach, outreach_of, proposed_hours
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Role
from knotenpunkt.web.access import FIGURE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.outreach.plot import outreach_plot

CHOOSING = frozenset({Role.COORDINATOR})
LONGEST_YEARS = 5
HEADS = (
    _("Place"), _("Organization"), _("Month"), _("hours held"), _("before"),
    _("appointments"), _("walk-ins"), _("asked for, not found"),
)  # fmt: skip


class MonthField(forms.DateField):
    """A month, by any day of it."""

    widget = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")
    input_formats = ("%Y-%m", "%Y-%m-%d")


class BaselineForm(forms.Form):
    """With which months hours are compared: whole ones that are over."""

    first = MonthField(label=_("first month"))
    last = MonthField(label=_("last month"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        this_month = clock.today().replace(day=1)
        if last and last.replace(day=1) >= this_month:
            self.add_error("last", _("This month is not over yet."))
        elif first and last and last < first:
            self.add_error("last", _("The last month lies before the first."))
        elif first and first.year < this_month.year - LONGEST_YEARS:
            self.add_error("first", _("That is more than five years ago."))
        return values


@staff(roles=FIGURE_ROLES)
def outreach(request: DeskRequest) -> HttpResponse:
    """Show hours and demand of the last months, and propose new hours."""
    found = _found(request)
    member = request.user.staff_member
    context = {
        "outreach": found,
        "plot": outreach_plot(found.whole, right_to_left=get_language_bidi()),
        "proposals": proposed_hours(member.organization.network),
        "may_choose": member.role in CHOOSING,
        "nav": "outreach",
    }
    return render(request, "desk/outreach/page.html", context)


def _found(request: DeskRequest) -> Outreach:
    """Return the hours of the network; that hours are held somewhere is no secret."""
    return outreach_of(request.user.staff_member.organization.network)


@staff(roles=FIGURE_ROLES)
def table(request: DeskRequest) -> HttpResponse:
    """The same as a table for spreadsheets; no cell runs as a formula."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="outreach.csv"'
    writer = csv.writer(response, delimiter=";")
    writer.writerow(str(it) for it in HEADS)
    for row in _rows(_found(request)):
        writer.writerow(safe_cell(cell) for cell in row)
    return response


def _rows(found: Outreach) -> Iterator[tuple[object, ...]]:
    for place in found.places:
        for month in place.months:
            yield (
                place.location.name,
                place.organization.name,
                f"{month.first:%Y-%m}",
                round(month.minutes / 60, 2),
                None if month.baseline is None else round(month.baseline / 60, 2),
                month.demand.appointments,
                month.demand.walk_ins,
                month.demand.not_found,
            )


@staff(roles=CHOOSING)
def baseline(request: DeskRequest) -> HttpResponse:
    """Choose the months with which hours are compared."""
    network = request.user.staff_member.organization.network
    chosen = OutreachBaseline.objects.filter(network=network).first()
    initial: dict[str, dt.date] = (
        {"first": chosen.first_month, "last": chosen.last_month} if chosen else {}
    )
    form = BaselineForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        choose_outreach_baseline(**form.cleaned_data, by=request.user)
        messages.success(request, gettext("Saved."))
        return redirect("desk:outreach")
    context = {"form": form, "nav": "outreach"}
    status = 422 if form.errors else 200
    return render(request, "desk/outreach/baseline.html", context, status=status)
