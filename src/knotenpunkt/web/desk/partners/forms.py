"""What a new partner enters: itself, its places, its people, when they are there."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from knotenpunkt.availability.actions.presence import WeekSaid
from knotenpunkt.directory.actions.setting_up import PlaceSaid
from knotenpunkt.directory.hours import DayHours
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import LegalClass, Role
from knotenpunkt.network.models import Location, Organization, StaffMember
from knotenpunkt.onboarding.actions.inviting import Joiner, NewPartner
from knotenpunkt.onboarding.actions.staff import StaffSaid
from knotenpunkt.onboarding.rights import OWN_ROLES
from knotenpunkt.web.desk.directory.forms import language_choices
from knotenpunkt.web.desk.partners.week import WeekForm

LEGAL_CLASSES = [
    (LegalClass.FREE_CARRIER, _("Free carrier: advice, welfare, association")),
    (LegalClass.BENEFIT_CARRIER, _("Carrier of social benefits (§ 35 SGB I)")),
    (LegalClass.IMMIGRATION_OFFICE, _("Immigration office")),
    (LegalClass.OTHER, _("Other: chamber, school, course provider")),
]
ROLES = {
    Role.WORKER: _("Works with people"),
    Role.CONFIDENTIAL_WORKER: _("Works with people under a duty of secrecy (§ 203 StGB)"),
    Role.LEAD: _("Leads the house here: invites, enters, counts"),
    Role.MANAGER: _("Management: figures, no cases"),
    Role.FRONT_DESK: _("Front desk: who comes today"),
    Role.READER: _("Reads the directory only"),
    Role.DATA_PROTECTION_OFFICER: _("Data protection officer"),
}
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PartnerForm(forms.Form):
    """Whom the coordinator invites."""

    name = forms.CharField(max_length=200, label=_("Name of the organization"))
    kind = forms.CharField(
        max_length=60, label=_("What kind of organization"),
        help_text=_("For example: chamber of crafts, women's counselling, course provider"),
    )  # fmt: skip
    legal_class = forms.ChoiceField(
        choices=LEGAL_CLASSES, label=_("What the law lets it do with social data"),
        help_text=_("The immigration office never receives data about people."),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("E-mail of the person who sets it up"),
        help_text=_("She gets a link that works once, for seven days."),
    )

    @property
    def partner(self) -> NewPartner:
        return NewPartner(**self.cleaned_data)


class ColleagueForm(forms.Form):
    """Whom a partner invites into its own house."""

    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(
        label=_("What she may do"), choices=[(role.value, ROLES[role]) for role in OWN_ROLES]
    )


class JoinForm(forms.Form):
    """The first sign-in: who she is, and a password only she knows."""

    name = forms.CharField(
        max_length=120, label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    job = forms.CharField(max_length=60, label=_("Your function"))
    languages = forms.MultipleChoiceField(
        label=_("Languages you speak with people"), widget=forms.CheckboxSelectMultiple
    )
    password = forms.CharField(
        max_length=200, label=_("Password"),
        help_text=_("At least eight signs; a sentence is best."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        max_length=200, label=_("The password again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"languages": ["de"]}, **kwargs})
        _offer_languages(self)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("password") and values.get("again"):
            if values["password"] != values["again"]:
                self.add_error("again", _("The two passwords differ."))
            try:
                validate_password(values["password"])
            except forms.ValidationError as error:
                self.add_error("password", error)
        return values

    @property
    def joiner(self) -> Joiner:
        said = self.cleaned_data
        return Joiner(said["name"], said["job"], said["password"], tuple(said["languages"]))


def _offer_languages(form: forms.Form) -> None:
    field: Any = form.fields["languages"]
    field.choices = language_choices()


class PlaceForm(WeekForm):
    """A place of one's own."""

    name = forms.CharField(max_length=200, label=_("Name of the place"))
    street = forms.CharField(max_length=120, label=_("Street and number"))
    city = forms.CharField(max_length=80, label=_("Postal code and town"))
    is_step_free = forms.TypedChoiceField(
        label=_("Can people come in without steps?"),
        choices=[("yes", _("Yes, without steps")), ("no", _("No, there are steps"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    travel_minutes = forms.IntegerField(
        min_value=0, max_value=300, label=_("Minutes by bus or train to the central house"),
        help_text=_("So that nobody gets two appointments too close to each other."),
    )  # fmt: skip

    def __init__(self, *args: Any, location: Location | None = None, **kwargs: Any) -> None:
        if location is not None:
            street, _comma, city = location.address.rpartition(",")
            kwargs["initial"] = {
                "name": location.name,
                "street": street.strip(),
                "city": city.strip(),
                "is_step_free": "yes" if location.is_step_free else "no",
            }
        super().__init__(*args, **kwargs)
        if location is not None:
            del self.fields["travel_minutes"]

    @property
    def place(self) -> PlaceSaid:
        said = self.cleaned_data
        return PlaceSaid(
            name=said["name"],
            address=f"{said['street']}, {said['city']}",
            is_step_free=said["is_step_free"],
            hours=self.hours,
            travel_minutes=said.get("travel_minutes", 0),
        )


class HouseForm(forms.Form):
    """A house that is there already: a room at a partner's, the house of all."""

    location = forms.ModelChoiceField(Location.objects.none(), label=_("A house of the network"))

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["location"]
        field.queryset = Location.objects.filter(network=organization.network).exclude(
            pk__in=organization.locations.values("pk")
        )


class StaffForm(forms.Form):
    """Somebody who gives services."""

    name = forms.CharField(max_length=120, label=_("Name"))
    job = forms.CharField(max_length=60, label=_("Function"))
    languages = forms.MultipleChoiceField(
        label=_("Languages she speaks with people"), widget=forms.CheckboxSelectMultiple
    )
    direct_line = PhoneNumberField(
        required=False, region="DE", label=_("Direct line, for partners only")
    )
    services = forms.ModelMultipleChoiceField(
        Service.objects.none(), required=False, label=_("Services she gives"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(
        self, *args: Any, services: QuerySet[Service], member: StaffMember | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        initial: dict[str, Any] = {"languages": ["de"], "services": services}
        if member is not None:
            initial = {
                name: getattr(member, name) for name in ("name", "job", "languages", "direct_line")
            }
            initial["services"] = services.filter(staff=member)
        super().__init__(*args, **{"initial": initial, **kwargs})
        field: Any = self.fields["services"]
        field.queryset = services
        _offer_languages(self)

    @property
    def said(self) -> StaffSaid:
        given = self.cleaned_data
        return StaffSaid(
            given["name"], given["job"], tuple(given["languages"]), str(given["direct_line"])
        )


class TimesForm(WeekForm):
    """When somebody can be booked at one place."""

    location = forms.ModelChoiceField(Location.objects.none(), label=_("Place"), empty_label=None)
    first_on = forms.DateField(label=_("From which day on"), widget=DAY)
    last_on = forms.DateField(
        label=_("Until which day"),
        required=False,
        widget=DAY,
        help_text=_("Empty: until further notice"),
    )

    def __init__(
        self, *args: Any, places: QuerySet[Location], hours: tuple[DayHours, ...], **kwargs: Any
    ) -> None:
        initial = {"first_on": clock.today(), **kwargs.pop("initial", {})}
        super().__init__(*args, hours=hours, initial=initial, **kwargs)
        field: Any = self.fields["location"]
        field.queryset = places

    def clean_first_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["first_on"]
        if day < clock.today():
            raise forms.ValidationError(_("This day is over."))
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if (
            values.get("last_on")
            and values.get("first_on")
            and values["last_on"] < values["first_on"]
        ):
            self.add_error("last_on", _("The end lies before the beginning."))
        return values

    @property
    def week(self) -> WeekSaid:
        said = self.cleaned_data
        return WeekSaid(said["location"], self.hours, said["first_on"], said["last_on"])


class AgreementForm(forms.Form):
    """Where the agreement is kept."""

    agreed_on = forms.DateField(label=_("Agreed on"), widget=DAY)
    url = forms.URLField(
        required=False, max_length=500, label=_("Address of the document"), assume_scheme="https"
    )
    note = forms.CharField(
        required=False, max_length=300, label=_("Or where it lies"),
        help_text=_("For example: file 12/2027 at the coordination office"),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not values.get("url") and not values.get("note"):
            self.add_error("url", _("Say where it can be found: an address, or a place."))
        return values
