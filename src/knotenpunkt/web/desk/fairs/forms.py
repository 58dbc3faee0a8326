"""Dates of a fair in local wall time; rooms that are free then."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knotenpunkt.cooperation.actions.fairs import NewDate
from knotenpunkt.cooperation.enums import FairStatus, StallStatus
from knotenpunkt.cooperation.models import Fair
from knotenpunkt.directory.queries import locations_today
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Location, Room

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class WhenForm(forms.Form):
    """A day with beginning and end."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=DAY)
    start = forms.TimeField(label=gettext_lazy("from"), widget=TIME, initial=dt.time(10))
    end = forms.TimeField(label=gettext_lazy("to"), widget=TIME, initial=dt.time(16))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("start") and given.get("end") and given["end"] <= given["start"]:
            self.add_error("end", _("The end lies before the beginning."))
        return given

    @property
    def during(self) -> tuple[dt.datetime, dt.datetime]:
        """Beginning and end in UTC; only of a valid form."""
        day = self.cleaned_data["day"]
        return (
            clock.local_moment(day, self.cleaned_data["start"]),
            clock.local_moment(day, self.cleaned_data["end"]),
        )


class PostponeForm(WhenForm):
    """Why, to when and where to."""

    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=300)
    location = forms.ModelChoiceField(
        label=gettext_lazy("Where?"), queryset=Location.objects.none()
    )
    rooms = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Rooms"), queryset=Room.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    capacity = forms.IntegerField(label=gettext_lazy("Places"), min_value=1, max_value=100_000)
    has_online_edition = forms.BooleanField(
        label=gettext_lazy("Online edition too"), required=False
    )
    online_url = forms.URLField(
        label=gettext_lazy("Address of the online edition"), required=False, assume_scheme="https"
    )

    def __init__(self, *args: Any, fair: Fair, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["location"].queryset = locations_today(fair.network)
        fields["rooms"].queryset = (
            Room.objects.filter(location__network=fair.network)
            .select_related("location")
            .order_by("location__position", "name")
        )
        fields["rooms"].label_from_instance = lambda room: f"{room.location.name}: {room.name}"

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if day <= clock.today():
            raise forms.ValidationError(_("Please choose a day that lies ahead."))
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        foreign = [it for it in given.get("rooms") or () if it.location != given.get("location")]
        if foreign:
            self.add_error("rooms", _("These rooms are in another house."))
        return given

    @property
    def new_date(self) -> NewDate:
        given, (starts_at, ends_at) = self.cleaned_data, self.during
        return NewDate(
            starts_at,
            ends_at,
            given["location"],
            list(given["rooms"]),
            given["capacity"],
            given["has_online_edition"],
            given["online_url"],
        )


class BlockForm(WhenForm):
    """A room that nobody can use, with the reason."""

    room = forms.ModelChoiceField(label=gettext_lazy("Room"), queryset=Room.objects.none())
    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=300)

    def __init__(self, *args: Any, fair: Fair, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        room: Any = self.fields["room"]
        room.queryset = Room.objects.filter(location__network=fair.network).select_related(
            "location"
        )
        room.label_from_instance = lambda it: f"{it.location.name}: {it.name}"


class StepForm(forms.Form):
    """The next status; why, where one is asked; what came of it, at the end."""

    new = forms.ChoiceField(
        choices=[(it.value, it.label) for it in FairStatus if it != FairStatus.POSTPONED]
    )
    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=300, required=False)
    evaluation = forms.CharField(
        label=gettext_lazy("What came of it?"), required=False, max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        new = given.get("new")
        if new in (FairStatus.CANCELLED, FairStatus.ONLINE) and not given.get("reason"):
            self.add_error("reason", _("Please say why; everyone who signed up reads it."))
        if new == FairStatus.EVALUATED and not given.get("evaluation"):
            self.add_error("evaluation", _("Please say what came of it."))
        return given


class StallForm(forms.Form):
    status = forms.ChoiceField(
        choices=[(it.value, it.label) for it in StallStatus if it != StallStatus.ASKED]
    )
