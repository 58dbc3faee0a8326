"""Baselines of waits, what offices report, and the hours that programmes pay for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from knotenpunkt.availability.models import CapacityPool, Presence
from knotenpunkt.availability.wall_time import Window, difference, minutes
from knotenpunkt.config.region.actions.rows import put, row_id
from knotenpunkt.config.region.rules import weekly
from knotenpunkt.config.region.schema import (
    WEEKDAYS,
    GroupSession,
    Outreach,
    Region,
    Staff,
    Weekday,
)
from knotenpunkt.evaluation.models import CapacityBaseline, RegularWait
from knotenpunkt.network.models import Network

EXTRA_MINUTES = 60  # a programme's hour, on each weekday on which the house has one left


def load_capacity(network: Network, region: Region) -> None:
    """Write what the waits are compared with, and each programme's own hours."""
    booked_on = region.meta.booking_made_on
    put(
        CapacityBaseline,
        (
            CapacityBaseline(
                id=row_id(network, "baseline", it.org),
                organization_id=row_id(network, "organization", it.org),
                median_wait_workdays=it.baseline_median_wait_workdays,
                regular_slots_per_week=it.regular_slots_per_week,
                extra_slots_per_week=it.extra_funded_slots_per_week,
                funding=it.funding,
                measured_on=booked_on - dt.timedelta(days=365),
            )
            for it in region.capacity_baseline
        ),
    )
    put(
        RegularWait,
        (
            RegularWait(
                id=row_id(network, "regular_wait", it.org),
                organization_id=row_id(network, "organization", it.org),
                month=booked_on.replace(day=1),
                appointments=it.appointments,
                median_wait_workdays=it.median_wait_workdays,
            )
            for it in region.regular_waits
        ),
    )
    _load_pools(network, region)


def _load_pools(network: Network, region: Region) -> None:
    begins = region.meta.booking_made_on - dt.timedelta(weeks=12)
    monday = begins - dt.timedelta(days=begins.weekday())
    put(
        CapacityPool,
        (
            CapacityPool(
                id=row_id(network, "pool", it.org),
                organization_id=row_id(network, "organization", it.org),
                code="visits",
                programme=it.funding,
                funder=it.funding,
                release_workdays=region.release_rule.release_workdays_before,
                first_on=monday,
            )
            for it in region.capacity_baseline
        ),
    )
    extra = (
        Presence(
            id=row_id(network, "extra_presence", f"{it.org}/{weekday}"),
            staff_member_id=row_id(network, "staff", member.id),
            location_id=row_id(network, "location", member.presence[0].site),
            capacity_pool_id=row_id(network, "pool", it.org),
            rrule=weekly(weekday),
            first_on=monday + dt.timedelta(days=WEEKDAYS.index(weekday)),
            starts_at=_time(window[0]),
            ends_at=_time(window[0] + EXTRA_MINUTES),
        )
        for it in region.capacity_baseline
        for member in [_first_of(region, it.org)]
        if member is not None
        for weekday, window in _free_hours(region, member)
    )
    put(Presence, extra)


def _first_of(region: Region, org: str) -> Staff | None:
    return next((it for it in region.staff if it.org == org and it.presence), None)


def _free_hours(region: Region, member: Staff) -> Iterator[tuple[Weekday, Window]]:
    """Yield the hours at which her house is open and she is nowhere by any rule."""
    site = next(it for it in region.sites if it.id == member.presence[0].site)
    elsewhere: list[Outreach | GroupSession] = [*region.outreach_hours, *region.group_sessions]
    for weekday in WEEKDAYS:
        hours = [_window(it.start, it.end) for it in site.opening_hours.get(weekday, [])]
        busy = [
            _window(window.start, window.end)
            for at in member.presence
            for window in region.bookable_patterns[at.pattern].get(weekday, [])
        ]
        busy += [
            _window(it.start, it.end)
            for it in elsewhere
            if it.staff == member.id and it.weekday == weekday
        ]
        for window in difference(hours, busy):
            if window[1] - window[0] >= EXTRA_MINUTES:
                yield weekday, window
                break


def _window(start: dt.time, end: dt.time) -> Window:
    return minutes(start), minutes(end)


def _time(minute: int) -> dt.time:
    return dt.time(minute // 60, minute % 60)
