"""A question, an answer, and the word that something is no client data."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knotenpunkt.directory.models import Service, Topic
from knotenpunkt.directory.queries import organizations_visible_to, services_visible_to
from knotenpunkt.exchange.actions.posts import About, Words
from knotenpunkt.exchange.enums import ClearedBecause
from knotenpunkt.foundation.languages import text_in
from knotenpunkt.network.models import Account, Organization

STATES = [("", _("all")), ("open", _("open")), ("answered", _("answered"))]


class WordsForm(forms.Form):
    """Words for all partners; the reason is asked for only when something was found."""

    body = forms.CharField(
        label=_("Text"), max_length=6000, widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("Without client data: no names, birth dates, telephone or file numbers."),
    )  # fmt: skip
    cleared_because = forms.ChoiceField(
        label=_("This is no client data, because"), required=False,
        choices=[("", _("– (I change the text)")), *ClearedBecause.choices],
    )  # fmt: skip

    @property
    def words(self) -> Words:
        given = self.cleaned_data
        return Words(given["body"], given.get("title", ""), given["cleared_because"])


class AnswerForm(WordsForm):
    """An answer to a question."""


class TitledForm(WordsForm):
    """New words for a question."""

    title = forms.CharField(label=_("Question in one line"), max_length=160)
    field_order: tuple[str, ...] = ("title", "body")


class QuestionForm(TitledForm):
    """A question with what it is about."""

    topic = forms.ModelChoiceField(Topic.objects.none(), label=_("Topic"))
    service = forms.ModelChoiceField(
        Service.objects.none(), label=_("Related service"), required=False
    )
    organization = forms.ModelChoiceField(
        Organization.objects.none(), label=_("Related organization"), required=False
    )
    field_order = ("topic", "title", "body", "service", "organization")

    def __init__(self, *args: Any, account: Account, reader: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        network = account.staff_member.organization.network
        rows = {
            "topic": Topic.objects.filter(network=network),
            "service": services_visible_to(account).order_by("organization__name", "code"),
            "organization": organizations_visible_to(account).order_by("name"),
        }
        for name, queryset in rows.items():
            field: Any = self.fields[name]
            field.queryset = queryset
            if name != "organization":
                field.label_from_instance = lambda it: text_in(it.name, reader).text

    @property
    def about(self) -> About:
        given = self.cleaned_data
        return About(given["topic"], given["service"], given["organization"])


class FindForm(forms.Form):
    """Which questions to show."""

    q = forms.CharField(label=_("Words"), max_length=100, required=False)
    topic = forms.ModelChoiceField(
        Topic.objects.none(), required=False, label=_("Topic"), empty_label=_("all")
    )
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)

    def __init__(self, *args: Any, account: Account, reader: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topic: Any = self.fields["topic"]
        topic.queryset = Topic.objects.filter(network=account.staff_member.organization.network)
        topic.label_from_instance = lambda it: text_in(it.name, reader).text


class RemoveForm(forms.Form):
    """Why a post is removed; stands in its place."""

    note = forms.CharField(label=_("Reason, for everyone to read"), max_length=300)
