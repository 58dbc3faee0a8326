"""Reminders: the day before and in the morning, once, in her language, from what is booked now."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings

from knotenpunkt.availability.models import Occupancy
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import send_due_messages
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


@pytest.fixture
def arrived(settings: LazySettings, tmp_path: Path) -> Callable[[], list[str]]:
    """Return a function that lets what is due leave to files, and gives the texts of today's."""
    settings.SMS_BACKEND, settings.SMS_FOLDER = "file", str(tmp_path)
    seen: set[Path] = set()

    def look() -> list[str]:
        send_due_messages()
        fresh = sorted(set(tmp_path.glob("*.txt")) - seen)
        seen.update(fresh)
        return [it.read_text(encoding="utf-8") for it in fresh]

    return look


def link_in(text: str) -> str:
    """Return the path of the address that a message carries."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found is not None
    return found.group(1)


def test_from_the_reminder_she_cancels_the_times_are_free_and_a_receipt_comes(
    visit: Visit, arrived: Callable[[], list[str]]
) -> None:
    arrived()  # the receipt of the booking
    with time_machine.travel(at(visit, -1, 16)):
        queue_reminders()
        reminder = arrived()
        phone = newcomer()
        slip = phone.get(link_in(reminder[0]))
        untouched = Visit.objects.get(pk=visit.pk).status
        phone.post(f"{slip.request['PATH_INFO']}change/", {"everything": "on"})
        receipt = arrived()

    assert (len(reminder), slip.status_code, untouched) == (1, 200, "booked")
    assert "+4915123456789" in reminder[0]
    assert Visit.objects.get(pk=visit.pk).status == "cancelled"
    assert not Occupancy.objects.filter(holder=visit.id).exists()
    assert ["скасован" in it.lower() for it in receipt] == [True]


def test_from_the_reminder_of_the_morning_she_says_that_she_is_late(
    visit: Visit, arrived: Callable[[], list[str]]
) -> None:
    arrived()
    first = visit.appointments.earliest("starts_at")
    with time_machine.travel(first.starts_at - dt.timedelta(hours=1)):
        queue_reminders()
        path = link_in(arrived()[-1])
        newcomer().post(f"{path}late/", {"minutes": 20, "is_sure": "on"})
        told = arrived()

    assert first.arrival.delay_minutes == 20
    assert len(told) == 1
