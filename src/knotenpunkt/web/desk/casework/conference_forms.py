"""What members of a case conference may send."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.casework.models import AgendaItem, CaseConference
from knotenpunkt.directory.queries import locations_today
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Location, Organization, StaffMember
from knotenpunkt.visits.queries import BLIND_ROLES
from knotenpunkt.web.access import CASE_ROLES
from knotenpunkt.web.desk.casework.forms import DATE, partners_of

TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class MemberChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, member: Any) -> str:
        """Return name and house."""
        return f"{member.name}, {member.organization.name}"


class OneMemberChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, member: Any) -> str:
        """Return name and house."""
        return f"{member.name}, {member.organization.name}"


def experts_of(own: Organization) -> Any:
    """Return who can be asked: those who work with persons at partners that may receive grants."""
    return (
        StaffMember.objects.filter(
            left_on=None,
            role__in=CASE_ROLES - BLIND_ROLES,
            organization__in=[*partners_of(own), own],
        )
        .select_related("organization")
        .order_by("organization__name", "name")
    )


class RequestForm(forms.Form):
    """One question, and who should think about it."""

    question = forms.CharField(
        label=_("Your one question"),
        max_length=300,
        help_text=_("Without name, birth date, file number or address."),
    )
    members = MemberChoice(
        label=_("Who should think about it?"),
        queryset=StaffMember.objects.none(),
        widget=forms.SelectMultiple(attrs={"size": 10}),
        error_messages={"required": _("Name at least one person.")},
    )
    day = forms.DateField(label=_("Proposed day"), widget=DATE, required=False)
    starts = forms.TimeField(label=_("Begins at"), widget=TIME, required=False)

    def __init__(self, *args: Any, own: Organization, is_named: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = experts_of(own)  # type: ignore[attr-defined]
        if is_named:  # a time is fixed once everybody may know who it is about
            del self.fields["day"], self.fields["starts"]

    def clean(self) -> dict[str, Any]:
        """Join day and time, or neither of them."""
        values = super().clean() or {}
        day, starts = values.get("day"), values.get("starts")
        if bool(day) != bool(starts) and not self.errors:
            self.add_error("starts" if day else "day", _("A time needs a day, and a day a time."))
        elif day and starts:
            values["starts_at"] = moment_ahead(self, day, starts)
        return values


def moment_ahead(form: forms.Form, day: dt.date, starts: dt.time) -> dt.datetime | None:
    """Return day and time as a moment; the form says so if it lies behind or does not exist."""
    try:
        moment = clock.local_moment(day, starts)
    except clock.NoSuchLocalTime:
        form.add_error("starts", _("The clocks jump over this time."))
        return None
    if moment < clock.now():
        form.add_error("day", _("This lies in the past."))
    return moment


class ScheduleForm(forms.Form):
    day = forms.DateField(label=_("Day"), widget=DATE)
    starts = forms.TimeField(label=_("Begins at"), widget=TIME)
    minutes = forms.IntegerField(
        label=_("Length in minutes"), min_value=10, max_value=240, initial=45
    )
    location = forms.ModelChoiceField(
        label=_("Where"), queryset=Location.objects.none(), required=False
    )

    def __init__(self, *args: Any, conference: CaseConference, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = locations_today(conference.network)
        self.fields["location"].queryset = places  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Join day and time to a moment that lies ahead."""
        values = super().clean() or {}
        if values.get("day") and values.get("starts"):
            values["starts_at"] = moment_ahead(self, values["day"], values["starts"])
        return values

    @property
    def when(self) -> dict[str, Any]:
        """Return what the action takes."""
        return {key: self.cleaned_data[key] for key in ("starts_at", "minutes", "location")}


class ItemForm(forms.Form):
    text = forms.CharField(label=_("Item"), max_length=200)
    minutes = forms.IntegerField(
        label=_("Length in minutes"), min_value=1, max_value=120, initial=10
    )


class GuestForm(forms.Form):
    item = forms.ModelChoiceField(label=_("For which item?"), queryset=AgendaItem.objects.none())
    guest = OneMemberChoice(label=_("Who comes as a guest?"), queryset=StaffMember.objects.none())

    def __init__(self, *args: Any, conference: CaseConference, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = conference.agenda.all()  # type: ignore[attr-defined]
        self.fields["guest"].queryset = experts_of(conference.organization).exclude(  # type: ignore[attr-defined]
            conference_seats__conference=conference
        )


class MinutesForm(forms.Form):
    """Ten minutes are enough: three headings, one field."""

    text = forms.CharField(
        label=_("Minutes"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("What is the answer? What is still open? Who was of another mind?"),
    )


class CorrectionForm(forms.Form):
    text = forms.CharField(label=_("What should be written differently?"), max_length=500)


class StepForm(forms.Form):
    """Exactly one owner and one day."""

    text = forms.CharField(label=_("What is done"), max_length=300)
    owner = OneMemberChoice(label=_("by whom"), queryset=StaffMember.objects.none())
    deputy = OneMemberChoice(label=_("deputy"), queryset=StaffMember.objects.none(), required=False)
    due_on = forms.DateField(label=_("until"), widget=DATE)

    def __init__(self, *args: Any, conference: CaseConference, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = StaffMember.objects.filter(
            conference_seats__conference=conference
        ).select_related("organization")
        self.fields["owner"].queryset = members  # type: ignore[attr-defined]
        self.fields["deputy"].queryset = members  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("owner") and values.get("owner") == values.get("deputy"):
            self.add_error("deputy", _("The deputy is somebody else."))
        due_on = values.get("due_on")
        if isinstance(due_on, dt.date) and due_on < clock.today():
            self.add_error("due_on", _("This lies in the past."))
        return values


class EvidenceForm(forms.Form):
    evidence = forms.CharField(label=_("How does one see it?"), max_length=300)
