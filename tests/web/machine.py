"""A machine of a partner: a client with a token that posts JSON with a key."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from knotenpunkt.network.actions import new_api_token
from knotenpunkt.network.models import Account


class Machine:
    """Acts for one account."""

    def __init__(self, account: Account) -> None:
        token = new_api_token(account=account, name="test", days=1)
        self.client = Client(headers={"authorization": f"Bearer {token}"})

    def send(self, path: str, body: object = None, key: str = "a-key-of-mine") -> HttpResponse:
        return self.client.post(  # type: ignore[return-value]
            f"/api/v1{path}",
            json.dumps(body or {}),
            content_type="application/json",
            headers={"idempotency-key": key},
        )

    def post(
        self, path: str, body: object = None, key: str = "a-key-of-mine"
    ) -> tuple[int, dict[str, Any]]:
        answer = self.send(path, body, key)
        return answer.status_code, json.loads(answer.content)

    def get(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.content
        return answer.json()
