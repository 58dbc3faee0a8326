"""A second factor: set up, asked for, required; and the pages of one's own account."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse

from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account
from tests.web.test_accounts import GOOD, signed_in


def code_for(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(clock.now().timestamp()) // 30)))


def test_a_second_factor_is_set_up_and_asked_for(counsellor: Account) -> None:
    counsellor.set_password(GOOD)
    counsellor.save()
    client = Client(headers={"accept-language": "en"})
    sign_in = {"login": counsellor.email, "password": GOOD}
    assert client.post(reverse("account_login"), sign_in).headers["Location"] == "/desk/"
    assert client.get(reverse("mfa_index")).status_code == 200
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    assert Authenticator.objects.count() == 0

    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})

    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    fresh = Client(headers={"accept-language": "en"})
    asked = fresh.post(reverse("account_login"), sign_in)
    assert asked.headers["Location"].startswith(reverse("mfa_authenticate"))
    assert fresh.get("/desk/").status_code == 302
    assert b"kp-bar" in fresh.get(reverse("mfa_authenticate")).content
    with time_machine.travel(clock.now() + dt.timedelta(minutes=2)):
        through = fresh.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert through.headers["Location"] == "/desk/"


def test_the_password_is_asked_again_only_some_minutes_after_signing_in(
    counsellor: Account,
) -> None:
    counsellor.set_password(GOOD)
    counsellor.save()
    client, adding = Client(), reverse("mfa_activate_totp")
    client.post(reverse("account_login"), {"login": counsellor.email, "password": GOOD})

    soon = client.get(adding).status_code
    with time_machine.travel(clock.now() + dt.timedelta(minutes=6)):
        late = client.get(adding)
        client.post(reverse("account_reauthenticate"), {"password": GOOD})
        again = client.get(adding).status_code

    assert (soon, again) == (200, 200)
    assert late.headers["Location"].startswith(reverse("account_reauthenticate"))


def test_where_it_is_required_the_desk_stays_closed_without(
    counsellor: Account, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client = signed_in(counsellor)

    without = client.get("/desk/persons/")
    TOTP.activate(counsellor, get_adapter().encrypt("JBSWY3DPEHPK3PXP"))

    assert without.headers["Location"] == reverse("mfa_index")
    assert client.get("/desk/persons/").status_code == 200


@pytest.mark.parametrize(
    "name",
    ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "usersessions_list",
     "account_change_password", "account_reauthenticate"],
)  # fmt: skip
def test_pages_of_the_account_have_our_look_and_no_code_in_them(
    name: str, counsellor: Account
) -> None:
    counsellor.set_password(GOOD)
    counsellor.save()
    client = Client(headers={"accept-language": "de"})
    client.post(reverse("account_login"), {"login": counsellor.email, "password": GOOD})
    client.post(reverse("account_reauthenticate"), {"password": GOOD})

    text = client.get(reverse(name)).content.decode()

    assert "kern.logical.min.css" in text
    assert 'lang="de"' in text
    assert not re.search(
        r"\sstyle=|\son\w+=\"|<script>|<script(?![^>]*(src|application/json))", text
    )


def test_the_sign_in_page_offers_passkeys(db: None) -> None:
    text = Client().get(reverse("account_login")).content.decode()

    assert 'id="passkey_login"' in text
    assert "mfa/js/webauthn.js" in text
