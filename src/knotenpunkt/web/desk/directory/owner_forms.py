"""Forms of owners: who sees what, a text in another language, the steps of a digital way."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.directory.enums import AccessChannel
from knotenpunkt.directory.models import AccessCard, Service
from knotenpunkt.foundation.languages import NEWCOMER_LANGUAGES
from knotenpunkt.network.enums import Audience, FieldGroup
from knotenpunkt.web.desk.directory.forms import language_choices
from knotenpunkt.web.templatetags.knotenpunkt import ENDONYMS

GROUPS = {
    FieldGroup.BASICS: _("Name, description, topic, for whom"),
    FieldGroup.CONTACTS: _("Telephone, mail, contacts"),
    FieldGroup.HOURS: _("Opening hours"),
    FieldGroup.COSTS: _("Costs"),
    FieldGroup.PLACES: _("Places"),
}
AUDIENCES = [
    (Audience.PUBLIC.value, _("everybody")),
    (Audience.PARTNERS.value, _("partners only")),
    (Audience.OWN_ORGANIZATION.value, _("our own house only")),
]
OTHER_LANGUAGES = [(code, ENDONYMS[code]) for code in NEWCOMER_LANGUAGES if code != "de"]
CHANNELS = {
    AccessChannel.PORTAL: _("Web portal"),
    AccessChannel.APP: _("App"),
    AccessChannel.MAILBOX: _("Mailbox"),
    AccessChannel.PHONE: _("Telephone"),
    AccessChannel.VIDEO: _("Video"),
}

SIMPLE = ("needs_login", "login", "languages", "url")


class VisibilityForm(forms.Form):
    """For each part of an entry, who sees it."""

    def __init__(self, *args: Any, service: Service, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group, label in GROUPS.items():
            self.fields[group.value] = forms.ChoiceField(
                label=label, choices=AUDIENCES, initial=service.audience_of(group).value
            )


class TranslationForm(forms.Form):
    """A text beside the German one."""

    name = forms.CharField(max_length=200, label=_("Name"))
    description = forms.CharField(
        max_length=4000, required=False, label=_("Description"), widget=forms.Textarea
    )
    is_reviewed = forms.BooleanField(
        required=False, label=_("I speak this language well and have read both texts")
    )


class AccessCardForm(forms.Form):
    """One digital way, step by step."""

    channel = forms.ChoiceField(
        label=_("Which way"), choices=[(it.value, label) for it, label in CHANNELS.items()]
    )
    title = forms.CharField(max_length=200, label=_("Title (German)"))
    audience = forms.CharField(max_length=200, required=False, label=_("For whom (German)"))
    steps = forms.CharField(
        max_length=4000, label=_("Steps (German)"), help_text=_("One step a line."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    needs_login = forms.BooleanField(required=False, label=_("It needs a sign-in"))
    login = forms.CharField(
        max_length=200, required=False, label=_("Which sign-in"),
        help_text=_("For example: BundID, access code by letter"),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        required=False, label=_("Languages"), widget=forms.CheckboxSelectMultiple
    )
    url = forms.URLField(
        required=False, max_length=500, label=_("Web address"), assume_scheme="https"
    )

    def __init__(self, *args: Any, card: AccessCard | None = None, **kwargs: Any) -> None:
        self.card = card
        if card is not None:
            kwargs["initial"] = {
                "channel": card.channel,
                "title": card.title.get("de", ""),
                "audience": card.audience.get("de", ""),
                "steps": "\n".join(step.get("de", "") for step in card.steps),
                **{name: getattr(card, name) for name in SIMPLE},
            }
        super().__init__(*args, **kwargs)
        field: Any = self.fields["languages"]
        field.choices = language_choices()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("needs_login") and not given.get("login"):
            self.add_error("login", _("Say which sign-in it needs."))
        return given

    @property
    def values(self) -> dict[str, Any]:
        """Return the fields as they are stored; a step that is unchanged keeps its translations."""
        said = dict(self.cleaned_data)
        known = {step.get("de"): step for step in (self.card.steps if self.card else [])}
        lines = [line.strip() for line in said.pop("steps").splitlines() if line.strip()]
        said.pop("channel")
        title, audience = said.pop("title"), said.pop("audience")
        same_title = self.card is not None and self.card.title.get("de") == title
        same_audience = self.card is not None and self.card.audience.get("de") == audience
        return {
            **said,
            "title": self.card.title if self.card and same_title else {"de": title},
            "audience": self.card.audience if self.card and same_audience else {"de": audience},
            "steps": [known.get(line, {"de": line}) for line in lines],
        }
