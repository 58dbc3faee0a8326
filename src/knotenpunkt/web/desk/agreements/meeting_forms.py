"""When the parties meet, and what is written down of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knotenpunkt.cooperation.actions.meetings import Decided, Held, SeriesPlan
from knotenpunkt.cooperation.models import CooperationAgreement
from knotenpunkt.cooperation.queries.agreements import parties_today
from knotenpunkt.cooperation.queries.meetings import monthly_rule
from knotenpunkt.directory.queries import locations_today
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Location, Organization
from knotenpunkt.web.desk.agreements.forms import day_field, text_field
from knotenpunkt.web.desk.days import is_too_far

RHYTHMS = (
    ("1", gettext_lazy("every month")),
    ("2", gettext_lazy("every two months")),
    ("3", gettext_lazy("every quarter")),
    ("6", gettext_lazy("twice a year")),
)
TIME = {"type": "time"}


class SeriesForm(forms.Form):
    """A first day and a rhythm: the same weekday of the month each time."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    first_on = day_field(
        gettext_lazy("First meeting"),
        help_text=gettext_lazy("The others fall on the same weekday of the month."),
    )
    rhythm = forms.ChoiceField(label=gettext_lazy("How often?"), choices=RHYTHMS, initial="3")
    starts_at = forms.TimeField(
        label=gettext_lazy("from"), widget=forms.TimeInput(attrs=TIME, format="%H:%M")
    )
    ends_at = forms.TimeField(
        label=gettext_lazy("to"), widget=forms.TimeInput(attrs=TIME, format="%H:%M")
    )
    location = forms.ModelChoiceField(
        label=gettext_lazy("Where?"), queryset=Location.objects.none(), required=False
    )

    def __init__(self, *args: Any, agreement: CooperationAgreement, **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["location"]
        field.queryset = locations_today(agreement.network).order_by("position", "name")

    def clean_first_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["first_on"]
        if is_too_far(day):
            raise forms.ValidationError(_("This day is more than two years ahead."))
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        start, end = given.get("starts_at"), given.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", _("The end lies before the beginning."))
        return given

    @property
    def plan(self) -> SeriesPlan:
        given = dict(self.cleaned_data)
        rule = monthly_rule(given["first_on"], int(given.pop("rhythm")))
        return SeriesPlan(rrule=rule, **given)


class EndSeriesForm(forms.Form):
    last_on = day_field(gettext_lazy("Last day"))


class HeldForm(forms.Form):
    """Which houses were there, and what was said and decided."""

    day = day_field(gettext_lazy("Day"))
    attended = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Which houses were there?"),
        queryset=Organization.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    guests = forms.CharField(
        label=gettext_lazy("Guests: houses, no names of people"), required=False, max_length=300
    )
    minutes = text_field(gettext_lazy("Minutes"), 6000, rows=8)

    def __init__(self, *args: Any, agreement: CooperationAgreement, **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["attended"]
        field.queryset = parties_today(agreement)

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if day > clock.today():
            raise forms.ValidationError(_("This day lies ahead."))
        return day

    @property
    def held(self) -> Held:
        return Held(**self.cleaned_data)


class MoveForm(forms.Form):
    day = day_field(gettext_lazy("New day"))
    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=300)

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if is_too_far(day):
            raise forms.ValidationError(_("This day is more than two years ahead."))
        return day


class CancelForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=300)


class PointForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What is to be talked about?"),
        max_length=300,
        help_text=gettext_lazy("Never the name of a person who seeks help."),
    )


class DecisionForm(forms.Form):
    """What was decided, which house does it, until when."""

    text = forms.CharField(label=gettext_lazy("What was decided?"), max_length=300)
    organization = forms.ModelChoiceField(
        label=gettext_lazy("Which house does it?"), queryset=Organization.objects.none()
    )
    due_on = day_field(gettext_lazy("Until when?"))

    def __init__(self, *args: Any, agreement: CooperationAgreement, **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["organization"]
        field.queryset = parties_today(agreement)

    @property
    def decided(self) -> Decided:
        return Decided(**self.cleaned_data)


class OutcomeForm(forms.Form):
    outcome = forms.CharField(label=gettext_lazy("What came of it?"), max_length=300)
