"""What staff may report and decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.directory.queries import locations_today
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Location, StaffMember
from knotenpunkt.visits.actions.incidents import Report
from knotenpunkt.visits.enums import IncidentKind
from knotenpunkt.web.desk.days import is_too_far

LONGEST = 366
KINDS = (
    IncidentKind.STAFF_ABSENT,
    IncidentKind.ORGANIZATION_CANCELS,
    IncidentKind.LOCATION_CLOSED,
    IncidentKind.LOCATION_MOVES,
)
OF_A_PLACE = (IncidentKind.LOCATION_CLOSED, IncidentKind.LOCATION_MOVES)
MAY_CLOSE_PLACES = frozenset({Role.LEAD, Role.COORDINATOR})


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class IncidentForm(forms.Form):
    """What is missing, and when. Own colleagues and offices; places only for those who lead."""

    kind = forms.ChoiceField(label=_("What happened?"))
    staff_member = forms.ModelChoiceField(
        label=_("Who is absent?"), queryset=StaffMember.objects.none(), required=False
    )
    location = forms.ModelChoiceField(
        label=_("Which place?"), queryset=Location.objects.none(), required=False
    )
    successor = forms.ModelChoiceField(
        label=_("Where does it move?"), queryset=Location.objects.none(), required=False
    )
    first_on = forms.DateField(label=_("first day"), widget=_day())
    last_on = forms.DateField(
        label=_("last day"),
        widget=_day(),
        required=False,
        help_text=_("Only a merger is for good and needs no last day."),
    )
    note = forms.CharField(
        label=_("Note for colleagues"),
        max_length=200,
        required=False,
        help_text=_("No reasons of health, no names of persons who seek help."),
    )

    def __init__(self, *args: Any, by: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = by.staff_member
        organization = self.member.organization
        kinds = KINDS if self.member.role in MAY_CLOSE_PLACES else KINDS[:2]
        self.fields["kind"].choices = [(it.value, it.label) for it in kinds]  # type: ignore[attr-defined]
        staff = StaffMember.objects.filter(organization=organization, left_on=None)
        self.fields["staff_member"].queryset = staff  # type: ignore[attr-defined]
        places = locations_today(organization.network)
        for name in ("location", "successor"):
            self.fields[name].queryset = places  # type: ignore[attr-defined]
        if self.member.role not in MAY_CLOSE_PLACES:
            del self.fields["location"], self.fields["successor"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        kind, first, last = (values.get(name) for name in ("kind", "first_on", "last_on"))
        if kind == IncidentKind.STAFF_ABSENT and not values.get("staff_member"):
            self.add_error("staff_member", _("Say who is absent."))
        if kind in OF_A_PLACE and not values.get("location"):
            self.add_error("location", _("Say which place."))
        if kind == IncidentKind.LOCATION_MOVES:
            self._clean_move(values)
        elif first and not last and "last_on" not in self.errors:
            self.add_error("last_on", _("Say until when."))
        if first and first < clock.today():
            self.add_error("first_on", _("This day lies in the past."))
        if first and is_too_far(first):
            self.add_error("first_on", _("This day is more than two years ahead."))
        if first and last and not 0 <= (last - first).days < LONGEST:
            self.add_error("last_on", _("This is before the first day, or more than a year later."))
        return values

    def _clean_move(self, values: dict[str, Any]) -> None:
        if not values.get("successor") or values.get("successor") == values.get("location"):
            self.add_error("successor", _("Choose another place."))

    @property
    def report(self) -> Report:
        """Return the report of a valid form."""
        values = self.cleaned_data
        kind = IncidentKind(values["kind"])
        is_move = kind == IncidentKind.LOCATION_MOVES
        return Report(
            network=self.member.organization.network,
            kind=kind,
            first_on=values["first_on"],
            last_on=None if is_move else values["last_on"],
            organization=self.member.organization,
            staff_member=values["staff_member"] if kind == IncidentKind.STAFF_ABSENT else None,
            location=values.get("location") if kind in OF_A_PLACE else None,
            successor=values.get("successor") if is_move else None,
            note=values["note"],
        )


class SeenForm(forms.Form):
    """The appointments that the page before has shown, as one text of ids."""

    seen = forms.CharField(required=False, max_length=200_000)


class DecisionForm(forms.Form):
    """What becomes of a hurt visit."""

    decision = forms.ChoiceField(
        choices=[(it, it) for it in ("propose", "confirm", "drop", "settle")]
    )
