"""Whoever the house's own provider knows comes in, if she was invited here."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from knotenpunkt.network.models import Account


class Issuer(BaseHTTPRequestHandler):
    """A provider that lets in whoever `says` names."""

    says: ClassVar[dict[str, object]] = {}

    def answer(self) -> None:
        here = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
        bodies: dict[str, dict[str, object]] = {
            "/.well-known/openid-configuration": {
                "issuer": here,
                **{
                    f"{it}_endpoint": f"{here}/{it}"
                    for it in ("authorization", "token", "userinfo")
                },
                "jwks_uri": f"{here}/jwks",
            },
            "/token": {"access_token": "t", "token_type": "Bearer", "expires_in": 60},
            "/userinfo": self.says,
        }
        body = json.dumps(bodies[urlsplit(self.path).path]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer  # noqa: N815 - names of the library

    def log_message(self, *_args: object) -> None: ...


@pytest.fixture
def issuer(settings: Any) -> Iterator[type[Issuer]]:
    server = HTTPServer(("127.0.0.1", 0), Issuer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = {
        "provider_id": "house", "name": "Our house", "client_id": "kp", "secret": "s",
        "settings": {"server_url": f"http://127.0.0.1:{server.server_port}"},
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield Issuer
    server.shutdown()
    server.server_close()


def come_in(says: dict[str, object], issuer: type[Issuer]) -> Client:
    issuer.says = {"sub": "s-1", **says}
    client = Client(headers={"accept-language": "en"})
    away = client.post("/account/oidc/house/login/?process=login")
    state = parse_qs(urlsplit(away.headers["Location"]).query)["state"][0]
    client.get("/account/oidc/house/login/callback/", {"code": "c", "state": state})
    return client


def test_openid_connect_opens_invited_accounts_and_no_others(
    issuer: type[Issuer], counsellor: Account
) -> None:
    assert b"Our house" in Client().get(reverse("account_login")).content

    known = come_in({"email": counsellor.email, "email_verified": True}, issuer)
    unproved = come_in({"sub": "s-2", "email": "st-ki05@example", "email_verified": False}, issuer)
    unknown = come_in({"sub": "s-3", "email": "new@x.example", "email_verified": True}, issuer)

    assert known.get("/desk/persons/").status_code == 200
    assert unproved.get("/desk/persons/").status_code == 302
    assert unknown.get("/desk/persons/").status_code == 302
    assert not Account.objects.filter(email="new@x.example").exists()


def test_openid_connect_does_not_open_what_has_ended(
    issuer: type[Issuer], counsellor: Account
) -> None:
    Account.objects.filter(pk=counsellor.pk).update(is_active=False)

    client = come_in({"email": counsellor.email, "email_verified": True}, issuer)

    assert client.get("/desk/persons/").status_code == 302
