"""Reminders: the day before and in the morning, once, in her language, from what is booked now."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.models import OutboxMessage
from knotenpunkt.network.models import Network
from knotenpunkt.newcomers.actions import queue_reminders
from knotenpunkt.visits.actions import cancel_visit
from knotenpunkt.visits.models import Visit
from tests.newcomers.walk import book, newcomer


@pytest.fixture
def visit(network: Network) -> Visit:
    book(newcomer(), given_name="Olena", contact="0151 23456789")
    return Visit.objects.select_related("person").get(organization=None)


def at(visit: Visit, days: int, hour: int) -> dt.datetime:
    first = visit.appointments.earliest("starts_at").starts_at
    day = clock.local_day(first) + dt.timedelta(days=days)
    return clock.local_moment(day, dt.time(hour))


def reminders(visit: Visit) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(purpose__startswith="reminder", about=visit.id))


def test_the_day_before_and_in_the_morning_once_each(visit: Visit) -> None:
    for days, hour in ((-1, 14), (-1, 16), (-1, 17), (0, 7), (0, 7)):
        with time_machine.travel(at(visit, days, hour)):
            queue_reminders()

    found = reminders(visit)
    assert sorted(it.purpose for it in found) == ["reminder.eve", "reminder.morning"]
    assert {(it.recipient, it.language) for it in found} == {("+4915123456789", "uk")}
    assert all(f"/v/{visit.code}/" in it.body for it in found)


def test_it_says_nothing_of_matter_office_or_name(visit: Visit) -> None:
    with time_machine.travel(at(visit, -1, 16)):
        queue_reminders()

    body = reminders(visit)[0].body
    legs = visit.appointments.select_related("service", "organization")
    hidden = ["Olena", *(it.organization.name for it in legs)]
    hidden += [name for it in legs for name in it.service.name.values()]
    assert [it for it in hidden if it in body] == []


def test_a_cancelled_visit_is_not_reminded_of(visit: Visit) -> None:
    cancel_visit(visit=visit, by=None)

    with time_machine.travel(at(visit, -1, 16)):
        queue_reminders()

    assert reminders(visit) == []


def test_whoever_gave_no_number_is_not_reminded(network: Network) -> None:
    book(newcomer())
    visit = Visit.objects.get(organization=None)

    with time_machine.travel(at(visit, -1, 16)):
        queue_reminders()

    assert reminders(visit) == []
