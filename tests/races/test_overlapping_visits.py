"""Many processes book overlapping visits at once: nothing twice, nothing by halves.

Negative control: with the exclusion constraint and the locks gone, the same check finds doubles.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

pytestmark = pytest.mark.race

PROCESSES, ROUNDS = 8, 12
WORKER = Path(__file__).parent / "booker.py"
EMPTY = "TRUNCATE visits_visit, availability_occupancy CASCADE"
CONSTRAINT = "nothing_is_in_two_places_at_once"
DOUBLES = """
    SELECT count(*) FROM availability_occupancy a JOIN availability_occupancy b
    ON a.resource = b.resource AND a.id < b.id AND a.during && b.during
"""
HALVES = """
    SELECT count(*) FROM visits_visit v
    WHERE (SELECT count(*) FROM visits_appointment WHERE visit_id = v.id)
        <> (SELECT count(*) FROM availability_occupancy WHERE holder = v.id AND kind = 'person')
"""


@pytest.fixture
def superuser(loaded_network: object) -> Iterator[psycopg.Connection]:
    """Committed rows and several processes: what they leave behind is deleted afterwards."""
    with psycopg.connect(os.environ["SUPERUSER_DATABASE_URL"], autocommit=True) as connection:
        connection.execute(EMPTY)
        yield connection
        connection.execute(EMPTY)


def race(*, without_guards: bool = False) -> tuple[int, int]:
    """Let all processes book the same visits in turn; return (booked, refused)."""
    environment = {**os.environ, "WITHOUT_GUARDS": "1" if without_guards else ""}
    children = [
        subprocess.Popen(
            [sys.executable, str(WORKER), str(number), str(ROUNDS)],
            env=environment, stdout=subprocess.PIPE, text=True,
        )
        for number in range(PROCESSES)
    ]  # fmt: skip
    results = [child.communicate(timeout=240)[0].split() for child in children]
    assert [child.returncode for child in children] == [0] * PROCESSES
    return sum(int(it[0]) for it in results), sum(int(it[1]) for it in results)


def count(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def test_nothing_is_booked_twice_or_by_halves(superuser: psycopg.Connection) -> None:
    booked, refused = race()

    assert booked + refused == PROCESSES * ROUNDS
    assert booked >= ROUNDS
    assert refused > 0
    assert count(superuser, "SELECT count(*) FROM visits_visit") == booked
    assert count(superuser, DOUBLES) == 0
    assert count(superuser, HALVES) == 0


def test_without_the_guards_the_check_finds_doubles(superuser: psycopg.Connection) -> None:
    definition = superuser.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [CONSTRAINT]
    ).fetchone()
    assert definition is not None
    superuser.execute(f"ALTER TABLE availability_occupancy DROP CONSTRAINT {CONSTRAINT}")
    try:
        race(without_guards=True)

        assert count(superuser, DOUBLES) > 0
    finally:
        superuser.execute(EMPTY)
        superuser.execute(
            f"ALTER TABLE availability_occupancy ADD CONSTRAINT {CONSTRAINT} {definition[0]}"
        )
