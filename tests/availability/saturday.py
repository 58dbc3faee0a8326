"""A programme that pays for an hour on Saturdays, when nobody is there otherwise."""

from __future__ import annotations

import datetime as dt

from knotenpunkt.availability.actions.open_intervals import renew_open_intervals
from knotenpunkt.availability.models import CapacityPool, Presence
from knotenpunkt.directory.models import Schedule
from knotenpunkt.network.models import Network, StaffMember

CODE = "of-bb-anmeldung"
SATURDAY = dt.date(2027, 3, 6)
FIRST, LAST = dt.date(2027, 3, 1), dt.date(2027, 3, 12)


def programme_on_saturdays(network: Network) -> CapacityPool:
    """Let it pay for an hour of a colleague who gives `CODE`, from one to two."""
    member = StaffMember.objects.filter(services__code=CODE, presence__isnull=False).first()
    assert member is not None
    pool = CapacityPool.objects.create(
        organization=member.organization,
        code="module-3",
        programme="KIM",
        funder="Land",
        release_workdays=3,
        first_on=dt.date(2027, 1, 1),
    )
    regular = Presence.objects.filter(staff_member=member).first()
    assert regular is not None
    Presence.objects.create(
        staff_member=member,
        location=regular.location,
        capacity_pool=pool,
        rrule="FREQ=WEEKLY;BYDAY=SA",
        first_on=dt.date(2027, 1, 2),
        starts_at=dt.time(13),
        ends_at=dt.time(14),
    )
    Schedule.objects.create(
        location=regular.location,
        rrule="FREQ=WEEKLY;BYDAY=SA",
        opens_at=dt.time(12, 30),
        closes_at=dt.time(15),
    )
    renew_open_intervals(network=network, first=FIRST, last=LAST)
    return pool
