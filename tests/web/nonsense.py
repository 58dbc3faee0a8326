"""Sends nonsense to pages and machines, and sees whether one row has changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

from django.db import connection
from django.test import Client

from knotenpunkt.network.actions import new_api_token
from knotenpunkt.network.models import Account

# That somebody looked, or tried a code, is written down even where the answer is a refusal.
UNWATCHED = ("people_readentry", "network_apitoken", "foundation_trycount")
ROOMS = ("availability_", "foundation_", "network_", "newcomers_", "people_", "visits_")

State = dict[str, int]
Case = tuple[str, int, str, Any]


def state() -> State:
    """Return a sum over the rows of each table that bookings could touch."""
    tables = [
        it
        for it in connection.introspection.table_names()
        if it.startswith(ROOMS) and it not in UNWATCHED
    ]
    sums = [
        f"SELECT '{it}', coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {it} t"
        for it in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sums))
        return dict(cursor.fetchall())


class Told:
    """Sends cases one after the other and notes which answer or which row is not as it should."""

    def __init__(self, client: Client, ids: dict[str, str]) -> None:
        self.client, self.ids = client, ids
        self.client.raise_request_exception = False

    def filled(self, value: Any) -> Any:
        """Return the value with our ids in the place of their names."""
        text = json.dumps(value)
        for name, found in self.ids.items():
            text = text.replace(f"{{{name}}}", found)
        return json.loads(text)

    def faults(self, cases: Iterable[Case], send: Callable[[str, Any], Any]) -> list[str]:
        before, found = state(), []
        for name, expected, address, body in cases:
            answer = send(self.filled(address), self.filled(body))
            after = state()
            if answer.status_code != expected:
                found.append(f"{name}: {answer.status_code} instead of {expected}")
            found += [f"{name}: {it} has changed" for it in after if after[it] != before[it]]
            before = after
        return found

    def by_machine(self, cases: Iterable[Case]) -> list[str]:
        """Post JSON; each time with a fresh key."""

        def send(address: str, body: Any) -> Any:
            return self.client.post(
                f"/api/v1{address}",
                body if isinstance(body, str) else json.dumps(body),
                content_type="application/json",
                headers={"idempotency-key": str(uuid4())},
            )

        return self.faults(cases, send)

    def by_form(self, cases: Iterable[Case]) -> list[str]:
        return self.faults(cases, lambda address, body: self.client.post(address, body))

    def by_look(self, cases: Iterable[Case]) -> list[str]:
        return self.faults(cases, lambda address, body: self.client.get(address, body))


def machine_of(account: Account, ids: dict[str, str]) -> Told:
    token = new_api_token(account=account, name="nonsense", days=1)
    return Told(Client(headers={"authorization": f"Bearer {token}"}), ids)


def desk_of(account: Account, ids: dict[str, str]) -> Told:
    client = Client()
    client.force_login(account)
    return Told(client, ids)
