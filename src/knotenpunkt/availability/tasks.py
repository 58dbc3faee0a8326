"""The night's work: move the horizon of open intervals on."""

from __future__ import annotations

import datetime as dt

from procrastinate.contrib.django import app

from knotenpunkt.availability.actions.open_intervals import renew_open_intervals
from knotenpunkt.availability.kept import trim_notes
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Network

HORIZON = dt.timedelta(days=180)


@app.periodic(cron="15 2 * * *")
@app.task(queueing_lock="renew_horizon", pass_context=False)
def renew_horizon(timestamp: int) -> int:
    """Expand the rules of every network for the next 180 days; harmless when repeated."""
    today = clock.today()
    return sum(
        renew_open_intervals(network=network, first=today, last=today + HORIZON)
        for network in Network.objects.all()
    )


@app.periodic(cron="50 * * * *")
@app.task(queueing_lock="trim_notes", pass_context=False)
def trim_notes_of_changes(timestamp: int) -> int:
    """Delete the notes of changes that every process has seen; harmless when repeated."""
    return trim_notes()
