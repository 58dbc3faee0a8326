"""A Kreis of the generator as rows of the application. Needs Django set up."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
from django.db import connection

from knotenpunkt.availability.models import Interpreter
from knotenpunkt.directory.models import Service, ServiceAtLocation, Topic
from knotenpunkt.network.models import Location, Network, Organization, StaffMember, TravelTime
from knotenpunkt.planner.generator import AFTERNOON, LANGUAGES, MORNING, generate
from knotenpunkt.visits.planning.grid import Grid
from knotenpunkt.visits.planning.wish import VisitWish

DAYS = 60
ROWS_AT_ONCE = 20_000
Windows = list[tuple[int, int]]
OPEN = "COPY availability_openinterval (resource, kind, day, during, location_id, pool) FROM STDIN"
TAKEN = (
    "COPY availability_occupancy (id, resource, kind, during, reason, location_id, pool) FROM STDIN"
)
# A visit of five legs, as another process books it: half an hour of five members of the staff.
BOOK = """
INSERT INTO availability_occupancy (id, resource, kind, during, reason, pool)
SELECT gen_random_uuid(), resource, kind,
    tstzrange(lower(during), lower(during) + interval '30 minutes'), 'appointment', 'regular'
FROM (
    SELECT DISTINCT ON (o.resource) o.resource, o.kind, o.during
    FROM availability_openinterval AS o JOIN network_staffmember AS s ON s.id = o.resource
    JOIN network_organization AS house ON house.id = s.organization_id
    WHERE house.network_id = %s AND o.day >= %s ORDER BY o.resource, o.day
) AS o ORDER BY random() LIMIT 5
ON CONFLICT DO NOTHING
"""


class Kreis:
    """A network of so many desks, 70 % booked for 60 days from a Monday on, written at once."""

    def __init__(self, monday: dt.date, desks: int) -> None:
        plan = generate(desks, days=DAYS, desks=desks)["network"]
        self.network = Network.objects.create(code=f"kreis-{desks}", name="Kreis", land="NW")
        self.grid = Grid(
            monday, monday + dt.timedelta(days=DAYS - 1), ZoneInfo(self.network.time_zone)
        )
        self.places = self._places(plan)
        self.services = self._services(plan)
        self.opened: list[tuple[Any, ...]] = []
        self.taken: list[tuple[Any, ...]] = []
        self._staff(plan)
        self._interpreters(plan)
        _copy(OPEN, self.opened)
        _copy(TAKEN, self.taken)

    def wish(self, rng: random.Random, needs: int) -> VisitWish:
        """Return what somebody asks for within the 60 days; nobody who is in the database."""
        return VisitWish(
            network=self.network,
            services=tuple(row.id for row in rng.sample(list(self.services.values()), needs)),
            first_day=self.grid.first,
            last_day=self.grid.last,
            languages=(rng.choice(LANGUAGES), "en"),
            earliest=8 * 60,
            latest=17 * 60 + 30,
        )

    def book_elsewhere(self, talk: int) -> None:
        """Let another connection take the time of five calendars of this network."""
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
            other.execute(BOOK, [self.network.id, self.grid.date_of(talk % DAYS)])

    def _places(self, plan: dict[str, Any]) -> list[Location]:
        places = Location.objects.bulk_create(
            Location(network=self.network, code=code, name=code, position=n, is_central=n == 0)
            for n, code in enumerate(plan["sites"])
        )
        TravelTime.objects.bulk_create(
            TravelTime(origin=one, destination=other, minutes=5 * plan["travel"][i][j])
            for i, one in enumerate(places)
            for j, other in enumerate(places)
            if i != j
        )
        return places

    def _services(self, plan: dict[str, Any]) -> dict[str, Service]:
        topic = Topic.objects.create(network=self.network, code="all", position=0, name={})
        owners = {
            code: Organization.objects.create(
                network=self.network, code=code, name=code, kind="authority",
                legal_class="other", valid_from=dt.date(2020, 1, 1),
            )
            for code in sorted({it["partner"] for it in plan["services"]})
        }  # fmt: skip
        rows = Service.objects.bulk_create(
            Service(
                organization=owners[it["partner"]], topic=topic, code=it["id"], name={},
                minutes=5 * it["duration"], interpreter_class="volunteer", mode="in_person",
            )
            for it in plan["services"]
        )  # fmt: skip
        ServiceAtLocation.objects.bulk_create(
            ServiceAtLocation(service=row, location=place) for row in rows for place in self.places
        )
        return {row.code: row for row in rows}

    def _staff(self, plan: dict[str, Any]) -> None:
        given = Service.staff.through
        for desk in plan["desks"]:
            member = StaffMember.objects.create(
                organization=self.services[desk["services"][0]].organization, code=desk["id"],
                name=desk["id"], job="", role="worker", languages=desk["languages"],
            )  # fmt: skip
            given.objects.bulk_create(
                given(service=self.services[code], staffmember=member) for code in desk["services"]
            )
            place = self.places[desk["site"]].id
            self._times(member.id, "staff", desk["free"], [MORNING, AFTERNOON], place)

    def _interpreters(self, plan: dict[str, Any]) -> None:
        for one in plan["interpreters"]:
            row = Interpreter.objects.create(
                network=self.network, code=one["id"], name=one["id"], rank="sworn_or_phone",
                languages=one["languages"], is_remote=one["mode"] == "remote",
            )  # fmt: skip
            free = {day: [it[:2] for it in found] for day, found in one["free"].items()}
            self._times(row.id, "interpreter", free, [(12, 132)], None)

    def _times(
        self, resource: UUID, kind: str, free: dict[str, Any], windows: Windows, place: UUID | None
    ) -> None:
        """Open the windows on every day of `free`, and take in talks what is not free."""
        for day, found in ((int(day), found) for day, found in free.items()):
            date = self.grid.date_of(day)
            for window in windows:
                during = self._during(day, window)
                self.opened.append((resource, kind, date, during, place, "regular"))
            for talk in _talks(windows, found):
                during = self._during(day, talk)
                row = (uuid4(), resource, kind, during, "appointment", place, "regular")
                self.taken.append(row)

    def _during(self, day: int, ticks: tuple[int, int]) -> str:
        start, end = (self.grid.moment(day, tick) for tick in ticks)
        return f"[{start.isoformat()},{end.isoformat()})"


def _talks(windows: Windows, free: list[list[int]]) -> Iterator[tuple[int, int]]:
    for low, high in windows:
        for start in range(low, high, 6):
            if not any(a <= start < b for a, b in free):
                yield start, min(start + 6, high)


def _copy(statement: str, rows: list[tuple[Any, ...]]) -> None:
    """Write the rows, in parts: the settings let no statement take long."""
    for n in range(0, len(rows), ROWS_AT_ONCE):
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows[n : n + ROWS_AT_ONCE]:
                copy.write_row(row)
