"""Which place merges into which; who follows whom from when on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.directory.queries import locations_today, organizations_today
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Location, Network, Organization


class MergeForm(forms.Form):
    """Two places; the first one ends."""

    old = forms.ModelChoiceField(Location.objects.none(), label=_("This place ends"))
    into = forms.ModelChoiceField(Location.objects.none(), label=_("Everything moves to"))

    def __init__(self, *args: Any, network: Network, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name in ("old", "into"):
            fields[name].queryset = locations_today(network)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("old") and given.get("old") == given.get("into"):
            self.add_error("into", _("Please choose another place."))
        return given


class SuccessorForm(forms.Form):
    """Who follows, and the first day on which the old organization is no more."""

    successor = forms.ModelChoiceField(Organization.objects.none(), label=_("Successor"))
    on = forms.DateField(
        label=_("From which day on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=clock.today,
    )

    def __init__(self, *args: Any, old: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.old = old
        field: Any = self.fields["successor"]
        field.queryset = organizations_today(old.network).exclude(pk=old.pk)

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day <= self.old.valid_from:
            raise forms.ValidationError(_("The end lies before the beginning."))
        return day
