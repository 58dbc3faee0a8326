"""What staff may say when they look for, change or ask about something."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.directory.actions.suggesting import ORGANIZATION_FIELDS, SERVICE_FIELDS
from knotenpunkt.directory.models import Service, Topic
from knotenpunkt.directory.queries import filters_of, locations_today, organizations_today
from knotenpunkt.foundation.languages import text_in
from knotenpunkt.network.enums import LegalRegime
from knotenpunkt.network.models import Language, Location, Network, Organization
from knotenpunkt.web.templatetags.knotenpunkt import ENDONYMS

TARGET_GROUPS = [
    ("newly_arrived", _("Newly arrived")),
    ("ukraine", _("People from Ukraine (§ 24)")),
    ("asylum_procedure", _("Asylum procedure, Duldung")),
    ("recognized", _("Recognized refugees")),
    ("skilled_workers", _("Skilled workers")),
    ("families", _("Families")),
    ("children", _("Children")),
    ("young_people", _("Young people")),
    ("women", _("Women")),
    ("jobseekers", _("Jobseekers")),
    ("ill_or_disabled", _("Ill or disabled people")),
]


def language_choices() -> list[tuple[str, str]]:
    codes = Language.objects.values_list("code", flat=True)
    return [(code, ENDONYMS.get(code, code)) for code in codes]


class FilterForm(forms.Form):
    """What was typed, and what the list is narrowed by."""

    q = forms.CharField(max_length=200, required=False, label=_("What is it about?"))
    topic = forms.ModelChoiceField(
        Topic.objects.none(), required=False, label=_("Topic"), empty_label=_("all")
    )
    organization = forms.ModelChoiceField(
        Organization.objects.none(), required=False, label=_("Organization"), empty_label=_("all")
    )
    place = forms.ModelChoiceField(
        Location.objects.none(), required=False, label=_("Place"), empty_label=_("all")
    )
    language = forms.ChoiceField(required=False, label=_("Language"))
    group = forms.ChoiceField(
        required=False, label=_("For whom"), choices=[("", _("all")), *TARGET_GROUPS]
    )

    def __init__(self, *args: Any, network: Network, reader: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["topic"].queryset = Topic.objects.filter(network=network)
        fields["organization"].queryset = organizations_today(network).only("name")
        fields["place"].queryset = locations_today(network).only("name")
        for kind, found in filters_of(network).items():
            named = [
                (key, ENDONYMS.get(key, key) if kind == "language" else text_in(name, reader).text)
                for key, name in found
            ]
            fields[kind].choices = [("", _("all")), *named]


class ServiceForm(forms.Form):
    """What the owner says of a service. Texts are German and English; more come by translation."""

    name_de = forms.CharField(max_length=200, label=_("Name (German)"))
    name_en = forms.CharField(max_length=200, required=False, label=_("Name (English)"))
    description_de = forms.CharField(
        max_length=4000, required=False, label=_("Description (German)"), widget=forms.Textarea
    )
    description_en = forms.CharField(
        max_length=4000, required=False, label=_("Description (English)"), widget=forms.Textarea
    )
    eligibility = forms.CharField(max_length=200, required=False, label=_("For whom"))
    target_groups = forms.MultipleChoiceField(
        choices=TARGET_GROUPS,
        required=False,
        label=_("Target groups"),
        widget=forms.CheckboxSelectMultiple,
    )
    minimum_age = forms.FloatField(
        min_value=0, max_value=130, required=False, label=_("Minimum age")
    )
    maximum_age = forms.FloatField(
        min_value=0, max_value=130, required=False, label=_("Maximum age")
    )
    minutes = forms.IntegerField(min_value=5, max_value=600, label=_("Length in minutes"))
    email = forms.EmailField(required=False, label=_("E-mail"))
    url = forms.URLField(required=False, label=_("Web address"), assume_scheme="https")

    def __init__(self, *args: Any, service: Service, **kwargs: Any) -> None:
        simple = (
            "eligibility",
            "target_groups",
            "minimum_age",
            "maximum_age",
            "minutes",
            "email",
            "url",
        )
        initial = {name: getattr(service, name) for name in simple}
        for name in ("name", "description"):
            for code in ("de", "en"):
                initial[f"{name}_{code}"] = getattr(service, name).get(code, "")
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.service = service

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        low, high = values.get("minimum_age"), values.get("maximum_age")
        if low is not None and high is not None and low > high:
            self.add_error("minimum_age", _("The minimum age is above the maximum age."))
        return values

    @property
    def values(self) -> dict[str, Any]:
        """Return the fields of the service as they are stored."""
        said = dict(self.cleaned_data)
        for name in ("name", "description"):
            texts = {code: said.pop(f"{name}_{code}") for code in ("de", "en")}
            kept = {key: it for key, it in getattr(self.service, name).items() if key not in texts}
            said[name] = {**{key: it for key, it in texts.items() if it}, **kept}
        return said


class OrganizationForm(forms.ModelForm):  # type: ignore[type-arg]
    """How an organization can be reached."""

    description_de = forms.CharField(
        max_length=4000, required=False, label=_("What we do, in one or two sentences (German)"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    website = forms.URLField(required=False, label=_("Web address"), assume_scheme="https")
    field_order = ("description_de",)

    def __init__(self, *args: Any, instance: Organization, **kwargs: Any) -> None:
        kwargs["instance"] = instance
        super().__init__(*args, **kwargs)
        self.initial["description_de"] = instance.description.get("de", "")
        self.description = dict(instance.description)

    @property
    def values(self) -> dict[str, Any]:
        """Return the fields of the organization as they are stored."""
        said = dict(self.cleaned_data)
        german = {"de": said.pop("description_de")}
        return {**said, "description": {**self.description, **german}}

    class Meta:
        model = Organization
        fields = ("phone", "email", "website", "partner_line", "partner_line_hours")
        labels = {
            "phone": _("Phone"),
            "email": _("E-mail"),
            "partner_line": _("Line for partners"),
            "partner_line_hours": _("Hours of the line for partners"),
        }


class CardForm(forms.Form):
    """The knowledge card: what partners should know."""

    tasks = forms.CharField(
        max_length=4000, required=False, label=_("Tasks"), widget=forms.Textarea
    )
    workflow = forms.CharField(
        max_length=4000, required=False, label=_("Workflow"), widget=forms.Textarea
    )
    legal_basis = forms.CharField(
        max_length=2000, required=False, label=_("Legal basis"), widget=forms.Textarea,
        help_text=_("What the law asks of you, what it lets you do, what it forbids."),
    )  # fmt: skip
    reachability = forms.CharField(
        max_length=2000, required=False, label=_("Reachability"), widget=forms.Textarea
    )
    how_to_refer = forms.CharField(
        max_length=4000, required=False, label=_("How to refer"), widget=forms.Textarea
    )
    good_to_know = forms.CharField(
        max_length=4000, required=False, label=_("Good to know"), widget=forms.Textarea
    )


class SuggestionForm(forms.Form):
    """What seems wrong, and what should stand there."""

    field = forms.ChoiceField(label=_("What is wrong?"))
    proposed = forms.CharField(
        max_length=2000, label=_("What should it be?"), widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, is_service: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = SERVICE_FIELDS if is_service else ORGANIZATION_FIELDS
        choice: Any = self.fields["field"]
        choice.choices = [*fields.items(), ("other", _("something else"))]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        field, proposed = values.get("field"), values.get("proposed", "")
        checks = {
            "email": forms.EmailField(),
            "url": forms.URLField(assume_scheme="https"),
            "website": forms.URLField(assume_scheme="https"),
            "phone": forms.CharField(max_length=40),
            "partner_line": forms.CharField(max_length=40),
            "partner_line_hours": forms.CharField(max_length=120),
        }
        if field in checks and proposed:
            try:
                values["proposed"] = checks[field].clean(proposed)
            except forms.ValidationError as error:
                self.add_error("proposed", error)
        return values


class AnswerForm(forms.Form):
    """Accept or decline a suggestion, with a word to whoever made it."""

    accept = forms.TypedChoiceField(
        choices=[("yes", _("Accept")), ("no", _("Decline"))], coerce=lambda value: value == "yes"
    )
    answer = forms.CharField(max_length=300, required=False)


class QuestionForm(forms.Form):
    """A question to a colleague: about the service, not about a person."""

    question = forms.CharField(
        max_length=2000,
        label=_("Your question"),
        help_text=_("Please write no names and nothing about a person."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


class ProfileForm(forms.Form):
    """What colleagues may ask me about."""

    topics = forms.ModelMultipleChoiceField(
        Topic.objects.none(),
        required=False,
        label=_("Topics"),
        widget=forms.CheckboxSelectMultiple,
    )
    legal_regimes = forms.MultipleChoiceField(
        choices=LegalRegime.choices,
        required=False,
        label=_("Laws"),
        widget=forms.CheckboxSelectMultiple,
    )
    about = forms.CharField(
        max_length=2000,
        required=False,
        label=_("About my work"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    reachability = forms.CharField(max_length=200, required=False, label=_("Reachability"))

    def __init__(self, *args: Any, network: Network, reader: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics: Any = self.fields["topics"]
        topics.queryset = Topic.objects.filter(network=network)
        topics.label_from_instance = lambda it: text_in(it.name, reader).text


class SpecialistForm(forms.Form):
    """Whom to look for: by topic, language and law."""

    topic = forms.ModelChoiceField(
        Topic.objects.none(), required=False, label=_("Topic"), empty_label=_("all")
    )
    language = forms.ChoiceField(required=False, label=_("Language"))
    law = forms.ChoiceField(
        required=False, label=_("Law"), choices=[("", _("all")), *LegalRegime.choices]
    )

    def __init__(self, *args: Any, network: Network, reader: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topic: Any = self.fields["topic"]
        topic.queryset = Topic.objects.filter(network=network)
        topic.label_from_instance = lambda it: text_in(it.name, reader).text
        language: Any = self.fields["language"]
        language.choices = [("", _("all")), *language_choices()]


class SynonymForm(forms.Form):
    """What a question without answer means, or that nothing here answers it."""

    means = forms.CharField(max_length=200, required=False)


class TableForm(forms.Form):
    """A partner's table."""

    file = forms.FileField(
        label=_("Table (xlsx, ods or csv)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv"}),
    )
