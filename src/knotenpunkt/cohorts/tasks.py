"""Planning what coordinators asked for, beside the pages."""

from __future__ import annotations

from procrastinate.contrib.django import app

from knotenpunkt.cohorts.actions import plan_cohort
from knotenpunkt.cohorts.models import Cohort
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import in_system_scope


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="plan_cohorts", lock="plan_cohorts", pass_context=False)
@in_system_scope("plan the cohorts that were asked for")
def plan_asked_cohorts(timestamp: int) -> int:
    """Plan cohorts that nobody has planned yet, one after another; a killed run begins anew."""
    asked = Cohort.objects.filter(planned_at=None, last_on__gte=clock.today()).order_by("asked_at")
    for cohort in asked:
        plan_cohort(cohort=cohort)
    return len(asked)
