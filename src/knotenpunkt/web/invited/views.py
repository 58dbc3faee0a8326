"""The first page a new colleague sees. Opening it changes nothing: mail scanners follow links."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knotenpunkt.network.actions import accept_invitation
from knotenpunkt.network.links import account_of_invitation
from knotenpunkt.network.models import Account
from knotenpunkt.web.access import anyone

NEW_PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class PasswordForm(forms.Form):
    """A password, twice, as good as the settings ask."""

    password = forms.CharField(
        label=gettext_lazy("Password"), widget=NEW_PASSWORD, strip=False, max_length=200
    )
    again = forms.CharField(
        label=gettext_lazy("The same once more"), widget=NEW_PASSWORD, strip=False, max_length=200
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
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


@anyone
def invited(request: HttpRequest, key: str) -> HttpResponse:
    """Show who invites; by POST, take the password and end the link."""
    account = account_of_invitation(key)
    if account is None:
        return render(request, "invited/over.html", status=410)
    form = PasswordForm(request.POST or None, account=account)
    if request.method == "POST" and form.is_valid():
        if not accept_invitation(account=account, password=form.cleaned_data["password"]):
            return render(request, "invited/over.html", status=410)
        messages.success(request, _("Your account is ready. Please sign in."))
        return redirect("account_login")
    context = {"form": form, "member": account.staff_member, "account": account}
    return render(request, "invited/password.html", context, status=422 if form.errors else 200)
