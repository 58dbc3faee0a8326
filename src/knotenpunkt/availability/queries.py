"""What is open, what is taken, and what is left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from knotenpunkt.availability.models import GroupSession, Interpreter, OpenInterval
from knotenpunkt.network.models import Network, StaffMember


def resources_of(network: Network) -> list[UUID]:
    """Return the ids of everything in this network that has open intervals."""
    return [
        *StaffMember.objects.filter(organization__network=network).values_list("id", flat=True),
        *Interpreter.objects.filter(network=network).values_list("id", flat=True),
        *GroupSession.objects.filter(location__network=network).values_list("id", flat=True),
    ]


def is_open(
    *, resources: Iterable[UUID], location: UUID, during: tuple[dt.datetime, dt.datetime]
) -> bool:
    """Return whether all of these take bookings at this place the whole time, taken or not."""
    wanted = set(resources)
    rows = OpenInterval.objects.filter(
        resource__in=wanted, location=location, during__contains=during
    )
    return set(rows.values_list("resource", flat=True)) == wanted
