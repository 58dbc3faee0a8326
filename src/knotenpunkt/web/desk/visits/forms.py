"""What staff may send to plan, hold and look at visits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.availability.wall_time import minutes
from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.directory.models import Service, Token
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Network
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.planning.wish import LONGEST_HORIZON, MOST_NEEDS
from knotenpunkt.web.desk.days import is_too_far
from knotenpunkt.web.desk.persons.forms import WISHES


class WishForm(forms.Form):
    """Needs and options of a new visit."""

    services = forms.ModelMultipleChoiceField(
        label=_("What is it about?"),
        queryset=Service.objects.none(),
        error_messages={"required": _("Choose at least one matter.")},
    )
    held_tokens = forms.ModelMultipleChoiceField(queryset=Token.objects.none(), required=False)
    first_day = forms.DateField(
        label=_("from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=_("until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    max_days = forms.TypedChoiceField(
        label=_("At most"), choices=[(1, _("one day")), (2, _("two days"))], coerce=int, initial=2
    )
    interpreter_gender = forms.ChoiceField(label=_("Interpreter"), choices=WISHES)
    with_interpreters = forms.BooleanField(
        label=_("with interpreters, where nobody speaks the language"), required=False, initial=True
    )
    earliest = forms.TimeField(
        label=_("not before"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    latest = forms.TimeField(
        label=_("done by"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    before = forms.CharField(max_length=20_000, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, network: Network, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services = self.fields["services"]
        services.queryset = Service.objects.filter(organization__network=network)  # type: ignore[attr-defined]
        tokens = self.fields["held_tokens"]
        tokens.queryset = Token.objects.filter(network=network)  # type: ignore[attr-defined]

    def clean_services(self) -> Any:
        services = self.cleaned_data["services"]
        if len(services) > MOST_NEEDS:
            raise forms.ValidationError(
                _("%(most)s matters can be planned at once. Leave some for another visit."),
                params={"most": MOST_NEEDS},
            )
        return services

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first_day"), values.get("last_day")
        if first and last:
            if last < first or last < clock.today():
                self.add_error("last_day", _("This day lies in the past, or before the first day."))
            elif (last - max(first, clock.today())).days >= LONGEST_HORIZON:
                self.add_error(
                    "last_day",
                    _("At most %(most)s days can be searched.") % {"most": LONGEST_HORIZON},
                )
            elif is_too_far(first):
                self.add_error("first_day", _("This day is more than two years ahead."))
        start = values.get("earliest") or dt.time()
        end = values.get("latest") or dt.time(23, 59)
        if minutes(end) <= minutes(start):
            self.add_error("latest", _("This is before the beginning."))
        return values


class HoldForm(forms.Form):
    """A plan chosen on the page of proposals."""

    plan = forms.CharField(max_length=20_000)
    key = forms.UUIDField()
    interpreter_gender = forms.ChoiceField(choices=WISHES)


class VersionForm(forms.Form):
    """Which state of the visit somebody has seen; without it, whatever is there now."""

    version = forms.IntegerField(min_value=1, max_value=2_000_000_000, required=False)


class ChangeForm(forms.Form):
    """A plan for all that is ahead of a visit, and the state it was made for."""

    plan = forms.CharField(max_length=20_000)
    version = forms.IntegerField(min_value=1, max_value=2_000_000_000)


class HowForm(forms.Form):
    """Another time, or someone else."""

    how = forms.ChoiceField(choices=[("move", "move"), ("swap", "swap")])


class AddForm(forms.Form):
    """One more need for a visit that is booked."""

    service = forms.ModelChoiceField(
        label=_("One more matter"), queryset=Service.objects.none(), required=False
    )

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        booked = [it.service_id for it in visit.appointments.all()]
        services = Service.objects.filter(
            organization__network=visit.network, status=ServiceStatus.VERIFIED
        )
        self.fields["service"].queryset = services.exclude(pk__in=booked)  # type: ignore[attr-defined]

    def clean_service(self) -> Service:
        service: Service | None = self.cleaned_data["service"]
        if service is None:
            raise forms.ValidationError(_("Choose at least one matter."))
        return service
