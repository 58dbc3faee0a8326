"""A coordinator who invites, and the forms a new partner fills in, as a human would."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from knotenpunkt.directory.models import Topic
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.models import Network

SignIn = Callable[[str], Client]
PARTNER = {
    "name": "Handwerkskammer Musterland",
    "kind": "chamber_of_crafts",
    "legal_class": "other",
    "contact": "Frau Sayed",
    "email": "Amira@hwk-musterland.example",
}
JOINER = {
    "name": "Amira Sayed",
    "job": "Beraterin",
    "languages": ["de", "ar"],
    "password": "vier kurze Worte hier",
    "again": "vier kurze Worte hier",
}
ABOUT = {
    "description_de": "Wir beraten zu Ausbildung und Anerkennung im Handwerk.",
    "phone": "05555 1234",
    "email": "amira@hwk-musterland.example",
    "tasks": "Beratung zu Berufen im Handwerk",
    "workflow": "Erstgespräch, Prüfung der Zeugnisse, Antrag",
    "how_to_refer": "Termin im Knotenpunkt buchen",
}
PLACE = {
    "name": "Haus des Handwerks",
    "street": "Gildenweg 3",
    "city": "50000 Musterstadt",
    "is_step_free": "yes",
    "travel_minutes": "12",
    **{f"day_{day}": "8-16" for day in range(5)},
}


@pytest.fixture
def coordinator(as_staff: SignIn) -> Client:
    return as_staff("st-ki02")


def newest_link() -> str:
    """Return the address in the newest invitation that waits in the outbox."""
    waiting = OutboxMessage.objects.filter(purpose="account.invitation", cancelled_at=None)
    mail = waiting.latest("created_at")
    found = re.search(r"https?://[^/\s]+(/invited/\S+)", mail.body)
    assert found
    return found[1]


@pytest.fixture
def invited(coordinator: Client, network: Network) -> str:
    """Return the link in the mail to a partner who was just invited."""
    answer = coordinator.post("/desk/partners/new/", PARTNER)
    assert answer.status_code == 302
    return newest_link()


def service_said(network: Network, **more: object) -> dict[str, object]:
    topic = Topic.objects.filter(network=network).order_by("position")[4]
    return {
        "name_de": "Anerkennung im Handwerk",
        "description_de": "Wir sagen, welcher deutsche Beruf zu Ihren Zeugnissen passt.",
        "topic": str(topic.pk),
        "minutes": "30",
        "mode": "in_person",
        "interpreter_class": "qualified",
        "min_notice_workdays": "0",
        "languages": ["de", "ar"],
        "new_documents": "Zeugnisse aus dem Herkunftsland",
        **more,
    }
