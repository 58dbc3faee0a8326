"""What a new partner enters: itself, its places, its people, when they are there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from knotenpunkt.directory.actions.setting_up import PlaceSaid, minutes_to_center
from knotenpunkt.directory.models import Service
from knotenpunkt.directory.queries import locations_today
from knotenpunkt.network.enums import LegalClass
from knotenpunkt.network.models import Location, Organization, StaffMember
from knotenpunkt.onboarding.actions.inviting import NewPartner
from knotenpunkt.onboarding.actions.staff import StaffSaid
from knotenpunkt.web.desk.directory.forms import language_choices
from knotenpunkt.web.desk.partners.week import WeekForm

LEGAL_CLASSES = [
    (LegalClass.FREE_CARRIER, _("Free carrier: advice, welfare, association")),
    (LegalClass.BENEFIT_CARRIER, _("Carrier of social benefits (§ 35 SGB I)")),
    (LegalClass.IMMIGRATION_OFFICE, _("Immigration office")),
    (LegalClass.OTHER, _("Other: chamber, school, course provider")),
]
LONGEST_ROOM = 60
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
    contact = forms.CharField(
        max_length=120, label=_("Name of the person who sets it up"),
        help_text=_("She can correct it herself."),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("Her e-mail"), help_text=_("She gets a link that works once, for seven days.")
    )

    @property
    def partner(self) -> NewPartner:
        return NewPartner(**self.cleaned_data)


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

    rooms = forms.CharField(
        required=False, max_length=600, label=_("Rooms where people are received"),
        help_text=_("One a line, if it matters who is where. Rooms that are there stay."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, location: Location | None = None, **kwargs: Any) -> None:
        if location is not None:
            street, _comma, city = location.address.rpartition(",")
            kwargs["initial"] = {
                "name": location.name,
                "street": street.strip(),
                "city": city.strip(),
                "is_step_free": "yes" if location.is_step_free else "no",
                "travel_minutes": minutes_to_center(location),
                "rooms": "\n".join(it.name for it in location.rooms.all()),
            }
        super().__init__(*args, **kwargs)

    def clean_rooms(self) -> tuple[str, ...]:
        names = [it.strip() for it in self.cleaned_data["rooms"].splitlines()]
        if any(len(it) > LONGEST_ROOM for it in names):
            raise forms.ValidationError(_("The name of a room has at most 60 signs."))
        return tuple(filter(None, names))

    @property
    def place(self) -> PlaceSaid:
        said = self.cleaned_data
        return PlaceSaid(
            name=said["name"],
            address=f"{said['street']}, {said['city']}",
            is_step_free=said["is_step_free"],
            hours=self.hours,
            travel_minutes=said["travel_minutes"],
            rooms=said["rooms"],
        )


class HouseForm(forms.Form):
    """A house that is there already: a room at a partner's, the house of all."""

    location = forms.ModelChoiceField(Location.objects.none(), label=_("A house of the network"))

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["location"]
        field.queryset = locations_today(organization.network).exclude(
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
