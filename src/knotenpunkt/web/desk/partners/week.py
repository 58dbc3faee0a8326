"""The hours of a week in a form: one field a day, as people write hours."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from knotenpunkt.directory.hours import DayHours

CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?"
STRETCH = re.compile(rf"{CLOCK}\s*[-–]\s*{CLOCK}")
SHOWN_DAYS = 7


class HoursField(forms.CharField):
    """Hours of one day: `8-12, 14:00-18:00`. The value is a sorted tuple of (from, to)."""

    default_error_messages = {
        "unreadable": _("Write hours like: 8-12, 14:00-18:00"),
        "backwards": _("It closes before it opens."),
        "overlap": _("These hours overlap."),
    }

    def to_python(self, value: Any) -> Any:
        found = [
            self._stretch(part) for part in re.split(r"[,;]", str(value or "")) if part.strip()
        ]
        found.sort()
        for (_first, end), (start, _last) in pairwise(found):
            if start < end:
                raise forms.ValidationError(self.error_messages["overlap"], "overlap")
        return tuple(found)

    def _stretch(self, text: str) -> tuple[dt.time, dt.time]:
        match = STRETCH.fullmatch(text.strip().removesuffix("Uhr").strip())
        try:
            if match is None:
                raise ValueError
            hour, minute, last_hour, last_minute = (int(it or 0) for it in match.groups())
            start, end = dt.time(hour, minute), dt.time(last_hour, last_minute)
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["unreadable"], "unreadable") from error
        if end <= start:
            raise forms.ValidationError(self.error_messages["backwards"], "backwards")
        return start, end


class WeekForm(forms.Form):
    """Seven fields; at least one says something."""

    def __init__(self, *args: Any, hours: Iterable[DayHours] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said: dict[int, list[str]] = {}
        for it in hours:
            said.setdefault(it.weekday, []).append(f"{it.starts_at:%H:%M}-{it.ends_at:%H:%M}")
        for day in range(SHOWN_DAYS):
            self.fields[f"day_{day}"] = HoursField(
                label=WEEKDAYS[day],
                required=False,
                max_length=80,
                initial=", ".join(said.get(day, [])),
                widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
            )
        self.fields["day_0"].help_text = _("For example: 8-12, 14-18. Leave empty if closed.")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not any(values.get(f"day_{day}") for day in range(SHOWN_DAYS)):
            self.add_error("day_0", _("Enter the hours of at least one day."))
        return values

    @property
    def hours(self) -> tuple[DayHours, ...]:
        """Return what a valid form says."""
        return tuple(
            DayHours(day, start, end)
            for day in range(SHOWN_DAYS)
            for start, end in self.cleaned_data[f"day_{day}"]
        )
