"""A passkey opens the account it was made for, without a password; a copy or another does not.

The key is made here in software, with the structures of the library that also checks it.
"""

from __future__ import annotations

import json
import os
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from knotenpunkt.network.models import Account
from tests.web.test_accounts import GOOD

HOST = "testserver"
FLAG = AuthenticatorData.FLAG


class Passkey:
    """One key of one account on one device."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(16)
        self.user = ""

    def _told(self, kind: CollectedClientData.TYPE, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, challenge, f"https://{HOST}")

    def made_for(self, options: dict[str, Any]) -> str:
        """Answer the question for a new key."""
        self.user = options["user"]["id"]
        told = self._told(CollectedClientData.TYPE.CREATE, options["challenge"])
        credential = AttestedCredentialData.create(
            Aaguid.NONE, self.id, ES256.from_cryptography_key(self.key.public_key())
        )
        data = AuthenticatorData.create(
            sha256(HOST.encode()).digest(), FLAG.UP | FLAG.UV | FLAG.AT, 0, credential
        )
        attested = AttestationObject.create("none", data, {})
        return self._sent(
            clientDataJSON=websafe_encode(told), attestationObject=websafe_encode(attested)
        )

    def signed(self, options: dict[str, Any]) -> str:
        """Answer the question for a signature."""
        told = self._told(CollectedClientData.TYPE.GET, options["challenge"])
        data = AuthenticatorData.create(sha256(HOST.encode()).digest(), FLAG.UP | FLAG.UV, 1)
        signature = self.key.sign(data + told.hash, ec.ECDSA(hashes.SHA256()))
        return self._sent(
            clientDataJSON=websafe_encode(told),
            authenticatorData=websafe_encode(data),
            signature=websafe_encode(signature),
            userHandle=self.user,
        )

    def _sent(self, **response: str) -> str:
        key = websafe_encode(self.id)
        return json.dumps(
            {"id": key, "rawId": key, "type": "public-key", "response": response,
             "clientExtensionResults": {"credProps": {"rk": True}},
             "authenticatorAttachment": "platform"}
        )  # fmt: skip


def plain(options: Any) -> dict[str, Any]:
    """Return the options as a browser gets them."""
    found: dict[str, Any] = json.loads(json.dumps(options, default=dict))["publicKey"]
    return found


def with_passkey(counsellor: Account) -> Passkey:
    counsellor.set_password(GOOD)
    counsellor.save()
    client = Client(headers={"accept-language": "en"})
    client.post(
        reverse("account_login"), {"login": counsellor.email, "password": GOOD}, secure=True
    )
    client.post(reverse("account_reauthenticate"), {"password": GOOD}, secure=True)
    page = client.get(reverse("mfa_add_webauthn"), secure=True)
    passkey = Passkey()
    made = passkey.made_for(plain(page.context["js_data"]["creation_options"]))
    added = client.post(
        reverse("mfa_add_webauthn"), {"name": "phone", "passwordless": "on", "credential": made},
        secure=True,
    )  # fmt: skip
    assert added.status_code == 302
    return passkey


def come_in(passkey: Passkey, *, replayed: str = "") -> tuple[Client, str]:
    client = Client(headers={"accept-language": "en", "x-requested-with": "XMLHttpRequest"})
    asked = client.get(reverse("mfa_login_webauthn"), secure=True).json()
    sent = replayed or passkey.signed(plain(asked["request_options"]))
    client.post(reverse("mfa_login_webauthn"), {"credential": sent}, secure=True)
    return client, sent


def opens(client: Client) -> bool:
    return client.get("/desk/persons/", secure=True).status_code == 200


def test_a_passkey_opens_its_account_without_a_password(counsellor: Account) -> None:
    passkey = with_passkey(counsellor)

    client, _sent = come_in(passkey)

    assert opens(client)
    assert client.session["_auth_user_id"] == str(counsellor.pk)


def test_a_copied_answer_and_a_foreign_key_open_nothing(counsellor: Account) -> None:
    passkey = with_passkey(counsellor)
    _client, sent = come_in(passkey)
    foreign = Passkey()
    foreign.user, foreign.id = passkey.user, passkey.id

    assert not opens(come_in(passkey, replayed=sent)[0])
    assert not opens(come_in(foreign)[0])


def test_a_passkey_does_not_open_what_has_ended(counsellor: Account) -> None:
    passkey = with_passkey(counsellor)
    Account.objects.filter(pk=counsellor.pk).update(is_active=False)

    assert not opens(come_in(passkey)[0])
