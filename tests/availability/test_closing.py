"""A closure renews the times it touches, and no others; the result is that of renewing all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from knotenpunkt.availability.actions.closing import Closed, close_days
from knotenpunkt.availability.actions.open_intervals import renew_open_intervals
from knotenpunkt.availability.models import OpenInterval, Presence
from knotenpunkt.network.models import Network

DAY = dt.date(2027, 3, 3)
Row = tuple[UUID, dt.datetime, dt.datetime, object]


def of_a_member(network: Network, rule: Presence) -> Closed:
    return Closed(network, staff_member=rule.staff_member)


def of_an_organization(network: Network, rule: Presence) -> Closed:
    return Closed(network, organization=rule.staff_member.organization)


def of_a_place(network: Network, rule: Presence) -> Closed:
    return Closed(network, location=rule.location)


def rows() -> dict[object, Row]:
    """Return the open times of the day by primary key."""
    found = OpenInterval.objects.filter(day=DAY)
    return {it.pk: (it.resource, it.during.lower, it.during.upper, it.location_id) for it in found}


@pytest.fixture
def rule(network: Network) -> Presence:
    """Someone who is open to bookings on that day."""
    open_ones = OpenInterval.objects.filter(day=DAY, kind="staff").values("resource")
    found = Presence.objects.filter(staff_member__in=open_ones).select_related(
        "staff_member__organization", "location"
    )
    return found.order_by("pk")[0]


@pytest.mark.parametrize("closes", [of_a_member, of_an_organization, of_a_place])
def test_a_closure_renews_what_it_touches_and_nothing_else(
    closes: Callable[[Network, Presence], Closed], network: Network, rule: Presence
) -> None:
    before = rows()

    close_days(closed=closes(network, rule), first=DAY, last=DAY, reason="test")
    after = rows()
    renew_open_intervals(network=network, first=DAY, last=DAY)

    kept = before.keys() & after.keys()
    lost = {row[0] for row in set(before.values()) - set(after.values())}
    written = {after[key][0] for key in after.keys() - before.keys()}
    assert sorted(after.values(), key=str) == sorted(rows().values(), key=str)
    assert lost
    assert kept
    assert rule.staff_member_id in lost
    assert len(written) < len({row[0] for row in before.values()})


def test_who_is_ill_for_a_day_costs_her_own_rows_alone(network: Network, rule: Presence) -> None:
    own = OpenInterval.objects.filter(day=DAY, resource=rule.staff_member_id).count()
    before = rows()

    with CaptureQueriesContext(connection) as queries:
        close_days(closed=of_a_member(network, rule), first=DAY, last=DAY, reason="ill")

    deleted = before.keys() - rows().keys()
    assert {before[key][0] for key in deleted} == {rule.staff_member_id}
    assert len(deleted) == own
    assert not rows().keys() - before.keys()
    assert len(queries) <= 24
