"""Accounts are made by invitation; nobody signs up by herself, whatever proves who she is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from knotenpunkt.network.models import Account


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whoever has just signed in is not asked again: only after five minutes."""
        required: bool = super().is_reauthentication_required(app=app)
        return required and not _has_just_signed_in(self.request)


def _has_just_signed_in(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    last = max((float(it["at"]) for it in records), default=0.0)
    return time.time() - last < float(app_settings.REAUTHENTICATION_TIMEOUT)


class KnownOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """A sign-in by OpenID Connect opens an account that was invited under the same address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False


class WithHouse(AuthenticationBackend):  # type: ignore[misc]
    """Every page asks who she is, for which house and in which network: one query, not four."""

    def get_user(self, user_id: Any) -> Account | None:
        found = Account.objects.select_related("staff_member__organization__network")
        account = found.filter(pk=user_id).first()
        return account if account and self.user_can_authenticate(account) else None


class SecondFactorMiddleware:
    """Where a second factor is required, the desk stays closed until there is one.

    A sign-in by OpenID Connect counts: its own provider asks for the second factor.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_desk = settings.SECOND_FACTOR_REQUIRED and request.path.startswith("/desk/")
        if is_desk and request.user.is_authenticated and not _is_strong(request):
            messages.warning(request, _("Please add a second factor first: an app or a passkey."))
            return redirect("mfa_index")
        return self.get_response(request)


def _is_strong(request: HttpRequest) -> bool:
    methods = {record.get("method") for record in get_authentication_records(request, request.user)}
    return bool(methods & {"mfa", "socialaccount"}) or bool(is_mfa_enabled(request.user))
