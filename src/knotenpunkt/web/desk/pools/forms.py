"""Which programme pays for a person, and until when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.availability.models import CapacityPool
from knotenpunkt.availability.queries import pools_filled_by, still_running
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account


class PoolChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, pool: Any) -> str:
        return f"{pool.organization}: {pool.programme} ({pool.funder})"


class EnrolForm(forms.Form):
    """A pool that one may fill and that is not over, and perhaps a last day."""

    pool = PoolChoice(label=_("Programme"), queryset=CapacityPool.objects.none())
    last_on = forms.DateField(
        label=_("last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until she leaves the programme."),
    )

    def __init__(self, *args: Any, by: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pool"].queryset = still_running(pools_filled_by(by))  # type: ignore[attr-defined]

    def clean_last_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["last_on"]
        if day is not None and day < clock.today():
            raise forms.ValidationError(_("This day lies in the past."))
        return day
