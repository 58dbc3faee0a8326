"""The outbox, and a sweep for jobs whose worker was killed: they would wait for ever."""

from __future__ import annotations

import datetime as dt

from procrastinate.contrib.django import app

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import forget_old_tries, send_due_messages

STALLED_AFTER_SECONDS = 600


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="retry_stalled_jobs", pass_context=False)
async def retry_stalled_jobs(timestamp: int) -> int:
    """Start stalled jobs again; all jobs are safe to repeat. Returns how many there were."""
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS)
    count = 0
    for job in stalled:
        await app.job_manager.retry_job(job)
        count += 1
    return count


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="send_messages", pass_context=False)
def send_messages(timestamp: int) -> int:
    """Send what is due in the outbox. Returns how many messages left."""
    return send_due_messages()


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="forget_tries", pass_context=False)
def forget_tries(timestamp: int) -> int:
    """Delete yesterday's counts of tries; no limit looks back further than a day."""
    return forget_old_tries(before=clock.now() - dt.timedelta(days=2))
