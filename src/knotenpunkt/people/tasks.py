"""Retention is run, not promised."""

from __future__ import annotations

from procrastinate.contrib.django import app

from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.people.actions.keeping import run_retention


@app.periodic(cron="10 2 * * *")
@app.task(queueing_lock="run_retention", pass_context=False)
@in_system_scope("count what is due and delete what goes by age")
def keep_periods(timestamp: int) -> int:
    """Run the retention rules. Returns how many rows went."""
    return run_retention().gone
