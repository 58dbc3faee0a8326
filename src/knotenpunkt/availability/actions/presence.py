"""When somebody can be booked, as she or her house says it week by week."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from knotenpunkt.availability.actions.open_intervals import renew_open_intervals
from knotenpunkt.availability.models import Presence
from knotenpunkt.directory.errors import NotTheOwner
from knotenpunkt.directory.hours import DayHours
from knotenpunkt.directory.rights import may_edit
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account, Location, Room, StaffMember

HORIZON = dt.timedelta(days=180)
DAY = dt.timedelta(days=1)
ANY_RHYTHM = "^FREQ=WEEKLY;(INTERVAL=2;)?BYDAY="
RHYTHM = {1: "^FREQ=WEEKLY;BYDAY=", 2: "^FREQ=WEEKLY;INTERVAL=2;BYDAY="}


@dataclass(frozen=True)
class WeekSaid:
    """A week that repeats at one place, from `first_on` (local day) until `last_on`, or on.

    `weeks` is 1, or 2 for every second week, counted from the week of `first_on`. With
    `is_all`, hours of the other rhythm at this place end.
    """

    location: Location
    hours: tuple[DayHours, ...]
    first_on: dt.date
    last_on: dt.date | None = None
    room: Room | None = None
    weeks: int = 1
    is_all: bool = True


@transaction.atomic
def set_presence(*, staff_member: StaffMember, week: WeekSaid, by: Account) -> list[Presence]:
    """Let somebody be booked at a place in these hours, instead of those she had there.

    What programmes pay for, and what is neither weekly nor fortnightly, stays. Days before
    `first_on` stay as they were. Times already booked stay booked. Raises `NotTheOwner`.
    """
    if not may_edit(by, staff_member.organization):
        raise NotTheOwner
    old = Presence.objects.filter(
        Q(last_on=None) | Q(last_on__gte=week.first_on),
        staff_member=staff_member,
        location=week.location,
        capacity_pool=None,
        rrule__regex=ANY_RHYTHM if week.is_all else RHYTHM[week.weeks],
    )
    old.filter(first_on__gte=week.first_on).delete()
    old.update(last_on=week.first_on - DAY)
    rules = Presence.objects.bulk_create(
        Presence(
            staff_member=staff_member,
            location=week.location,
            room=week.room,
            rrule=it.rule(week.weeks),
            first_on=week.first_on,
            last_on=week.last_on,
            starts_at=it.starts_at,
            ends_at=it.ends_at,
        )
        for it in sorted(week.hours)
    )
    record("availability.presence_set", staff_member, by=by)
    today = clock.today()
    renew_open_intervals(
        network=staff_member.organization.network,
        first=today,
        last=today + HORIZON,
        staff=frozenset({staff_member.pk}),
    )
    return rules
