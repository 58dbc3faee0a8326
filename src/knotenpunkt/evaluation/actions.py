"""Taking in what organizations report."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction

from knotenpunkt.evaluation.models import RegularWait
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account


@transaction.atomic
def report_regular_wait(
    *, month: dt.date, appointments: int, median_wait_workdays: Decimal, by: Account
) -> RegularWait:
    """Note the month of the own organization; a second report of a month replaces the first."""
    row, _is_new = RegularWait.objects.update_or_create(
        organization=by.staff_member.organization,
        month=month.replace(day=1),
        defaults={"appointments": appointments, "median_wait_workdays": median_wait_workdays},
    )
    record("regular_wait.reported", row, by=by)
    return row
