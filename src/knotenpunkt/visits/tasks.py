"""Tidying up: holds that ended get the status that says so. Nothing depends on it."""

from __future__ import annotations

from procrastinate.contrib.django import app

from knotenpunkt.visits.actions.expiring import mark_expired_holds


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="mark_expired_holds", pass_context=False)
def tidy_expired_holds(timestamp: int) -> int:
    """Mark ended holds as expired. Their times have been free since the minute they ended."""
    return mark_expired_holds()
