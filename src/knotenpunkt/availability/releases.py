"""From when on the time of a pool is for everyone: by its rule, or because someone released it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from uuid import UUID

from knotenpunkt.availability.models import CapacityPool, PoolRelease
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.workdays import before_workdays
from knotenpunkt.network.models import Network


class Releases:
    """All releases by hand of one network, read once."""

    def __init__(self, network: Network) -> None:
        self.land = network.land
        self.by_hand: dict[UUID, list[PoolRelease]] = defaultdict(list)
        rows = PoolRelease.objects.filter(pool__organization__network=network)
        for row in rows.order_by("released_at"):
            self.by_hand[row.pool_id].append(row)

    def moment(self, pool: CapacityPool, day: dt.date) -> dt.datetime:
        """Return the moment (UTC) at which this local day of the pool is for everyone.

        By its rule: midnight at the start of the day `release_workdays` working days before.
        """
        first = before_workdays(day, pool.release_workdays, self.land)
        by_rule = clock.local_moment(first, dt.time())
        by_hand = [
            it.released_at for it in self.by_hand[pool.id] if it.first_on <= day <= it.last_on
        ]
        return min([by_rule, *by_hand])
