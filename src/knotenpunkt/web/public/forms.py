"""What a newcomer may send, page by page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.validators import validate_email
from django.utils.functional import lazy
from django.utils.translation import get_language
from phonenumber_field.phonenumber import to_python

from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Network
from knotenpunkt.visits.codes import read_code
from knotenpunkt.visits.planning.wish import MOST_NEEDS
from knotenpunkt.web.public.answers import SWITCHES
from knotenpunkt.web.public.texts import say


def _text(key: str) -> str:
    return say(key, (get_language() or "de")[:2])


text = lazy(_text, str)


def text_with(key: str, **values: object) -> str:
    """Return a text in the reader's language with its values."""
    return say(key, (get_language() or "de")[:2], **values)


LEAST_SECRET = 6
ELSEWHERE = "elsewhere"
FETCH_TIMES = ("11:30", "12:00", "12:30", "13:00", "14:00", "15:00", "16:00")
LATE_BY = (10, 20, 30, 60)
COMPANIONS = ("alone", "children", "adults", "step_free")
PLEASE_CHOOSE = {"required": text("choose_one"), "invalid_choice": text("choose_one")}


class CodeForm(forms.Form):
    """The code from a slip, however it was typed."""

    code = forms.CharField(label=text("code_label"), max_length=20)

    def clean_code(self) -> str:
        code = read_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(text("code_bad"))
        return code


class WhereForm(forms.Form):
    municipality = forms.ChoiceField(error_messages=PLEASE_CHOOSE)

    def __init__(self, *args: Any, network: Network, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = list(network.municipalities.values_list("code", "name"))
        field = self.fields["municipality"]
        field.choices = [*names, (ELSEWHERE, "")]  # type: ignore[attr-defined]


class WhoForm(forms.Form):
    companions = forms.MultipleChoiceField(
        choices=[(it, it) for it in COMPANIONS], required=False, error_messages=PLEASE_CHOOSE
    )
    fetch_at = forms.TimeField(required=False)
    language = forms.CharField(max_length=8)
    speaks_german = forms.BooleanField(required=False)

    def __init__(self, *args: Any, languages: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages

    def clean_language(self) -> str:
        language = self.cleaned_data["language"]
        if language not in self.languages:
            raise forms.ValidationError(text("choose_one"))
        return str(language)


class TopicsForm(forms.Form):
    topics = forms.MultipleChoiceField(required=False, error_messages=PLEASE_CHOOSE)
    something_else = forms.BooleanField(required=False)

    def __init__(self, *args: Any, network: Network, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = network.topics.values_list("code", flat=True)
        self.fields["topics"].choices = [(it, it) for it in codes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("topics") and not values.get("something_else"):
            raise forms.ValidationError(text("choose_one"))
        return values


class MattersForm(forms.Form):
    needs = forms.ModelMultipleChoiceField(queryset=Service.objects.none(), required=False)
    something_else = forms.BooleanField(required=False)

    def __init__(self, *args: Any, offered: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["needs"].queryset = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("needs") and not values.get("something_else"):
            raise forms.ValidationError(text("choose_one"))
        if len(values.get("needs") or ()) + bool(values.get("something_else")) > MOST_NEEDS:
            raise forms.ValidationError(text("too_many"))
        return values


class SwitchForm(forms.Form):
    """One change on the page of proposals: a switch, another day, or a need left out."""

    switch = forms.ChoiceField(choices=[(it, it) for it in SWITCHES], required=False)
    after = forms.DateField(required=False)
    leave_out = forms.UUIDField(required=False)
    talk = forms.BooleanField(required=False)


class TakeForm(forms.Form):
    plan = forms.CharField(max_length=20_000)


class BringForm(forms.Form):
    packed = forms.TypedMultipleChoiceField(coerce=UUID, required=False)

    def __init__(self, *args: Any, papers: list[UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["packed"].choices = [(str(it), it) for it in papers]  # type: ignore[attr-defined]

    def clean_packed(self) -> frozenset[UUID]:
        return frozenset(self.cleaned_data["packed"])


class LateForm(forms.Form):
    """By how many minutes she is late; `is_sure` after she has seen what it means."""

    minutes = forms.TypedChoiceField(
        coerce=int, choices=[(it, it) for it in LATE_BY], error_messages=PLEASE_CHOOSE
    )
    is_sure = forms.BooleanField(required=False)


class HerselfForm(forms.Form):
    """First name, one way to reach her, a secret word: all of it optional."""

    given_name = forms.CharField(max_length=60, required=False)
    contact = forms.CharField(max_length=200, required=False)
    word = forms.CharField(max_length=100, required=False)
    phone = email = ""

    def clean_contact(self) -> str:
        contact = str(self.cleaned_data["contact"]).strip()
        if "@" in contact:
            self.email = _valid_email(contact)
        elif contact:
            self.phone = _valid_phone(contact)
        return contact

    def clean_word(self) -> str:
        word = str(self.cleaned_data["word"]).strip()
        if word and len(word) < LEAST_SECRET:
            raise forms.ValidationError(text("secret_short"))
        return word


def _valid_email(contact: str) -> str:
    try:
        validate_email(contact)
    except forms.ValidationError as error:
        raise forms.ValidationError(text("contact_bad")) from error
    return contact


def _valid_phone(contact: str) -> str:
    """Return the number as E.164; a number without a country is a German one."""
    number = to_python(contact, region=settings.PHONENUMBER_DEFAULT_REGION)
    if not number or not number.is_valid():
        raise forms.ValidationError(text("contact_bad"))
    return str(number.as_e164)


def read_phone(contact: str) -> str:
    """Return the number as it is stored; what is no number comes back as it is."""
    try:
        return _valid_phone(contact)
    except forms.ValidationError:
        return contact
