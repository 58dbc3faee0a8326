"""Facts without a person: all may be unknown, all may be changed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Network, Organization
from knotenpunkt.routing.enums import CourseAccess, Matter, Question, Title
from knotenpunkt.routing.facts import Facts

UNSURE = "unsure"
YES_NO = [("True", _("yes")), ("False", _("no"))]


def _or_unsure(choices: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [("", ""), *choices, (UNSURE, _("nobody can say"))]


class FactsForm(forms.Form):
    """What is asked about whom on which day. Names of fields are those of `Question`."""

    matter = forms.ChoiceField(
        label=_("What is it about?"), choices=Matter.choices, initial=Matter.LIVELIHOOD
    )
    on = forms.DateField(
        label=_("On which day?"),
        initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    title = forms.ChoiceField(choices=_or_unsure(Title.choices), required=False)
    first_title_on = forms.CharField(required=False, max_length=10)
    age = forms.CharField(required=False, max_length=6)
    is_alone_in_youth_welfare = forms.ChoiceField(choices=_or_unsure(YES_NO), required=False)
    is_not_employable = forms.ChoiceField(choices=_or_unsure(YES_NO), required=False)
    course_access = forms.ChoiceField(choices=_or_unsure(CourseAccess.choices), required=False)
    arrived_on = forms.DateField(required=False, widget=forms.HiddenInput)

    def clean_first_title_on(self) -> Any:
        value = self.cleaned_data["first_title_on"]
        return value if value == UNSURE else forms.DateField(required=False).clean(value)

    def clean_age(self) -> Any:
        value = self.cleaned_data["age"]
        if value == UNSURE:
            return value
        return forms.IntegerField(required=False, min_value=0, max_value=120).clean(value)

    @property
    def facts(self) -> Facts:
        """The facts as they were given; only of a valid form."""
        given = {question.value: self.cleaned_data[question.value] for question in Question}
        known = {key: None if value in ("", UNSURE) else value for key, value in given.items()}
        for key in (Question.IS_ALONE.value, Question.IS_NOT_EMPLOYABLE.value):
            known[key] = None if known[key] is None else known[key] == "True"
        return Facts(
            **known,
            arrived_on=self.cleaned_data["arrived_on"],
            unsure=frozenset(key for key, value in given.items() if value == UNSURE),
        )


class OverrideForm(forms.Form):
    matter = forms.ChoiceField(choices=Matter.choices, widget=forms.HiddenInput)
    on = forms.DateField(widget=forms.HiddenInput)
    rules = forms.CharField(widget=forms.HiddenInput, max_length=1_000)
    chosen = forms.ModelChoiceField(
        label=_("Who takes it on?"), queryset=Organization.objects.none()
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("For the next review of the rules. Please no names."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1_000,
    )

    def __init__(self, *args: Any, network: Network, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["chosen"]
        chosen.queryset = Organization.objects.filter(network=network, valid_to=None)

    def clean_rules(self) -> list[Any]:
        field = forms.UUIDField()
        return [field.clean(part) for part in self.cleaned_data["rules"].split()]


class RuleStepForm(forms.Form):
    """From which day a rule decides, or stops to."""

    on = forms.DateField(
        label=_("From which day?"),
        initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
