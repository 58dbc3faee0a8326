"""A job whose worker was killed would wait for ever; this sweep starts it again."""

from __future__ import annotations

from procrastinate.contrib.django import app

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
