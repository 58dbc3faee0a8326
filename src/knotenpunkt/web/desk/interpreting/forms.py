"""What the interpreter coordinator chooses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from knotenpunkt.availability.models import Interpreter
from knotenpunkt.network.models import Network
from knotenpunkt.visits.models import InterpreterAssignment


class DayForm(forms.Form):
    """The day to show; tomorrow when it is missing or wrong."""

    day = forms.DateField(required=False)


class GapsForm(forms.Form):
    """Which of the open ones go to the telephone, and whether the persons were asked."""

    assignments = forms.ModelMultipleChoiceField(InterpreterAssignment.objects.none())
    person_agreed = forms.BooleanField(
        label=_("Where a condition on the gender stands: I have asked, and she agrees"),
        required=False,
    )

    def __init__(self, *args: Any, visible: QuerySet[InterpreterAssignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignments"].queryset = visible  # type: ignore[attr-defined]


class AskForm(forms.Form):
    """Whom to ask instead."""

    interpreter = forms.ModelChoiceField(Interpreter.objects.none())

    def __init__(self, *args: Any, network: Network, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everyone = Interpreter.objects.filter(network=network)
        self.fields["interpreter"].queryset = everyone  # type: ignore[attr-defined]


class AgreedForm(forms.Form):
    """Whether the person agreed to go without her condition."""

    person_agreed = forms.BooleanField(required=False)
