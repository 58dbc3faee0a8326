"""Once a week owners are asked; every night links are looked at and silence is passed on."""

from __future__ import annotations

import httpx
from procrastinate.contrib.django import app

from knotenpunkt.directory.actions.freshness import ask_owner, check_links, escalate
from knotenpunkt.network.models import Network, Organization

PATIENCE_SECONDS = 5


@app.periodic(cron="0 7 * * 1")
@app.task(queueing_lock="ask_owners", pass_context=False)
def ask_owners(timestamp: int) -> int:
    """Send each owner one digest; harmless when repeated. Returns how many are open."""
    found = Organization.objects.filter(valid_to=None).order_by("pk")
    return sum(ask_owner(organization=organization) is not None for organization in found)


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="look_at_links", pass_context=False)
def look_at_links(timestamp: int) -> int:
    """Look at fifty pages of services, and tell coordinators about unanswered digests."""
    for network in Network.objects.all():
        escalate(network=network)
    with httpx.Client(timeout=PATIENCE_SECONDS) as client:
        return check_links(client=client)
