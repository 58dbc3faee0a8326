"""What the front desk types: a day, a code, a number of minutes."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.network.models import Location, Network
from knotenpunkt.visits.actions.day import LONGEST_DELAY
from knotenpunkt.visits.codes import read_code
from knotenpunkt.visits.enums import QueueStatus
from knotenpunkt.web.desk.days import IN_OUR_TIME
from knotenpunkt.web.templatetags.knotenpunkt import ENDONYMS

# A scanner types the whole address that stands on a slip.
SCANNED = re.compile(r"/v/([^/\s]+?)(?:\.pdf)?/?$")


class DayForm(forms.Form):
    """The day to show; today when it is missing or wrong."""

    day = forms.DateField(required=False, validators=IN_OUR_TIME)


class CodeForm(forms.Form):
    """The code of a slip, typed or scanned."""

    code = forms.CharField(
        label=_("Code on the slip"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_code(self) -> str:
        text = self.cleaned_data["code"].strip()
        scanned = SCANNED.search(text)
        code = read_code(scanned.group(1) if scanned else text)
        if code is None:
            raise forms.ValidationError(_("A code has eight signs, such as K7QM-2XRD."))
        return code


class DelayForm(forms.Form):
    """How many minutes later it begins; 0 takes a delay back."""

    minutes = forms.IntegerField(
        label=_("Minutes late"), min_value=0, max_value=LONGEST_DELAY, initial=10
    )


class EndForm(forms.Form):
    """How a number ends: the talk is over, or she has left."""

    how = forms.ChoiceField(
        choices=[(it.value, it.label) for it in (QueueStatus.SERVED, QueueStatus.LEFT)]
    )


class TicketForm(forms.Form):
    """Someone who comes without an appointment: language, length of the talk, perhaps a code."""

    language = forms.ChoiceField(label=_("Language"), choices=[*ENDONYMS.items()])
    minutes = forms.IntegerField(
        label=_("Minutes of the talk"), min_value=5, max_value=120, initial=15
    )
    code = forms.CharField(
        label=_("Code of a visit today, if she has one"), required=False, max_length=120
    )

    def clean_code(self) -> str:
        if not self.cleaned_data["code"]:
            return ""
        return CodeForm.clean_code(self)  # type: ignore[arg-type]


class LoadForm(forms.Form):
    """Which house on which day."""

    location = forms.ModelChoiceField(Location.objects.none(), label=_("House"), required=False)
    day = forms.DateField(
        label=_("Day"),
        required=False,
        validators=IN_OUR_TIME,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, network: Network, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Location.objects.filter(network=network)
        self.fields["location"].queryset = places  # type: ignore[attr-defined]
