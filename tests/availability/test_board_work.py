"""How often a look at many days goes through what is taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from knotenpunkt.availability.board import QUERY, View, parameters
from knotenpunkt.availability.models import Occupancy, OpenInterval
from knotenpunkt.foundation import clock

DAYS = 40

pytestmark = pytest.mark.django_db


def test_taken_time_is_put_together_once_however_many_days_are_open() -> None:
    """Not left to the planner, who expects a single open day and would do it again for each."""
    assert times_put_together(QUERY, opened()) == [1]


def test_what_is_left_to_the_planner_would_be_noticed() -> None:
    assert times_put_together(QUERY.replace("AS MATERIALIZED", "AS"), opened()) == []


def opened() -> UUID:
    """Open forty days of a calendar, each with an hour that is taken."""
    resource, today = uuid4(), clock.today()
    days = [today + dt.timedelta(days=n) for n in range(DAYS)]
    OpenInterval.objects.bulk_create(
        OpenInterval(resource=resource, kind="staff", day=day, during=_hours(day, 8, 16))
        for day in days
    )
    Occupancy.objects.bulk_create(
        Occupancy(resource=resource, kind="staff", during=_hours(day, 10, 11), reason="appointment")
        for day in days
    )
    return resource


def _hours(day: dt.date, start: int, end: int) -> tuple[dt.datetime, dt.datetime]:
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
    return midnight + dt.timedelta(hours=start), midnight + dt.timedelta(hours=end)


def times_put_together(query: str, resource: UUID) -> list[int]:
    """Return how often the statement joins what is taken, where it does so by itself."""
    first = clock.today()
    asked = parameters(first, first + dt.timedelta(days=DAYS), View(), None)
    with connection.cursor() as cursor:
        cursor.execute(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {query}",
            {**asked, "open": [resource], "all": [resource]},
        )
        ((((plan,),),),) = (cursor.fetchall(),)
    nodes = _nodes(plan["Plan"])
    return [it["Actual Loops"] for it in nodes if it.get("Subplan Name") == "CTE busy"]


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)
