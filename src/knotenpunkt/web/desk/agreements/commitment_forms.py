"""What is promised, how it is counted, and what shows it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knotenpunkt.cooperation.actions.commitments import Promise
from knotenpunkt.cooperation.enums import Direction, Unit
from knotenpunkt.cooperation.models import CooperationAgreement
from knotenpunkt.cooperation.queries.agreements import parties_today
from knotenpunkt.evaluation.indicators.registry import INDICATORS
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Organization
from knotenpunkt.web.desk.agreements.forms import day_field

FIRST_YEAR, LAST_YEAR = 1990, 2199


def figure_field(label: Any, *, required: bool = True) -> forms.DecimalField:
    """Return a field for a figure with one place."""
    return forms.DecimalField(
        label=label,
        required=required,
        max_digits=9,
        decimal_places=1,
        localize=False,
        widget=forms.NumberInput(attrs={"step": "0.1"}),
    )


def year_field() -> forms.IntegerField:
    """Return a field for a year."""
    return forms.IntegerField(label=gettext_lazy("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)


class CommitmentForm(forms.Form):
    """A promise. An indicator brings its unit along; without one, somebody says how to count."""

    text = forms.CharField(label=gettext_lazy("What is promised?"), max_length=300)
    organization = forms.ModelChoiceField(
        label=gettext_lazy("By whom?"),
        queryset=Organization.objects.none(),
        required=False,
        empty_label=gettext_lazy("all parties together"),
    )
    indicator = forms.ChoiceField(label=gettext_lazy("How is it counted?"), required=False)
    how_counted = forms.CharField(
        label=gettext_lazy("By hand: how it is counted"), required=False, max_length=500
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("By hand: unit"), choices=Unit.choices, required=False
    )
    counts_people = forms.BooleanField(
        label=gettext_lazy("By hand: it counts people. Fewer than five are hidden."),
        required=False,
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("The target is"), choices=Direction.choices, initial=Direction.AT_LEAST
    )
    target = figure_field(gettext_lazy("Target for a year"))
    baseline = figure_field(gettext_lazy("Before the agreement"), required=False)
    first_on = day_field(gettext_lazy("Promised from"))

    def __init__(self, *args: Any, agreement: CooperationAgreement, **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        fields["organization"].queryset = parties_today(agreement)
        fields["indicator"].choices = [
            ("", _("by hand, with evidence")),
            *((it.code, it.name) for it in INDICATORS.values()),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        indicator = INDICATORS.get(given.get("indicator", ""))
        if indicator is not None:
            given |= {"unit": indicator.unit, "how_counted": "", "counts_people": False}
        elif not given.get("how_counted"):
            self.add_error("how_counted", _("Please say how it is counted."))
        given["unit"] = given.get("unit") or Unit.COUNT
        return given

    @property
    def promise(self) -> Promise:
        names = Promise.__dataclass_fields__
        return Promise(**{name: self.cleaned_data[name] for name in names})


class TargetForm(forms.Form):
    year = year_field()
    value = figure_field(gettext_lazy("Target for a year"))


class EvidenceForm(forms.Form):
    """A figure for a year and what shows it."""

    year = year_field()
    value = figure_field(gettext_lazy("Figure of the whole year so far"))
    text = forms.CharField(
        label=gettext_lazy("What shows it?"),
        max_length=500,
        help_text=gettext_lazy("Counts and papers, never the name of a person who seeks help."),
    )
    link = forms.URLField(
        label=gettext_lazy("Address of the paper"),
        required=False,
        max_length=500,
        assume_scheme="https",
    )

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year > clock.today().year:
            raise forms.ValidationError(_("This year lies ahead."))
        return year


class EndCommitmentForm(forms.Form):
    last_on = day_field(gettext_lazy("Last day"))
