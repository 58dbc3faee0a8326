"""The outbox, and a sweep for jobs whose worker was killed: they would wait for ever."""

from __future__ import annotations

from procrastinate.contrib.django import app

from knotenpunkt.foundation.actions import send_due_messages

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
