"""The check that a programme takes nothing away: regular capacity with it and without it.

Two things must hold: what is open to everyone is the same with and without the programme's hours,
and no hour is paid for as extra that was open to everyone anyway.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from knotenpunkt.availability.enums import Pool
from knotenpunkt.availability.expansion import Expansion
from knotenpunkt.availability.models import OpenInterval
from knotenpunkt.availability.recurrence import Period
from knotenpunkt.network.models import Network

Key = tuple[UUID, dt.date]
Ranges = dict[Key, list[tuple[dt.datetime, dt.datetime]]]


@dataclass(frozen=True)
class Shortfall:
    """On this day this resource has other regular minutes than without the programme.

    `doubled_minutes` are regular and the programme's at once.
    """

    resource: UUID
    day: dt.date
    missing_minutes: int
    doubled_minutes: int


def shortfalls(network: Network, first: dt.date, last: dt.date) -> list[Shortfall]:
    """Return every day on which the programme changes regular capacity; empty is well."""
    period = Period(first, last)
    with_programme = list(Expansion(network, period).intervals())
    without = list(Expansion(network, period, with_pools=False).intervals())
    regular = _by_key(it for it in with_programme if it.pool == Pool.REGULAR)
    extra = _by_key(it for it in with_programme if it.pool == Pool.RING_FENCED)
    before = _by_key(without)
    found = []
    for key in sorted({*regular, *before, *extra}, key=str):
        missing = _minutes(before.get(key, [])) - _minutes(regular.get(key, []))
        doubled = sum(
            max(0, int((min(a[1], b[1]) - max(a[0], b[0])).total_seconds()) // 60)
            for a in regular.get(key, [])
            for b in extra.get(key, [])
        )
        if missing or doubled:
            found.append(Shortfall(key[0], key[1], missing, doubled))
    return found


def _by_key(rows: Iterable[OpenInterval]) -> Ranges:
    found: Ranges = defaultdict(list)
    for row in rows:
        found[row.resource, row.day].append(row.during)
    return found


def _minutes(ranges: list[tuple[dt.datetime, dt.datetime]]) -> int:
    return sum(int((end - start).total_seconds()) // 60 for start, end in ranges)
