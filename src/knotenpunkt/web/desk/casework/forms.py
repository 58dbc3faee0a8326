"""What staff may send to refer a person, to answer, to close a talk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from knotenpunkt.casework.actions.referrals import ANSWER_WORKDAYS
from knotenpunkt.casework.enums import ReferralOutcome, TalkOutcome
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import LegalClass
from knotenpunkt.network.models import Organization, StaffMember
from knotenpunkt.people.ages import age_of
from knotenpunkt.people.enums import (
    CATEGORIES_OF_PURPOSE,
    SPECIAL_CATEGORIES,
    Category,
    HowGiven,
    Purpose,
)
from knotenpunkt.people.models import Person
from knotenpunkt.people.rules import ADULT
from knotenpunkt.visits.models import Appointment
from knotenpunkt.visits.plan import BookingPlan, Malformed, read_plan
from knotenpunkt.visits.queries import BLIND_ROLES
from knotenpunkt.web.access import CASE_ROLES
from knotenpunkt.web.desk.persons.sharing_forms import ScanField
from knotenpunkt.web.templatetags.knotenpunkt import clock_time, day_name, plain_text

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ServiceChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, service: Any) -> str:
        """Return the service in the reader's language with the house that gives it."""
        return f"{plain_text(service.name)} ({service.organization.name})"


class AppointmentChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, appointment: Any) -> str:
        """Return day, time and matter of an appointment."""
        when = f"{day_name(appointment.starts_at)}, {clock_time(appointment.starts_at)}"
        return f"{when}: {plain_text(appointment.service.name)}"


class StaffChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, member: Any) -> str:
        """Return the name of a staff member."""
        return str(member.name)


