"""The check that a programme takes nothing away: regular capacity with it and without it.

Two things must hold: what is open to everyone is the same with and without the programme's hours,
and no hour is paid for as extra that was open to everyone anyway.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from knotenpunkt.availability.enums import Pool
from knotenpunkt.availability.expansion import Expansion
from knotenpunkt.availability.models import OpenInterval
from knotenpunkt.availability.queries import resources_of
from knotenpunkt.availability.recurrence import Period
from knotenpunkt.network.models import Network, Organization, StaffMember

Key = tuple[UUID, dt.date]
During = tuple[dt.datetime, dt.datetime]
Ranges = dict[Key, list[During]]


@dataclass(frozen=True)
class Shortfall:
    """On this day this resource has other regular minutes than without the programme.

    `doubled_minutes` are regular and the programme's at once.
    """

    resource: UUID
    day: dt.date
    missing_minutes: int
    doubled_minutes: int


@dataclass(frozen=True)
class Capacity:
    """Minutes of one organization in a period: open to everyone, the same without programmes."""

    organization: Organization
    regular_minutes: int
    without_programmes_minutes: int
    programme_minutes: int
    doubled_minutes: int

    @property
    def is_whole(self) -> bool:
        """Return whether nobody has to stand back."""
        is_same = self.regular_minutes == self.without_programmes_minutes
        return is_same and not self.doubled_minutes


def shortfalls(network: Network, first: dt.date, last: dt.date) -> list[Shortfall]:
    """Return every day on which the programme changes regular capacity; empty is well.

    What is open is what bookings read (`OpenInterval`); what would be open without programmes is
    worked out anew from the rules. So stale rows are found as well.
    """
    regular, extra, before = _read(network, first, last)
    found = []
    for key in sorted({*regular, *before, *extra}, key=str):
        missing = _minutes(before.get(key, [])) - _minutes(regular.get(key, []))
        doubled = _overlap(regular.get(key, []), extra.get(key, []))
        if missing or doubled:
            found.append(Shortfall(key[0], key[1], missing, doubled))
    return found


def capacities(network: Network, first: dt.date, last: dt.date) -> list[Capacity]:
    """Return the minutes of staff of each organization of the network, by name of it."""
    regular, extra, before = _read(network, first, last)
    members = StaffMember.objects.filter(organization__network=network)
    employer = dict(members.values_list("id", "organization_id"))
    sums: dict[UUID, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for key in {*regular, *before, *extra}:
        if key[0] not in employer:
            continue
        sums[employer[key[0]]] = [
            a + b
            for a, b in zip(
                sums[employer[key[0]]],
                (
                    _minutes(regular.get(key, [])),
                    _minutes(before.get(key, [])),
                    _minutes(extra.get(key, [])),
                    _overlap(regular.get(key, []), extra.get(key, [])),
                ),
                strict=True,
            )
        ]
    organizations = Organization.objects.filter(pk__in=sums).order_by("name", "pk")
    return [Capacity(it, *sums[it.pk]) for it in organizations]


def _read(network: Network, first: dt.date, last: dt.date) -> tuple[Ranges, Ranges, Ranges]:
    """Return what is regular, what programmes pay for, and what is regular without them."""
    rows = OpenInterval.objects.filter(resource__in=resources_of(network), day__range=(first, last))
    stored = [
        (row.pool, row.resource, row.day, (row.during.lower, row.during.upper)) for row in rows
    ]
    found = []
    for pool in (Pool.REGULAR, Pool.RING_FENCED):
        ranges: Ranges = defaultdict(list)
        for kind, resource, day, during in stored:
            if kind == pool:
                ranges[resource, day].append(during)
        found.append(ranges)
    before: Ranges = defaultdict(list)
    for row in Expansion(network, Period(first, last), with_pools=False).intervals():
        before[row.resource, row.day].append(row.during)
    return found[0], found[1], before


def _overlap(some: list[During], others: list[During]) -> int:
    return sum(
        max(0, int((min(a[1], b[1]) - max(a[0], b[0])).total_seconds()) // 60)
        for a in some
        for b in others
    )


def _minutes(ranges: list[During]) -> int:
    return sum(int((end - start).total_seconds()) // 60 for start, end in ranges)
