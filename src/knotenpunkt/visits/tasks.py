"""Tidying up: holds that ended get the status that says so. Nothing depends on it."""

from __future__ import annotations

from procrastinate.contrib.django import app

from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.network.models import Network
from knotenpunkt.visits.actions.expiring import mark_expired_holds
from knotenpunkt.visits.actions.waiting import ask_line, pass_on_offers


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="mark_expired_holds", pass_context=False)
@in_system_scope("mark ended holds")
def tidy_expired_holds(timestamp: int) -> int:
    """Mark ended holds as expired. Their times have been free since the minute they ended."""
    return mark_expired_holds()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="pass_on_offers", pass_context=False)
@in_system_scope("pass offers on")
def give_offers_to_the_next(timestamp: int) -> int:
    """Offer what was not answered in time to the next in line. The time itself is free already."""
    return pass_on_offers()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="ask_the_line", pass_context=False)
@in_system_scope("ask the line")
def ask_the_line(timestamp: int) -> int:
    """Offer what became free without anybody giving it back; returns how many offers that made."""
    return sum(len(ask_line(network=network)) for network in Network.objects.order_by("pk"))
