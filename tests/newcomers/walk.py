"""The newcomer's way through the pages, as a browser without script sends it."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

from knotenpunkt.directory.models import Service

NEEDS = ("of-bb-anmeldung", "of-kim-erst", "of-gk-orient", "of-vz-konto")


def newcomer(language: str = "uk") -> Client:
    """Return a phone of its own that asks for this language."""
    return Client(headers={"accept-language": language})


def choose(client: Client, *codes: str, **who: Any) -> HttpResponse:
    """Answer the three questions and what must come first; return the page of proposals."""
    ask(client, *codes, **who)
    return answer_order(client)


def ask(client: Client, *codes: str, **who: Any) -> None:
    """Answer the three questions."""
    services = list(Service.objects.filter(code__in=codes).select_related("topic"))
    client.post("/plan/where/", {"municipality": "musterstadt"})
    client.post("/plan/who/", {"language": "uk", **who})
    client.post("/plan/needs/", {"topics": sorted({it.topic.code for it in services})})
    client.post("/plan/matters/", {"needs": [it.id for it in services]})


def answer_order(client: Client) -> HttpResponse:
    """Take what the page of the order has chosen already, until it asks no more."""
    page = client.get("/plan/order/", follow=True)
    for _ in range(9):
        if page.request["PATH_INFO"] != "/plan/order/":
            break
        chosen = re.findall(r'name="(state_[^"]+)" value="([^"]+)" checked', page.content.decode())
        page = client.post("/plan/order/", dict(chosen), follow=True)
    return page


def plans_on(page: HttpResponse) -> list[str]:
    """Return the plans that a page of proposals offers."""
    return [shown.plan_text for shown in page.context["proposals"]]


def take(client: Client, page: HttpResponse, number: int = 0) -> HttpResponse:
    """Choose a proposal; return the page of papers."""
    return client.post("/plan/take/", {"plan": plans_on(page)[number]}, follow=True)


def hold(client: Client, **herself: str) -> HttpResponse:
    """Go from the papers to a held visit; return the page that asks to confirm."""
    client.post("/plan/bring/", {})
    client.get("/plan/book/")
    return client.post("/plan/book/", herself, follow=True)


def book(client: Client, *codes: str, **herself: str) -> HttpResponse:
    """Do the whole way; return the slip."""
    take(client, choose(client, *(codes or NEEDS)))
    hold(client, **herself)
    return client.post("/plan/confirm/", follow=True)
