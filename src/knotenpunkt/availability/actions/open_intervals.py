"""Renewing what the rules yield."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from knotenpunkt.availability.expansion import Expansion
from knotenpunkt.availability.models import GroupSession, OpenInterval
from knotenpunkt.availability.queries import resources_of
from knotenpunkt.availability.recurrence import Period
from knotenpunkt.network.models import Network


@transaction.atomic
def renew_open_intervals(
    *, network: Network, first: dt.date, last: dt.date, staff: frozenset[UUID] | None = None
) -> int:
    """Replace the open intervals of the network from `first` to `last` (local days, included).

    Called after a rule changed and by the nightly job that moves the horizon on. With `staff`,
    only what these members do is renewed, sessions they lead included. Returns how many intervals
    it wrote.
    """
    rows = list(Expansion(network, Period(first, last), staff=staff).intervals())
    resources = resources_of(network) if staff is None else _led_by(staff)
    stale = OpenInterval.objects.filter(resource__in=resources, day__range=(first, last))
    stale.delete()
    OpenInterval.objects.bulk_create(rows, batch_size=2000)
    return len(rows)


def _led_by(staff: frozenset[UUID]) -> list[UUID]:
    sessions = GroupSession.objects.filter(staff_member__in=staff)
    return [*staff, *sessions.values_list("id", flat=True)]
