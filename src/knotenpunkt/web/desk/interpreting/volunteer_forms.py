"""What is noted of somebody who wants to interpret for others."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.availability.enums import InterpreterRank
from knotenpunkt.foundation import clock
from knotenpunkt.visits.models.volunteers import VolunteerStep
from knotenpunkt.web.templatetags.knotenpunkt import ENDONYMS

STEP_NAMES = {
    VolunteerStep.TALK: _("first talk"),
    VolunteerStep.TRAINING: _("training"),
    VolunteerStep.CONFIDENTIALITY: _("commitment to confidentiality signed"),
    VolunteerStep.EXPENSES: _("expenses explained and agreed"),
}
RANKS = [
    (InterpreterRank.VOLUNTEER.value, _("volunteer: talks without legal effect")),
    (InterpreterRank.QUALIFIED.value, _("qualified")),
]


class VolunteerForm(forms.Form):
    """Name, mail and languages: no more is needed to begin."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), required=False)
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=[(code, name) for code, name in ENDONYMS.items() if code != "de"],
        widget=forms.CheckboxSelectMultiple,
    )


class WishForm(VolunteerForm):
    """The same out of a file: with her yes to passing on exactly this."""

    has_agreed = forms.BooleanField(
        label=_("She wants this, and agrees that only this is passed on")
    )

    def passed_on(self) -> dict[str, Any]:
        """Return what leaves the file; only of a valid form."""
        return {key: self.cleaned_data[key] for key in ("name", "email", "languages")}


class StepForm(forms.Form):
    """The day of a step; empty takes it back."""

    step = forms.ChoiceField(
        choices=[(it.value, it.value) for it in VolunteerStep], widget=forms.HiddenInput
    )
    on = forms.DateField(
        label=_("done on"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day is not None and day > clock.today():
            raise forms.ValidationError(_("This day lies ahead."))
        return day


class AdmitForm(forms.Form):
    rank = forms.ChoiceField(label=_("Which talks?"), choices=RANKS)
