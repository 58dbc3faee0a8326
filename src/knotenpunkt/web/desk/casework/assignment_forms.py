"""What the central team writes, and what whoever takes over answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.casework.enums import AreaOfLife, AssignmentKind, Urgency
from knotenpunkt.network.models import Organization, StaffMember
from knotenpunkt.web.desk.casework.conference_forms import OneMemberChoice, experts_of


class NeedsForm(forms.Form):
    """Nine areas, one tap each, and one sentence: done in minutes, and only once."""

    words = forms.CharField(
        label=_("What matters most, in the words of the person"), max_length=500
    )
    kind = forms.ChoiceField(label=_("Why is the lead handed on?"), choices=AssignmentKind.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for area in AreaOfLife:
            self.fields[area.value] = forms.TypedChoiceField(
                label=area.label,
                choices=Urgency.choices,
                coerce=int,
                initial=Urgency.NONE,
                widget=forms.RadioSelect,
            )

    @property
    def areas(self) -> list[Any]:
        """Return the fields of the areas, for the page."""
        return [self[area.value] for area in AreaOfLife]

    @property
    def needs(self) -> dict[str, int]:
        """Return urgency by area."""
        return {area.value: self.cleaned_data[area.value] for area in AreaOfLife}


class AssignForm(forms.Form):
    to = OneMemberChoice(label=_("To whom by name?"), queryset=StaffMember.objects.none())

    def __init__(self, *args: Any, own: Organization, me: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = experts_of(own).exclude(pk=me.pk)  # type: ignore[attr-defined]


class BounceForm(forms.Form):
    reason = forms.CharField(label=_("Why not?"), max_length=300)