class ToWhomForm(forms.Form):
    """First step: which organization. The immigration office is not among them."""

    organization = forms.ModelChoiceField(
        label=_("To which organization?"), queryset=Organization.objects.none()
    )

    def __init__(self, *args: Any, own: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organization"]
        field.queryset = partners_of(own)  # type: ignore[attr-defined]


def partners_of(own: Organization) -> QuerySet[Organization]:
    """Return the organizations to which something about a person may go."""
    return (
        Organization.objects.filter(network=own.network, valid_to=None)
        .exclude(pk=own.pk)
        .exclude(legal_class=LegalClass.IMMIGRATION_OFFICE)
        .order_by("name")
    )


def contacts_at(
    organization: Organization, service: Service | None = None
) -> QuerySet[StaffMember]:
    """Return who takes up matters there, those who give the service first."""
    members = organization.staff.filter(left_on=None, role__in=CASE_ROLES - BLIND_ROLES)
    if service is not None:
        givers = service.staff.values("pk")
        first = Case(
            When(pk__in=givers, then=Value(0)), default=Value(1), output_field=IntegerField()
        )
        members = members.annotate(place=first).order_by("place", "name")
    return members


class ReferralForm(forms.Form):
    """Second step: named persons, the matter, and until when an answer is due."""

    recipients = StaffChoices(
        label=_("To whom by name?"),
        queryset=StaffMember.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only these persons will see it, not their whole house."),
        error_messages={"required": _("Name at least one person.")},
    )
    service = ServiceChoice(
        label=_("About which service?"), queryset=Service.objects.none(), required=False
    )
    purpose = forms.ChoiceField(label=_("What for?"), choices=Purpose.choices)
    question = forms.CharField(
        label=_("What does the person want there?"),
        max_length=300,
        help_text=_("One sentence. The person may read it."),
    )
    message = forms.CharField(
        label=_("What the other side must know"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only what is needed for this matter."),
    )
    appointment = AppointmentChoice(
        label=_("Appointment that answers this"),
        queryset=Appointment.objects.none(),
        required=False,
        help_text=_("When the person was there, the referral counts as taken up."),
    )
    answer_workdays = forms.IntegerField(
        label=_("Answer within working days"), min_value=1, max_value=40, initial=ANSWER_WORKDAYS
    )

    def __init__(
        self, *args: Any, to: Organization, appointments: QuerySet[Appointment], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipients"].queryset = contacts_at(to)  # type: ignore[attr-defined]
        services = self.fields["service"]
        services.queryset = to.services.select_related("organization")  # type: ignore[attr-defined]
        self.fields["appointment"].queryset = appointments  # type: ignore[attr-defined]
        if not appointments.exists():
            del self.fields["appointment"]


MONTHS = [(1, _("one month")), (3, _("three months")), (6, _("half a year")), (12, _("a year"))]


class SheetForm(forms.Form):
    """What the person says yes to: which data, until when; and how one saw and heard it."""

    categories = forms.MultipleChoiceField(
        label=_("Which data?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Name at least one kind of data.")},
    )
    months = forms.TypedChoiceField(label=_("For how long?"), choices=MONTHS, coerce=int, initial=6)
    how = forms.ChoiceField(label=_("How does the person say yes?"), choices=HowGiven.choices)
    note = forms.CharField(
        label=_("By word of mouth: what was said. On paper: where the sheet is"),
        max_length=200,
        required=False,
    )
    scan = ScanField(label=_("Scan of the signed sheet"), required=False)
    understanding_note = forms.CharField(
        label=_("Under 18: how did you see that she or he understands?"),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, purpose: str, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = CATEGORIES_OF_PURPOSE[purpose]
        field = self.fields["categories"]
        field.choices = [it for it in Category.choices if it[0] in allowed]  # type: ignore[attr-defined]
        field.initial = [Category.CONTACT]
        if age_of(person, clock.today()).is_at_least(ADULT):
            del self.fields["understanding_note"]

    @property
    def special(self) -> list[str]:
        """Return the special kinds of data chosen; each is a tick of its own on the sheet."""
        return sorted(SPECIAL_CATEGORIES & set(self.cleaned_data["categories"]))


class SendForm(forms.Form):
    override_reason = forms.CharField(
        label=_("Why all the same?"), max_length=300, required=False, strip=True
    )


class AcceptForm(forms.Form):
    note = forms.CharField(
        label=_("What happens next"),
        max_length=300,
        required=False,
        help_text=_("For example: first talk on Thursday, bring the certificate."),
    )


class TimedAcceptForm(AcceptForm):
    """Accepting with an appointment: one of the free times that were shown."""

    plan = forms.CharField(max_length=4000, required=False, widget=forms.HiddenInput)

    def clean_plan(self) -> BookingPlan | None:
        """Return the plan of the chosen time, or None for no time yet."""
        if not self.cleaned_data["plan"]:
            return None
        try:
            return read_plan(self.cleaned_data["plan"])
        except Malformed as error:
            raise forms.ValidationError(_("This time could not be read.")) from error


class LetterAcceptForm(AcceptForm):
    contact_name = forms.CharField(label=_("Your name"), max_length=120)
    field_order = ("contact_name", "note")


class DeclineForm(forms.Form):
    alternative = forms.CharField(
        label=_("Who or what helps instead?"),
        max_length=300,
        error_messages={"required": _("Please name an alternative.")},
    )


class AskForm(forms.Form):
    asked = forms.CharField(
        label=_("What do you need to know?"),
        max_length=300,
        error_messages={"required": _("Please write your question.")},
    )


class InformForm(forms.Form):
    message = forms.CharField(
        label=_("Your answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class CompleteForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=ReferralOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("A referral is closed with an outcome.")},
    )
    note = forms.CharField(label=_("In a sentence"), max_length=300, required=False)


class LetterForm(forms.Form):
    address = forms.EmailField(label=_("E-mail of the partner"))


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the telephone"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


FOLLOW_UPS = [("7", _("in a week")), ("14", _("in two weeks")), ("42", _("in six weeks"))]


class TalkForm(forms.Form):
    """Two taps: an outcome, and when to look again (which sends the form)."""

    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=TalkOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Tap how the talk ended.")},
    )
    agreed = forms.CharField(
        label=_("Agreed, in the words of the person"), max_length=500, required=False
    )
    note = forms.CharField(
        label=_("Note for the own house"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    follow_up = forms.ChoiceField(choices=[("", ""), *FOLLOW_UPS], required=False)

    def clean_follow_up(self) -> int | None:
        """Return days, or None for no reminder."""
        return int(self.cleaned_data["follow_up"]) if self.cleaned_data["follow_up"] else None


class FollowUpForm(forms.Form):
    text = forms.CharField(label=_("Remember"), max_length=200)
    due_on = forms.DateField(label=_("on"), widget=DATE)
