"""What someone says when she accepts an invitation: who she is, and a password only she knows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knotenpunkt.network.actions import Introduction
from knotenpunkt.network.models import Account
from knotenpunkt.web.desk.directory.forms import language_choices

NEW_PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class WelcomeForm(forms.Form):
    """Name, function and languages as whoever invited wrote them, to correct; a password, twice."""

    name = forms.CharField(
        max_length=120, label=gettext_lazy("Your name"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    job = forms.CharField(max_length=60, label=gettext_lazy("Your function"))
    languages = forms.MultipleChoiceField(
        required=False, label=gettext_lazy("Languages you speak with people"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    password = forms.CharField(
        label=gettext_lazy("Password"), widget=NEW_PASSWORD, strip=False, max_length=200
    )
    again = forms.CharField(
        label=gettext_lazy("The same once more"), widget=NEW_PASSWORD, strip=False, max_length=200
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        member = account.staff_member
        initial = {"name": member.name, "job": member.job, "languages": member.languages}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.account = account
        languages: Any = self.fields["languages"]
        languages.choices = language_choices()
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, self.account)
        return password

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("password") and given["password"] != given.get("again"):
            self.add_error("again", _("The two passwords differ."))
        return given

    @property
    def said(self) -> Introduction:
        given = self.cleaned_data
        return Introduction(given["name"], given["job"], tuple(given["languages"]))
