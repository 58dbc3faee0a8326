"""The committed region, two people's wishes of it, and whoever changes it meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from knotenpunkt.availability.models import Interpreter
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Municipality, Network
from knotenpunkt.people.models import Person
from knotenpunkt.visits.planning import kept
from knotenpunkt.visits.planning.catalogue import Named, read_catalogue
from knotenpunkt.visits.planning.translation import translate
from knotenpunkt.visits.planning.wish import VisitWish, wish_of
from tests.conftest import BOOKING_DAY, FIRST, LAST
from tests.kept.changes import COOLED, NEEDS, TABLES, TALK


@dataclass
class House:
    wishes: list[VisitWish]
    other: psycopg.Connection
    names: dict[str, Any]

    def change(self, statement: str) -> None:
        if statement:
            changed = self.other.execute(statement, self.names).rowcount
            assert changed != 0, "this changes nothing"

    def kept(self) -> list[dict[str, Any]]:
        return [_seen(translate(wish)) for wish in self.wishes]

    def fresh(self) -> list[dict[str, Any]]:
        """The same by the statements of a booking, which know nothing of what is kept."""
        return [_seen(translate(wish, self._everything(wish))) for wish in self.wishes]

    def queries(self) -> int:
        """Return how many statements a search takes, those of transactions left out."""
        with CaptureQueriesContext(connection) as queries:
            translate(self.wishes[0])
        return sum(it["sql"] not in ("BEGIN", "COMMIT") for it in queries.captured_queries)

    def _everything(self, wish: VisitWish) -> Named:
        catalogue = read_catalogue(wish.network)
        staff = {row.id for it in wish.services for row in catalogue.staff[it]}
        interpreters = list(Interpreter.objects.values_list("id", flat=True))
        return Named(list(wish.services), list(staff), interpreters, None)


def _seen(translated: Any) -> dict[str, Any]:
    """Return all that a search is made of, in parts that a failing test can show."""
    problem = translated.problem
    catalogue, services = translated.catalogue, translated.wish.services
    parts = {"missing": translated.missing, "rows": translated.desks.rows}
    parts["produces"] = [catalogue.produces[it] for it in services]
    for whole in (problem.network, problem.request):
        parts |= {name: getattr(whole, name) for name in whole.__slots__}
    return parts


@pytest.fixture
def house(loaded_network: Network, django_db_blocker: Any) -> Iterator[House]:
    """Committed rows: what a test changes is put back, past all triggers."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(BOOKING_DAY, tick=False),
        system_scope("tests of what is kept"),
        psycopg.connect(os.environ["SUPERUSER_DATABASE_URL"], autocommit=True) as other,
    ):
        for table in TABLES:
            other.execute(f"CREATE TEMP TABLE was_{table} AS TABLE {table}")
        kept.forget()
        yield _house(other)
        kept.forget()
        with other.transaction():
            other.execute("SET LOCAL session_replication_role = replica")
            for table in TABLES:
                other.execute(f"DELETE FROM {table}")
                other.execute(f"INSERT INTO {table} SELECT * FROM was_{table}")


def _house(other: psycopg.Connection) -> House:
    found = dict(Service.objects.filter(code__in=NEEDS).values_list("code", "id"))
    person = Person.objects.select_related("network").get(code="cl-01")
    wish = wish_of(person, tuple(found[code] for code in NEEDS), FIRST, LAST)
    home = Municipality.objects.get(network=person.network, code="fiktau").id
    wish = replace(wish, needs_step_free=True, languages=("uk", "de"), municipality=home)
    catalogue = read_catalogue(wish.network)
    service = found["of-bb-anmeldung"]
    session = catalogue.sessions[found["of-vhs-einstufung"]][0]
    names = {
        "talk": TALK,
        "cooled": COOLED,
        "service": service,
        "staff": [row.id for row in catalogue.staff[service]],
        "interpreters": [row.id for row in catalogue.interpreters if "uk" in row.languages],
        "session": session.id,
        "seats": session.seat_ids,
        "home": home,
    }
    return House([wish, replace(wish, person_id=None, for_public=True)], other, names)
