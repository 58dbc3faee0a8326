"""When somebody or a group can be booked: place, room, hours of a week, and how often."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from knotenpunkt.availability.actions.presence import WeekSaid
from knotenpunkt.directory.enums import ServiceMode
from knotenpunkt.directory.hours import DayHours
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Location, Organization, Room, StaffMember
from knotenpunkt.web.desk.partners.forms import DAY
from knotenpunkt.web.desk.partners.week import SHOWN_DAYS, WeekForm

RHYTHMS = [
    (1, _("every week")),
    (2, _("every second week, beginning with the week of the first day")),
]
ANY_DAY = dt.date(2000, 1, 3)


class RhythmForm(WeekForm):
    """Hours of a week at one place, in one of its rooms, every week or every second one."""

    location = forms.ModelChoiceField(Location.objects.none(), label=_("Place"), empty_label=None)
    room = forms.ModelChoiceField(
        Room.objects.none(), required=False, label=_("Room"), empty_label=_("any")
    )
    weeks = forms.TypedChoiceField(
        label=_("How often"), choices=RHYTHMS, coerce=int, widget=forms.RadioSelect
    )
    first_on = forms.DateField(label=_("From which day on"), widget=DAY)
    last_on = forms.DateField(
        label=_("Until which day"),
        required=False,
        widget=DAY,
        help_text=_("Empty: until further notice"),
    )

    def __init__(self, *args: Any, places: QuerySet[Location], **kwargs: Any) -> None:
        kwargs["initial"] = {"first_on": clock.today(), "weeks": 1, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["location"].queryset = places
        rooms = Room.objects.filter(location__in=places).select_related("location")
        fields["room"].queryset = rooms.order_by("location__position", "name")
        fields["room"].label_from_instance = lambda it: f"{it.location}: {it.name}"
        if not rooms.exists():
            del self.fields["room"]

    def clean_first_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["first_on"]
        if day < clock.today():
            raise forms.ValidationError(_("This day is over."))
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        first, last = values.get("first_on"), values.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The end lies before the beginning."))
        room, place = values.get("room"), values.get("location")
        if room and place and room.location_id != place.pk:
            self.add_error("room", _("This room is in another house."))
        return values

    @property
    def week(self) -> WeekSaid:
        said = self.cleaned_data
        return WeekSaid(
            location=said["location"],
            hours=self.hours,
            first_on=said["first_on"],
            last_on=said["last_on"],
            room=said.get("room"),
            weeks=said["weeks"],
            is_all=not said.get("keeps_others"),
        )


class TimesForm(RhythmForm):
    """When somebody can be booked at one place."""

    keeps_others = forms.BooleanField(
        required=False, label=_("Her hours of another rhythm there stay, too")
    )

    def __init__(self, *args: Any, hours: tuple[DayHours, ...], **kwargs: Any) -> None:
        super().__init__(*args, hours=hours, **kwargs)


class GroupForm(RhythmForm):
    """Sessions of a group, each with as many seats."""

    service = forms.ModelChoiceField(
        Service.objects.none(), label=_("Which service"), empty_label=None
    )
    staff_member = forms.ModelChoiceField(
        StaffMember.objects.none(), label=_("Who leads it"), empty_label=None
    )
    seats = forms.IntegerField(min_value=1, max_value=500, label=_("How many seats"), initial=12)
    field_order = ("service", "staff_member", "seats", "location", "room")

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, places=organization.locations.all(), **kwargs)
        fields: dict[str, Any] = self.fields
        fields["service"].queryset = groups_of(organization)
        fields["staff_member"].queryset = organization.staff.filter(left_on=None)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        service: Service | None = values.get("service")
        for day in range(SHOWN_DAYS):
            for start, end in values.get(f"day_{day}") or ():
                if service and _minutes(start, end) < service.minutes:
                    text = _("The service takes %d minutes; this session is shorter.")
                    self.add_error(f"day_{day}", text % service.minutes)
        place = values.get("location")
        if service and place and not service.locations.filter(pk=place.pk).exists():
            self.add_error("location", _("The service is not given at this place."))
        return values


def groups_of(organization: Organization) -> QuerySet[Service]:
    """Return the services of a house that are given to a group."""
    return organization.services.filter(mode=ServiceMode.GROUP).order_by("code")


def _minutes(start: dt.time, end: dt.time) -> int:
    span = dt.datetime.combine(ANY_DAY, end) - dt.datetime.combine(ANY_DAY, start)
    return span.seconds // 60
