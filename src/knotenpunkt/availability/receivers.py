"""What changes below when places do: the open times are worked out anew."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from knotenpunkt.availability.actions.closing import horizon
from knotenpunkt.availability.actions.open_intervals import renew_open_intervals
from knotenpunkt.directory.signals import locations_merged
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Location


@receiver(locations_merged)
def open_at_the_new_place(*, into: Location, **_more: Any) -> None:
    """The hours of the new house hold now for everybody who moved in."""
    today = clock.today()
    last = max(horizon(into.network), today)
    renew_open_intervals(network=into.network, first=today, last=last)
