"""What is shared with whom: the sheet that sender and person look at together."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import LegalClass
from knotenpunkt.network.models import Language, StaffMember, Team
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
from knotenpunkt.people.models import Person
from knotenpunkt.people.rules import (
    READ_NOTHING,
    Explanation,
    Recipient,
    Signature,
    Terms,
)
from knotenpunkt.web.templatetags.knotenpunkt import ENDONYMS

USUAL_DAYS = 180
LAYERS = [(Layer.MATTER, _("what the matter needs")), (Layer.SENSITIVE, _("also sensitive things"))]


class ConsentForm(forms.Form):
    """To whom, what, what for, until when; and how it was explained and given."""

    recipients = forms.MultipleChoiceField(
        label=_("To whom"), widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Named colleagues or teams of partners. Never a whole authority."),
    )  # fmt: skip
    categories = forms.MultipleChoiceField(
        label=_("What"), choices=Category.choices, widget=forms.CheckboxSelectMultiple
    )
    special_categories = forms.MultipleChoiceField(
        label=_("Asked and answered one by one"), required=False,
        choices=[(it.value, it.label) for it in Category if it in SPECIAL_CATEGORIES],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    purposes = forms.MultipleChoiceField(
        label=_("What for"), choices=Purpose.choices, widget=forms.CheckboxSelectMultiple
    )
    layer = forms.TypedChoiceField(label=_("How much"), choices=LAYERS, coerce=int)
    until = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    language = forms.ChoiceField(label=_("Explained in"))
    language_reason = forms.CharField(
        label=_("If not in a language of the person: why"), required=False, max_length=200
    )
    interpreter_kind = forms.ChoiceField(label=_("Interpreter"), choices=InterpreterKind.choices)
    interpreter_name = forms.CharField(
        label=_("Name of the interpreter"), required=False, max_length=120
    )
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
    scan = forms.FileField(label=_("On paper: scan"), required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.found = {str(it.pk): it for it in recipients_for(person)}
        self.fields["recipients"].choices = _by_organization(self.found)  # type: ignore[attr-defined]
        codes = Language.objects.values_list("code", flat=True)
        self.fields["language"].choices = [(it, ENDONYMS.get(it, it)) for it in codes]  # type: ignore[attr-defined]
        self.initial["language"] = person.languages[0] if person.languages else "de"
        self.initial["until"] = clock.today() + dt.timedelta(days=USUAL_DAYS)
        self.initial["layer"] = Layer.MATTER

    @property
    def terms(self) -> Terms:
        """Return what is handed over, once the form is valid."""
        values = self.cleaned_data
        return Terms(
            recipients=[self.found[it] for it in values["recipients"]],
            categories=values["categories"],
            special_categories=values["special_categories"],
            purposes=values["purposes"],
            layer=values["layer"],
            valid_until=clock.local_moment(values["until"], dt.time(23, 59)),
        )

    @property
    def explanation(self) -> Explanation:
        values = self.cleaned_data
        return Explanation(
            text_version=CURRENT_VERSION,
            language=values["language"],
            language_reason=values["language_reason"],
            interpreter_kind=values["interpreter_kind"],
            interpreter_name=values["interpreter_name"],
        )

    @property
    def signature(self) -> Signature:
        values = self.cleaned_data
        scan = values.get("scan")
        return Signature(
            giver=values["giver"],
            how=values["how"],
            guardian_name=values["guardian_name"],
            understanding_note=values["understanding_note"],
            note=values["note"],
            place_of_original=values["place_of_original"],
            scan=scan.read() if scan else None,
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


class ReleaseForm(forms.Form):
    """Which colleague, by name, may hear what was entrusted to me."""

    recipient = forms.ModelChoiceField(label=_("To whom"), queryset=StaffMember.objects.none())
    categories = forms.MultipleChoiceField(
        label=_("What"), choices=Category.choices, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label=_("How the person said so"), max_length=300)

    def __init__(self, *args: Any, person: Person, me: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [it.pk for it in recipients_for(person) if isinstance(it, StaffMember)]
        field = self.fields["recipient"]
        field.queryset = StaffMember.objects.filter(pk__in=ids).exclude(pk=me)  # type: ignore[attr-defined]
        field.label_from_instance = _staff_label  # type: ignore[attr-defined]


def _staff_label(member: Model) -> str:
    return f"{member} ({member.organization})"  # type: ignore[attr-defined]
