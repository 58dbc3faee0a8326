"""Reminders, and tidying up after those who did not go on."""

from __future__ import annotations

from procrastinate.contrib.django import app

from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.newcomers.actions import forget_unbooked, queue_reminders


@app.periodic(cron="20 * * * *")
@app.task(queueing_lock="forget_unbooked", pass_context=False)
@in_system_scope("forget who never booked")
def forget_who_never_booked(timestamp: int) -> int:
    """Delete persons who held times by themselves and never booked. Returns how many."""
    return forget_unbooked()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="queue_reminders", pass_context=False)
@in_system_scope("remind persons of their appointments")
def remind(timestamp: int) -> int:
    """Queue the reminders that are due. Returns how many persons there are to remind."""
    return queue_reminders()
