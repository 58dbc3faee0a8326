"""A binding appointment of an authority, as the letter says it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.foundation import clock
from knotenpunkt.visits.actions.fixed_blocks import Block
from knotenpunkt.visits.models import ExternalAppointment
from knotenpunkt.web.desk.days import is_too_far


class BlockForm(forms.Form):
    """Who, when and where; local wall time. `displace` lets booked appointments yield."""

    authority = forms.CharField(label=_("Which authority?"), max_length=120)
    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    starts = forms.TimeField(
        label=_("begins"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=_("ends"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    place = forms.CharField(label=_("Where?"), max_length=200, required=False)
    way_minutes = forms.IntegerField(
        label=_("Way there and back, minutes each"), min_value=0, max_value=240, initial=30
    )
    displace = forms.BooleanField(
        label=_("Appointments that lie there yield and become repair tasks"), required=False
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        day, starts, ends = values.get("day"), values.get("starts"), values.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("This is before the beginning."))
        if day and day < clock.today():
            self.add_error("day", _("This day lies in the past."))
        if day and is_too_far(day):
            self.add_error("day", _("This day is more than two years ahead."))
        if day and starts and ends and not self.errors:
            self._place(values, day, starts, ends)
        return values

    def _place(self, values: dict[str, Any], day: dt.date, starts: dt.time, ends: dt.time) -> None:
        try:
            values["starts_at"] = clock.local_moment(day, starts)
            values["ends_at"] = clock.local_moment(day, ends)
        except clock.NoSuchLocalTime:
            self.add_error("starts", _("The clocks jump over this time."))
        else:
            if values["starts_at"] <= clock.now():
                self.add_error("starts", _("This time has passed."))

    @classmethod
    def filled_with(cls, row: ExternalAppointment) -> BlockForm:
        """Return the form as it would have been filled in for this block."""
        starts, ends = (it.astimezone(clock.LOCAL) for it in (row.starts_at, row.ends_at))
        same = {name: getattr(row, name) for name in ("authority", "place", "way_minutes")}
        times = {"day": starts.date(), "starts": starts.time(), "ends": ends.time()}
        return cls(initial={**same, **times})

    @property
    def block(self) -> Block:
        """Return the block of a valid form."""
        names = ("authority", "starts_at", "ends_at", "place", "way_minutes")
        return Block(**{name: self.cleaned_data[name] for name in names})
