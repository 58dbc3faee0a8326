"""What may be reported about capacity, and given back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.availability.tasks import HORIZON
from knotenpunkt.foundation import clock
from knotenpunkt.web.desk.days import is_too_far


class MonthForm(forms.Form):
    """One month of the own calendar: a count and a median, never a person."""

    month = forms.DateField(
        label=_("Month"),
        input_formats=["%Y-%m", "%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
    )
    appointments = forms.IntegerField(
        label=_("Appointments of regular clients"), min_value=1, max_value=1_000_000
    )
    median_wait_workdays = forms.DecimalField(
        label=_("Half of them waited at most (working days)"),
        min_value=0,
        max_value=999,
        max_digits=5,
        decimal_places=1,
    )

    def clean_month(self) -> Any:
        month = self.cleaned_data["month"].replace(day=1)
        if month > clock.today():
            raise forms.ValidationError(_("This month lies ahead."))
        return month


class CheckForm(forms.Form):
    """Which days are compared; four weeks from today when nothing is said."""

    first = forms.DateField(
        label=_("first day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    days = forms.IntegerField(
        label=_("Days"), required=False, min_value=1, max_value=92, initial=28
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first = values["first"] = values.get("first") or clock.today()
        days = values["days"] = values.get("days") or 28
        if first < clock.today():
            self.add_error("first", _("This day lies in the past."))
        elif is_too_far(first) or first + dt.timedelta(days=days) > clock.today() + HORIZON:
            self.add_error("first", _("Calendars are worked out for half a year ahead."))
        return values

    @property
    def span(self) -> tuple[dt.date, dt.date]:
        """Return the first and the last day, both included."""
        first: dt.date = self.cleaned_data["first"]
        return first, first + dt.timedelta(days=self.cleaned_data["days"] - 1)


class ReleaseForm(forms.Form):
    """Days of a pool that are to be for everyone from now on."""

    first = forms.DateField(
        label=_("first day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label=_("last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=_("Why?"), max_length=200)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if first and first < clock.today():
            self.add_error("first", _("This day lies in the past."))
        if first and is_too_far(first):
            self.add_error("first", _("This day is more than two years ahead."))
        if first and last and not 0 <= (last - first).days <= 366:
            self.add_error("last", _("This is before the first day, or more than a year later."))
        return values
