"""What is written together with a person into her plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.casework.enums import AreaOfLife, LevelEvidence, OfficialPlanKind, StageKind
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Language, Organization, StaffMember
from knotenpunkt.web.desk.casework.forms import DATE
from knotenpunkt.web.desk.persons.forms import GERMAN_LEVELS
from knotenpunkt.web.templatetags.knotenpunkt import ENDONYMS

WORDS = forms.Textarea(attrs={"rows": 3})
LEVELS = [it for it in GERMAN_LEVELS if it[0]]


class StrengthsForm(forms.Form):
    words = forms.CharField(
        label=_("What is she or he good at, in the own words?"), max_length=1000, widget=WORDS
    )
    german = forms.CharField(
        label=_("The same in German"), max_length=1000, required=False, widget=WORDS
    )


class GoalForm(forms.Form):
    area = forms.ChoiceField(label=_("Area of life"), choices=AreaOfLife.choices)
    words = forms.CharField(label=_("The goal, in the words of the person"), max_length=300)
    german = forms.CharField(label=_("The same in German"), max_length=300, required=False)


class PlanStepForm(forms.Form):
    """One owner, one day. Left empty, the step is the person's own."""

    text = forms.CharField(label=_("Step"), max_length=200)
    due_on = forms.DateField(label=_("until"), widget=DATE)
    owner = forms.ModelChoiceField(
        label=_("Who does it?"),
        queryset=StaffMember.objects.none(),
        required=False,
        empty_label=_("the person herself or himself"),
    )

    def __init__(self, *args: Any, owners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]


class StageForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=StageKind.choices)
    words = forms.CharField(label=_("What and where"), max_length=200)
    years = forms.CharField(label=_("When"), max_length=40, required=False)
    is_ahead = forms.BooleanField(label=_("this lies ahead: a wish"), required=False)


class LevelForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"))
    level = forms.ChoiceField(label=_("Level"), choices=LEVELS)
    on = forms.DateField(label=_("as of"), widget=DATE)
    evidence = forms.ChoiceField(label=_("Shown by"), choices=LevelEvidence.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = Language.objects.exclude(code="de").values_list("code", flat=True)
        choices = [(it, ENDONYMS.get(it, it)) for it in ("de", *codes)]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]

    def clean_on(self) -> Any:
        """Refuse a day that has not come."""
        if self.cleaned_data["on"] > clock.today():
            raise forms.ValidationError(_("This day has not come yet."))
        return self.cleaned_data["on"]


class OfficialPlanForm(forms.Form):
    kind = forms.ChoiceField(label=_("Which plan?"), choices=OfficialPlanKind.choices)
    organization = forms.ModelChoiceField(
        label=_("Of which office?"), queryset=Organization.objects.none()
    )
    link = forms.URLField(label=_("Link into its system"), required=False, assume_scheme="https")

    def __init__(self, *args: Any, offices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = offices  # type: ignore[attr-defined]


class FactForm(forms.Form):
    kind = forms.CharField(label=_("What"), max_length=60)
    value = forms.CharField(label=_("as your house holds it"), max_length=200)
    source = forms.CharField(label=_("Paper seen"), max_length=120, required=False)
