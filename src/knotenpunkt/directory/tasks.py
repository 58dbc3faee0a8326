"""Owners are asked each week, links looked at each night, long tables imported each minute."""

from __future__ import annotations

import httpx
from procrastinate.contrib.django import app

from knotenpunkt.directory.actions.freshness import (
    ask_owner,
    check_links,
    escalate,
    tell_who_cannot_be_asked,
)
from knotenpunkt.directory.actions.tables import carry_out, drop_old_tables
from knotenpunkt.directory.enums import TableStatus
from knotenpunkt.directory.models import TableImport
from knotenpunkt.foundation.scope import in_system_scope
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
        tell_who_cannot_be_asked(network=network)
    with httpx.Client(timeout=PATIENCE_SECONDS) as client:
        return check_links(client=client)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="import_tables", lock="import_tables", pass_context=False)
@in_system_scope("import the tables that were asked for")
def import_asked_tables(timestamp: int) -> int:
    """Import tables that wait, one after another; a killed run begins anew."""
    drop_old_tables()
    waiting = TableImport.objects.filter(status=TableStatus.WAITING)
    found = list(
        waiting.select_related(
            "organization__network", "asked_by__staff_member__organization"
        ).order_by("tries", "checked_at", "pk")
    )
    for asked in found:
        carry_out(asked=asked)
    return len(found)
