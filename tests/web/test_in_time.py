"""An answer in time and only one of it: who waits for a lock is told, and may try again.

The locks are real ones of a second connection; limits are shortened, nothing is timed.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
import time_machine
from django.db import connection

from knotenpunkt.foundation.models import IdempotencyRecord
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Account, ApiToken, Network
from knotenpunkt.people.models import Person
from knotenpunkt.visits.models import ExternalAppointment
from knotenpunkt.web import deadline
from tests.conftest import BOOKING_DAY
from tests.web.machine import Machine

BLOCK = {
    "authority": "Gericht",
    "starts_at": "2027-03-03T09:00:00Z",
    "ends_at": "2027-03-03T10:00:00Z",
}
LOCK = "SELECT 1 FROM people_person WHERE id = %s FOR NO KEY UPDATE"
SOMEBODY_WAITS = "SELECT 1 FROM pg_locks WHERE NOT granted"


@pytest.fixture
def other() -> Iterator[psycopg.Connection]:
    """Somebody else in the same database."""
    with psycopg.connect(os.environ["SUPERUSER_DATABASE_URL"]) as wire:
        yield wire


def path_of(person: Person) -> str:
    return f"/persons/{person.pk}/fixed-blocks"


def wait_at_most(milliseconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{milliseconds}ms"])


def test_a_lock_that_is_held_gives_an_answer_that_says_when_to_try_again(
    person: Person, counsellor: Account, other: psycopg.Connection
) -> None:
    machine = Machine(counsellor)
    other.execute(LOCK, [person.pk])
    wait_at_most(50)

    busy = machine.send(path_of(person), BLOCK)
    nothing = ExternalAppointment.objects.count(), IdempotencyRecord.objects.count()
    other.rollback()
    again = machine.post(path_of(person), BLOCK)

    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "2")
    assert json.loads(busy.content)["type"] == "urn:knotenpunkt:busy"
    assert nothing == (0, 0)
    assert again[0] == 201


@pytest.fixture
def committed(loaded_network: Network, django_db_blocker: object) -> Iterator[Account]:
    """The case manager of Olena in the database itself; what a test leaves there is deleted."""
    unblocked = django_db_blocker.unblock()  # type: ignore[attr-defined]
    with unblocked, time_machine.travel(BOOKING_DAY), system_scope("race"):
        yield Account.objects.get(staff_member__code="st-ki03")
        wait_at_most(5000)
        for row in ExternalAppointment.objects.all():
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM availability_occupancy WHERE holder = %s", [row.pk])
        ExternalAppointment.objects.all().delete()
        IdempotencyRecord.objects.all().delete()
        ApiToken.objects.filter(name="test").delete()
        connection.close()


@pytest.mark.race
def test_whoever_waits_longer_than_an_answer_may_take_is_stopped(
    committed: Account, other: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several waits, each shorter than `lock_timeout`, may not add up."""
    person = Person.objects.get(code="cl-01")
    machine = Machine(committed)
    other.execute(LOCK, [person.pk])
    monkeypatch.setattr(deadline, "LONGEST_WORK", 0.3)

    busy = machine.send(path_of(person), BLOCK)
    other.rollback()
    monkeypatch.undo()
    again = machine.post(path_of(person), BLOCK)

    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "2")
    assert (again[0], ExternalAppointment.objects.count()) == (201, 1)


@pytest.mark.race
def test_two_threads_with_one_key_do_it_once(committed: Account, other: psycopg.Connection) -> None:
    """While the first is at work the second gets 409; afterwards it gets the first answer."""
    person = Person.objects.get(code="cl-01")
    machine, answers = Machine(committed), []
    other.execute(LOCK, [person.pk])

    def first() -> None:
        with system_scope("race"):
            answers.append(machine.post(path_of(person), BLOCK))
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    while not connection_sees(SOMEBODY_WAITS):
        time.sleep(0.01)
    wait_at_most(50)
    meanwhile = machine.post(path_of(person), BLOCK)
    other.rollback()
    thread.join()
    afterwards = machine.post(path_of(person), BLOCK)
    mismatch = machine.post(path_of(person), {**BLOCK, "authority": "Amt"})

    assert (meanwhile[0], meanwhile[1]["type"]) == (409, "urn:knotenpunkt:in-progress")
    assert (answers[0][0], afterwards) == (201, answers[0])
    assert (mismatch[0], mismatch[1]["type"]) == (422, "urn:knotenpunkt:key-reused")
    assert ExternalAppointment.objects.count() == 1


def connection_sees(query: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone() is not None
