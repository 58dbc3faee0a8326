"""What staff may send to the waiting list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.people.models import Person
from knotenpunkt.visits.enums import LIVING_VISITS
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.planning.wish import MOST_NEEDS

LONGEST_WAIT = dt.timedelta(days=366)


class JoinForm(forms.Form):
    """For what someone waits: matters, or an earlier time for a visit that is booked."""

    visit = forms.ModelChoiceField(
        label=_("An earlier time for this visit"),
        queryset=Visit.objects.none(),
        required=False,
        empty_label=_("no, she has no appointment yet"),
    )
    services = forms.ModelMultipleChoiceField(
        label=_("Or a first time for these matters"),
        queryset=Service.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    last_on = forms.DateField(
        label=_("no use after"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, person: Person, visits: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = visits.filter(person=person, status__in=LIVING_VISITS)
        self.fields["visit"].queryset = own  # type: ignore[attr-defined]
        services = Service.objects.filter(
            Q(pk__in=person.needs.values("service")), organization__network=person.network
        )
        self.fields["services"].queryset = services.distinct()  # type: ignore[attr-defined]

    def clean_last_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["last_on"]
        if not clock.today() <= day <= clock.today() + LONGEST_WAIT:
            raise forms.ValidationError(_("This day lies in the past, or more than a year ahead."))
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        services = values.get("services") or []
        if not values.get("visit") and not services:
            self.add_error("services", _("Choose a matter, or a visit."))
        if len(services) > MOST_NEEDS:
            self.add_error(
                "services",
                _("%(most)s matters can be planned at once. Leave some for another visit.")
                % {"most": MOST_NEEDS},
            )
        return values

    @property
    def wanted(self) -> dict[str, Any]:
        """Return for what a valid form puts her in line: services, visit, last day."""
        values = self.cleaned_data
        visit = values["visit"]
        services = values["services"]
        if visit:
            legs = visit.appointments.select_related("service")
            services = {it.service for it in legs}
        return {"services": list(services), "visit": visit, "last_on": values["last_on"]}


class AnswerForm(forms.Form):
    """Yes or no."""

    answer = forms.ChoiceField(choices=[("take", "take"), ("decline", "decline")])
