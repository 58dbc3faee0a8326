"""Who is to be planned together, for which days, and how much stays for regular clients."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.foundation import clock
from knotenpunkt.visits.planning.wish import LONGEST_HORIZON

DAY = {"type": "date"}


class AskForm(forms.Form):
    """A name, since when files count, days, and a reserve."""

    name = forms.CharField(
        label=_("name of this group"),
        max_length=80,
        help_text=_("For example: arrivals on Monday. No names of persons."),
    )
    since = forms.DateField(
        label=_("files opened since"),
        widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"),
        help_text=_("Everyone with open needs and no visit ahead is planned."),
    )
    first_on = forms.DateField(
        label=_("first day"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )
    last_on = forms.DateField(
        label=_("last day"), widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d")
    )
    reserve_percent = forms.IntegerField(
        label=_("stays free for regular clients, in percent of each week"),
        min_value=0,
        max_value=90,
        initial=20,
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first_on"), values.get("last_on")
        if first and last and not first <= last:
            self.add_error("last_on", _("The last day lies before the first."))
        elif last and last < clock.today():
            self.add_error("last_on", _("This day lies in the past."))
        elif first and last and (last - max(first, clock.today())).days >= LONGEST_HORIZON:
            self.add_error("last_on", _("At most sixty days are planned at once."))
        return values
