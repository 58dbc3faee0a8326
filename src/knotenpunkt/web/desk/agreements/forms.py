"""What is written down of an agreement, and of its parties, texts and tasks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knotenpunkt.cooperation.actions.agreements import AgreementText, NewVersion, Signature
from knotenpunkt.cooperation.enums import LegalForm, Stage
from knotenpunkt.cooperation.models import AgreementVersion, CooperationAgreement
from knotenpunkt.cooperation.queries.agreements import parties_today
from knotenpunkt.directory.queries import organizations_visible_to
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account, Organization
from knotenpunkt.web.desk.days import IN_OUR_TIME

MOST_BYTES = 10 * 1024 * 1024
PDF = b"%PDF-"


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """Return a field for a local day."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        validators=IN_OUR_TIME,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def text_field(label: Any, longest: int, *, required: bool = True, rows: int = 3) -> Any:
    """Return a field of several lines."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=longest,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class AgreementForm(forms.Form):
    """The head of an agreement. The council's decision is named by all three or not at all."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    purpose = text_field(gettext_lazy("Purpose"), 2000)
    project_starts_on = day_field(
        gettext_lazy("Start of the project"),
        required=False,
        help_text=gettext_lazy("It may lie before or after the signatures."),
    )
    council_body = forms.CharField(
        label=gettext_lazy("Decision: which council or committee"), required=False, max_length=120
    )
    council_number = forms.CharField(
        label=gettext_lazy("Decision: number"), required=False, max_length=60
    )
    council_decided_on = day_field(gettext_lazy("Decision: day"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        names = ("council_body", "council_number", "council_decided_on")
        missing = [name for name in names if not given.get(name) and name not in self.errors]
        if len(missing) < len(names):
            for name in missing:
                self.add_error(name, _("A decision has a committee, a number and a day."))
        return given

    @property
    def text(self) -> AgreementText:
        names = AgreementText.__dataclass_fields__
        return AgreementText(**{name: self.cleaned_data[name] for name in names})


class NewAgreementForm(AgreementForm):
    """The same, with the legal form in which the own house takes part."""

    legal_form = forms.ChoiceField(
        label=gettext_lazy("Legal form of our house"), choices=LegalForm.choices
    )


class PartyForm(forms.Form):
    """A house of the directory, or the name of one that has nothing there."""

    organization = forms.ModelChoiceField(
        label=gettext_lazy("House"), queryset=Organization.objects.none(), required=False
    )
    name = forms.CharField(
        label=gettext_lazy("or a house that is not in the directory"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("A parish or a small association, for example."),
    )
    legal_form = forms.ChoiceField(label=gettext_lazy("Legal form"), choices=LegalForm.choices)
    joined_on = day_field(gettext_lazy("Takes part from"))

    def __init__(
        self, *args: Any, agreement: CooperationAgreement, by: Account, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["organization"]
        known = parties_today(agreement).values("pk")
        field.queryset = organizations_visible_to(by).exclude(pk__in=known).order_by("name")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("organization")) == bool(given.get("name")):
            self.add_error("name", _("Please choose a house or write its name, one of both."))
        return given


class LeaveForm(forms.Form):
    left_on = day_field(gettext_lazy("First day without this house"))


class EndForm(forms.Form):
    """The last day of an agreement and why."""

    last_on = day_field(gettext_lazy("Last day"))
    reason = forms.CharField(label=gettext_lazy("Why?"), max_length=300)


class VersionForm(forms.Form):
    """A text: from when it holds, what is new, and where it can be read."""

    valid_from = day_field(gettext_lazy("Valid from"))
    valid_to = day_field(
        gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: until further notice."),
    )
    changes = forms.CharField(
        label=gettext_lazy("What is new in it?"), required=False, max_length=500
    )
    document_url = forms.URLField(
        label=gettext_lazy("Address of the document"),
        required=False,
        max_length=500,
        assume_scheme="https",
    )
    document = forms.FileField(
        label=gettext_lazy("or the document itself (PDF)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )

    def clean_document(self) -> tuple[str, bytes] | None:
        file = self.cleaned_data.get("document")
        if not file:
            return None
        content: bytes = file.read(MOST_BYTES + 1)
        if not content.startswith(PDF) or len(content) > MOST_BYTES:
            raise forms.ValidationError(_("This is no PDF, or larger than 10 MB."))
        return str(file.name)[:120], content

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("valid_from"), given.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The end lies before the beginning."))
        return given

    @property
    def version(self) -> NewVersion:
        return NewVersion(**self.cleaned_data)


class SignatureForm(forms.Form):
    """Who has signed on paper, for which party."""

    organization = forms.ModelChoiceField(
        label=gettext_lazy("For"), queryset=Organization.objects.none()
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    function = forms.CharField(label=gettext_lazy("Function on that day"), max_length=120)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=120)
    signed_on = day_field(gettext_lazy("Signed on"))

    def __init__(self, *args: Any, version: AgreementVersion, **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["organization"]
        field.queryset = parties_today(version.agreement)

    def clean_signed_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["signed_on"]
        if day > clock.today():
            raise forms.ValidationError(_("This day lies ahead."))
        return day

    @property
    def signature(self) -> Signature:
        return Signature(**self.cleaned_data)


class StageForm(forms.Form):
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), choices=Stage.choices)
    reached_on = day_field(gettext_lazy("Reached on"))
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=200)

    def clean_reached_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["reached_on"]
        if day > clock.today():
            raise forms.ValidationError(_("This day lies ahead."))
        return day


class TaskForm(forms.Form):
    """One task: who leads, who takes part."""

    title = forms.CharField(label=gettext_lazy("Task"), max_length=120)
    leading = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who leads?"),
        queryset=Organization.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    helping = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who takes part?"),
        queryset=Organization.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, agreement: CooperationAgreement, **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        for name in ("leading", "helping"):
            fields[name].queryset = parties_today(agreement)
