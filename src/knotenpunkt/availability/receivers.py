"""What changes below when places do: the open times are worked out anew."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.dispatch import receiver

from knotenpunkt.availability.actions.closing import horizon
from knotenpunkt.availability.actions.open_intervals import renew_open_intervals
from knotenpunkt.availability.actions.pools import hand_on_pools
from knotenpunkt.directory.signals import locations_merged
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Location, Organization
from knotenpunkt.network.signals import organization_succeeded


@receiver(locations_merged)
def open_at_the_new_place(*, into: Location, **_more: Any) -> None:
    """The hours of the new house hold now for everybody who moved in."""
    today = clock.today()
    last = max(horizon(into.network), today)
    renew_open_intervals(network=into.network, first=today, last=last)


@receiver(organization_succeeded)
def pools_go_to_the_successor(
    *, old: Organization, successor: Organization, on: dt.date, **_more: Any
) -> None:
    """Capacity that a programme pays for stays promised when the house that gives it changes."""
    hand_on_pools(old=old, successor=successor, on=on)
