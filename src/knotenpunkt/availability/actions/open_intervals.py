"""Renewing what the rules yield."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from knotenpunkt.availability.expansion import Expansion
from knotenpunkt.availability.models import OpenInterval
from knotenpunkt.availability.queries import resources_of
from knotenpunkt.availability.recurrence import Period
from knotenpunkt.network.models import Network


@transaction.atomic
def renew_open_intervals(*, network: Network, first: dt.date, last: dt.date) -> int:
    """Replace the open intervals of the network from `first` to `last` (local days, included).

    Called after a rule changed and by the nightly job that moves the horizon on; returns how
    many intervals there are now in the period.
    """
    rows = list(Expansion(network, Period(first, last)).intervals())
    stale = OpenInterval.objects.filter(
        resource__in=resources_of(network), day__range=(first, last)
    )
    stale.delete()
    OpenInterval.objects.bulk_create(rows, batch_size=2000)
    return len(rows)
