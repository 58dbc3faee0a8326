"""One process of clients that book visits of five legs, each client as fast as it is answered.

    python -m benchmarks.booking_client product|bare FIRST CLIENTS VISITS

`product` holds and confirms by the actions the pages call; `bare` is a loop of the same rows in the
same two transactions, as one would write it by hand, and marks the limit. Says "ready", waits for a
line, and prints as JSON when it began, when it ended (seconds of the machine's clock) and how long
each visit took. No two visits want the same time.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import threading
import time
from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
from django.conf import settings
from django.db import connection

from campaigns.world import SLOTS_A_DAY, WORLD
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Network
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions.booking import HOLD, confirm_visit, hold_visit
from knotenpunkt.visits.codes import new_code
from knotenpunkt.visits.plan import BookingPlan

LEGS = WORLD.organizations
BLOCKS = SLOTS_A_DAY // LEGS  # visits that follow each other on one day
MOST = WORLD.days * BLOCKS * WORLD.staff
FIRST_DAY = clock.today() + dt.timedelta(days=1)


def plan_of(number: int) -> BookingPlan:
    """Return a plan whose times no other number has; its person has none on this day."""
    day, rest = divmod(number, BLOCKS * WORLD.staff)
    block, member = divmod(rest, WORLD.staff)
    desks = [(organization, member) for organization in range(LEGS)]
    return WORLD.plan(FIRST_DAY, day, LEGS * block, desks)


class Product:
    """Books by the actions of the product."""

    def __init__(self) -> None:
        self.network = Network.objects.get(pk=WORLD.network)
        with system_scope("benchmark"):
            found = Person.objects.select_related("network", "organization")
            self.persons = list(found.order_by("pk"))

    def book(self, number: int) -> None:
        person, plan = self.persons[number % len(self.persons)], plan_of(number)
        wish = WORLD.wish(self.network, plan, person.id)
        with system_scope("benchmark"):  # as every request says who is looking
            visit = hold_visit(person=person, plan=plan, wish=wish, by=None)
            confirm_visit(visit=visit, by=None)

    def close(self) -> None:
        connection.close()


VISIT = """
INSERT INTO visits_visit (id, network_id, person_id, organization_id, code, status, language,
    hold_expires_at, times_extended, created_at, version)
VALUES (%s, %s, %s, %s, %s, 'held', 'en', %s, 0, %s, 0)
"""
APPOINTMENTS = """
INSERT INTO visits_appointment (id, visit_id, position, service_id, organization_id, location_id,
    room_id, starts_at, ends_at, language, status, pool)
SELECT id, %s, position, service, organization, %s, room, starts, ends, 'en', 'held', 'regular'
FROM unnest(%s::uuid[], %s::int[], %s::uuid[], %s::uuid[], %s::uuid[], %s::timestamptz[],
    %s::timestamptz[]) AS leg (id, position, service, organization, room, starts, ends)
"""
STAFF = """
INSERT INTO visits_appointment_staff (appointment_id, staffmember_id)
SELECT * FROM unnest(%s::uuid[], %s::uuid[])
"""
OCCUPANCY = """
INSERT INTO availability_occupancy
    (id, resource, kind, during, reason, holder, part, location_id, pool, expires_at)
SELECT gen_random_uuid(), resource, kind, tstzrange(starts, ends), 'appointment', %s, part, %s,
    'regular', %s
FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::uuid[])
    AS claim (resource, kind, starts, ends, part)
"""
ENTRY = """
INSERT INTO foundation_auditentry (id, at, action, subject_kind, subject_id, changed_fields)
VALUES (%s, %s, %s, 'visits.Visit', %s, '{}')
"""
CONFIRM = (
    "UPDATE visits_visit SET status = 'booked', hold_expires_at = NULL, confirmed_at = %s "
    "WHERE id = %s",
    "UPDATE availability_occupancy SET expires_at = NULL WHERE holder = %s",
    "UPDATE visits_appointment SET status = 'booked' WHERE visit_id = %s",
)


class Bare:
    """Writes the same rows by hand, with prepared statements and without a question."""

    def __init__(self) -> None:
        self.local = threading.local()
        with system_scope("benchmark"):
            self.persons = list(Person.objects.order_by("pk").values_list("id", flat=True))
        self.organization = WORLD.organization(0)

    @property
    def wire(self) -> psycopg.Connection:
        if not hasattr(self.local, "wire"):
            database = settings.DATABASES["default"]
            self.local.wire = psycopg.connect(
                host=database["HOST"], port=database["PORT"], dbname=database["NAME"],
                user=database["USER"], prepare_threshold=0,
                options="-c knotenpunkt.kind=system",  # past the second wall, at no cost
            )  # fmt: skip
        return self.local.wire  # type: ignore[no-any-return]

    def book(self, number: int) -> None:
        visit, person = uuid4(), self.persons[number % len(self.persons)]
        with self.wire.transaction(), self.wire.cursor() as cursor:
            self._hold(cursor, visit, person, plan_of(number))
        with self.wire.transaction(), self.wire.cursor() as cursor:
            now = clock.now()
            cursor.execute(CONFIRM[0], [now, visit])
            cursor.execute(CONFIRM[1], [visit])
            cursor.execute(CONFIRM[2], [visit])
            cursor.execute(ENTRY, [uuid4(), now, "visit.confirmed", str(visit)])

    def _hold(
        self, cursor: psycopg.Cursor[object], visit: UUID, person: UUID, plan: BookingPlan
    ) -> None:
        now, legs, ids = clock.now(), plan.legs, [uuid4() for _ in plan.legs]
        until = now + HOLD
        cursor.execute(
            VISIT,
            [visit, WORLD.network, person, self.organization, new_code(), until, now],
        )
        starts, ends = [leg.starts_at for leg in legs], [leg.ends_at for leg in legs]
        services, rooms = [leg.service for leg in legs], [leg.room for leg in legs]
        organizations = [WORLD.organization(position) for position in range(LEGS)]
        positions = list(range(LEGS))
        cursor.execute(
            APPOINTMENTS,
            [visit, WORLD.location, ids, positions, services, organizations, rooms, starts, ends],
        )
        staff = [leg.staff[0] for leg in legs]
        cursor.execute(STAFF, [ids, staff])
        kinds = ["person"] * LEGS + ["staff"] * LEGS + ["room"] * LEGS
        resources = [person] * LEGS + [*staff, *rooms]
        cursor.execute(
            OCCUPANCY,
            [visit, WORLD.location, until, resources, kinds, starts * 3, ends * 3, ids * 3],
        )
        cursor.execute(ENTRY, [uuid4(), now, "visit.held", str(visit)])

    def close(self) -> None:
        self.wire.close()


def run(book: Product | Bare, numbers: range, times: list[float]) -> None:
    for number in numbers:
        begun = time.perf_counter()
        book.book(number)
        times.append(time.perf_counter() - begun)
    book.close()


def main(kind: str, first: int, clients: int, visits: int) -> None:
    kinds: dict[str, Callable[[], Product | Bare]] = {"product": Product, "bare": Bare}
    book, times = kinds[kind](), [[] for _ in range(clients)]  # type: list[list[float]]
    connection.close()
    each = visits // clients
    threads = [
        threading.Thread(
            target=run,
            args=(book, range(first + n * each, first + (n + 1) * each), times[n]),
        )
        for n in range(clients)
    ]
    print("ready", flush=True)
    sys.stdin.readline()
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answer = {"begun": begun, "ended": time.monotonic(), "times": [t for one in times for t in one]}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1], *(int(value) for value in sys.argv[2:5]))
