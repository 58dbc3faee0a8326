"""The small house of the stories: two offices, three desks, two days, one programme.

So small that not everybody in line finds a time, and almost everything is in the way of something.
The second desk of the first office is open on the second day alone, when a programme pays for it
until it is released.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection

from campaigns.world import BETWEEN, EMAIL, MINUTES, OPENS, WORLD
from knotenpunkt.availability.enums import Pool, ResourceKind
from knotenpunkt.availability.models import CapacityPool, OpenInterval
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account, Network
from knotenpunkt.people.models import Person

PERSONS, DAYS, SLOTS, ORGANIZATIONS = 7, 2, 2, 2
FENCED = (0, 1, 1)  # office, desk, day
DESKS = ((0, 0), (0, 1), (1, 0))  # office, desk
EMPTY = (
    "TRUNCATE visits_visit, availability_occupancy, availability_poolmember, "
    "availability_poolrelease, visits_waitingentry, foundation_outboxmessage, "
    "foundation_auditentry CASCADE"
)
TODAY = clock.today()
FIRST = TODAY + dt.timedelta(days=1)
BEGIN = clock.local_moment(TODAY, dt.time(6))
BY_RULE = BEGIN + dt.timedelta(minutes=40)  # when the programme's time is for everyone


def build() -> None:
    """Close everything else of the world, so that time is scarce and a search is short."""
    OpenInterval.objects.all().delete()
    network = Network.objects.get(pk=WORLD.network)
    pool = CapacityPool.objects.create(
        organization_id=WORLD.organization(FENCED[0]),
        code="stories",
        programme="Programme",
        funder="Land",
        first_on=TODAY,
    )
    OpenInterval.objects.bulk_create(
        _open(pool, organization, member, day)
        for organization, member in DESKS
        for day in range(DAYS)
        if (organization, member) != FENCED[:2] or day == FENCED[2]
    )
    for number in range(PERSONS):
        Person.objects.filter(pk=WORLD.person(number)).update(email=f"p{number}@campaign.example")
    assert network.pk


def _open(pool: CapacityPool, organization: int, member: int, day: int) -> OpenInterval:
    date = FIRST + dt.timedelta(days=day)
    start = clock.local_moment(date, dt.time(OPENS))
    minutes = SLOTS * (MINUTES + BETWEEN)
    is_fenced = (organization, member, day) == FENCED
    return OpenInterval(
        resource=WORLD.member(organization, member),
        kind=ResourceKind.STAFF,
        day=date,
        during=(start, start + dt.timedelta(minutes=minutes)),
        location_id=WORLD.location,
        room_id=WORLD.room(organization, member),
        pool=Pool.RING_FENCED if is_fenced else Pool.REGULAR,
        capacity_pool=pool if is_fenced else None,
        released_at=BY_RULE if is_fenced else None,
    )


def begin_anew() -> None:
    """Empty what a story has written; the programme's time is its own again."""
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)
    OpenInterval.objects.exclude(capacity_pool=None).update(released_at=BY_RULE)


class People:
    """Who acts in the stories, read once."""

    def __init__(self) -> None:
        self.network = Network.objects.get(pk=WORLD.network)
        self.pool = CapacityPool.objects.get(code="stories")
        self.desk = Account.objects.get(email=EMAIL)
        wanted = [WORLD.person(number) for number in range(PERSONS)]
        found = Person.objects.select_related("network", "organization").in_bulk(wanted)
        self.persons = [found[key] for key in wanted]
