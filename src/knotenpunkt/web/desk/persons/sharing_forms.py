"""What is shared with whom: the sheet that sender and person look at together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import LegalClass
from knotenpunkt.network.models import Language, Organization, StaffMember, Team
from knotenpunkt.people.consent_texts import CURRENT_VERSION
from knotenpunkt.people.enums import (
    SPECIAL_CATEGORIES,
    Category,
    Giver,
    HowGiven,
    InterpreterKind,
    Layer,
    Purpose,
)
from knotenpunkt.people.errors import Fault
from knotenpunkt.people.models import Person
from knotenpunkt.people.models.scans import MOST_BYTES, is_scan
from knotenpunkt.people.rules import (
    READ_NOTHING,
    Explanation,
    Recipient,
    Signature,
    Terms,
)
from knotenpunkt.web.desk.persons.faults import sentence_of
from knotenpunkt.web.templatetags.knotenpunkt import ENDONYMS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

USUAL_DAYS = 180
SPECIAL = [(it.value, it.label) for it in Category if it in SPECIAL_CATEGORIES]
LAYERS = [(Layer.MATTER, _("what the matter needs")), (Layer.SENSITIVE, _("also sensitive things"))]


class ScanField(forms.FileField):
    """A small PDF or picture of the signed sheet, judged by its first bytes."""

    widget = forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"})

    def clean(self, data: Any, initial: Any = None) -> bytes | None:
        """Return the contents, or None without a file."""
        file = super().clean(data, initial)
        if not file:
            return None
        content: bytes = file.read(MOST_BYTES + 1)
        if not is_scan(content):
            raise forms.ValidationError(str(sentence_of(Fault.BAD_SCAN)))
        return content


class ScanForm(forms.Form):
    scan = ScanField(label=_("Scan"))


class SignedForm(forms.Form):
    """Who said yes, and how one can see that later."""

    giver = forms.ChoiceField(label=_("Who says yes"), choices=Giver.choices)
    guardian_name = forms.CharField(label=_("Name of the guardian"), required=False, max_length=120)
    understanding_note = forms.CharField(
        label=_("Under 18: how you see that she or he understands"), required=False, max_length=200
    )
    how = forms.ChoiceField(label=_("How"), choices=HowGiven.choices)
    note = forms.CharField(
        label=_("By word of mouth: what was said"), required=False, max_length=300
    )
    place_of_original = forms.CharField(
        label=_("On paper: where the original is kept"), required=False, max_length=200
    )
    scan = ScanField(label=_("On paper: scan"), required=False)

    @property
    def signature(self) -> Signature:
        """Return it, once the form is valid; what belongs to another way of giving is left out."""
        values = self.cleaned_data
        is_paper = values["how"] == HowGiven.PAPER
        return Signature(
            giver=values["giver"],
            how=values["how"],
            guardian_name=values["guardian_name"],
            understanding_note=values["understanding_note"],
            note=values["note"],
            place_of_original=values["place_of_original"] if is_paper else "",
            scan=values["scan"] if is_paper else None,
        )


class TermsForm(forms.Form):
    """To whom, what, what for, how much and until when: under a yes, a release or a law."""

    whom: StrOrPromise = ""  # who may be chosen, said below the field
    recipients = forms.MultipleChoiceField(
        label=_("To whom"), widget=forms.SelectMultiple(attrs={"size": 8})
    )
    categories = forms.MultipleChoiceField(
        label=_("What"), choices=Category.choices, widget=forms.CheckboxSelectMultiple
    )
    special_categories = forms.MultipleChoiceField(
        label=_("Asked and answered one by one"), required=False, choices=SPECIAL,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    purposes = forms.MultipleChoiceField(
        label=_("What for"), choices=Purpose.choices, widget=forms.CheckboxSelectMultiple
    )
    layer = forms.TypedChoiceField(label=_("How much"), choices=LAYERS, coerce=int)
    until = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def offer(self, recipients: Iterable[Recipient]) -> None:
        """Let one choose among these, by organization."""
        self.found = {str(it.pk): it for it in recipients}
        self.fields["recipients"].choices = _by_organization(self.found)  # type: ignore[attr-defined]
        self.fields["recipients"].help_text = self.whom
        self.initial["until"] = clock.today() + dt.timedelta(days=USUAL_DAYS)
        self.initial["layer"] = Layer.MATTER

    @property
    def terms(self) -> Terms:
        """Return what is handed over, once the form is valid."""
        values = self.cleaned_data
        return Terms(
            recipients=[self.found[it] for it in values["recipients"]],
            categories=values["categories"],
            special_categories=values.get("special_categories", ()),
            purposes=values["purposes"],
            layer=values.get("layer", Layer.MATTER),
            valid_until=clock.local_moment(values["until"], dt.time(23, 59)),
        )


class ConsentForm(TermsForm, SignedForm):
    """To whom, what, what for, until when; and how it was explained and given."""

    whom = _("Named colleagues or teams of partners. Never a whole authority.")
    language = forms.ChoiceField(label=_("Explained in"))
    language_reason = forms.CharField(
        label=_("If not in a language of the person: why"), required=False, max_length=200
    )
    interpreter_kind = forms.ChoiceField(label=_("Interpreter"), choices=InterpreterKind.choices)
    interpreter_name = forms.CharField(
        label=_("Name of the interpreter"), required=False, max_length=120
    )
    checked_by = forms.ModelChoiceField(
        label=_("A relative interpreted something very personal: who asked again?"),
        queryset=StaffMember.objects.none(),
        required=False,
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.offer(recipients_for(person))
        colleagues = StaffMember.objects.filter(organization=person.organization_id, left_on=None)
        self.fields["checked_by"].queryset = colleagues.order_by("name", "id")  # type: ignore[attr-defined]
        codes = Language.objects.values_list("code", flat=True)
        self.fields["language"].choices = [(it, ENDONYMS.get(it, it)) for it in codes]  # type: ignore[attr-defined]
        self.initial["language"] = person.languages[0] if person.languages else "de"

    @property
    def explanation(self) -> Explanation:
        values = self.cleaned_data
        return Explanation(
            text_version=CURRENT_VERSION,
            language=values["language"],
            language_reason=values["language_reason"],
            interpreter_kind=values["interpreter_kind"],
            interpreter_name=values["interpreter_name"],
            checked_by=values["checked_by"],
        )


def recipients_for(person: Person) -> list[Recipient]:
    """Return whom something of this person may be shared with at all."""
    wall = {"organization__legal_class": LegalClass.IMMIGRATION_OFFICE}
    staff = (
        StaffMember.objects.filter(organization__network=person.network, left_on=None)
        .exclude(role__in=READ_NOTHING)
        .exclude(**wall)
        .select_related("organization")
        .order_by("organization__name", "name", "id")
    )
    teams = (
        Team.objects.filter(organization__network=person.network)
        .exclude(**wall)
        .select_related("organization")
        .order_by("organization__name", "name", "id")
    )
    return [*teams, *staff]


def _by_organization(found: dict[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for key, it in found.items():
        groups.setdefault(it.organization.name, []).append((key, it.name))
    return sorted(groups.items())


class ItemForm(forms.Form):
    """A note of one kind, as close to the person as it needs to be."""

    category = forms.ChoiceField(label=_("What it is about"), choices=Category.choices)
    body = forms.CharField(label=_("Note"), max_length=5000, widget=forms.Textarea)
    is_entrusted = forms.BooleanField(
        label=_("entrusted to me alone"), required=False,
    )  # fmt: skip
    is_from_person = forms.BooleanField(label=_("the person's own words"), required=False)


class ReleaseForm(TermsForm, SignedForm):
    """Which colleague, by name, may hear what was entrusted to me, and for how long."""

    whom = _("People by name. A release ends when one of you leaves.")
    layer = None  # type: ignore[assignment]  # there is only one

    def __init__(self, *args: Any, person: Person, me: StaffMember, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [it for it in recipients_for(person) if isinstance(it, StaffMember)]
        self.offer(it for it in people if it.pk != me.pk)


class StatuteForm(TermsForm):
    """What a law lets one benefit carrier hand to another, and why it is necessary."""

    whom = _("Benefit carriers only. Everybody else needs the person's consent.")
    special_categories = None  # type: ignore[assignment]  # these need her own yes
    statute = forms.CharField(label=_("Which law?"), max_length=80, initial="§ 69 SGB X")
    necessity = forms.CharField(label=_("Why is it necessary?"), max_length=300)

    def __init__(self, *args: Any, person: Person, own: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        carriers = [
            it
            for it in recipients_for(person)
            if it.organization.legal_class == LegalClass.BENEFIT_CARRIER
            and it.organization_id != own.pk
        ]
        self.offer(carriers)
