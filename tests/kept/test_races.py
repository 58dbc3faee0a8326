"""What is kept stays true when transactions overlap, commit out of order or are taken back.

Controls: with numbers of transactions compared as if they committed in order, without care for
one's own writing, and without the horizon of the notes, the same checks fail.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Callable, Mapping
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction

from knotenpunkt.availability import kept as kept_times
from knotenpunkt.availability.kept import trim_notes
from knotenpunkt.visits.planning import kept
from knotenpunkt.visits.planning.times import Times
from tests.kept.changes import BOOK, TALK
from tests.kept.conftest import House

pytestmark = pytest.mark.race
LATER = BOOK.replace("%(talk)s", "gen_random_uuid()").replace("03-02", "03-05")


def _commit_out_of_order(house: House) -> None:
    """One transaction begins to write first and commits last; a search looks in between."""
    with psycopg.connect(os.environ["SUPERUSER_DATABASE_URL"]) as early:
        early.execute(BOOK, house.names)
        house.change(LATER)
        house.kept()
        early.commit()


def test_a_transaction_that_commits_late_is_not_missed(house: House) -> None:
    house.kept()

    _commit_out_of_order(house)

    assert house.kept() == house.fresh()


def test_by_numbers_alone_it_is_missed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    by_number = kept_times.LOOK.replace(
        "NOT pg_visible_in_snapshot(xid, %(seen)s::text::pg_snapshot)\n",
        "xid >= pg_snapshot_xmax(%(seen)s::text::pg_snapshot)\n",
        1,
    )
    assert by_number != kept_times.LOOK
    monkeypatch.setattr(kept_times, "LOOK", by_number)
    house.kept()

    _commit_out_of_order(house)

    assert house.kept() != house.fresh()


def _look_in_a_transaction_that_goes_on(house: House) -> None:
    """A transaction has a number already, looks, books and commits, while others come and go."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
        house.change(LATER)
        house.kept()
        cursor.execute(BOOK, house.names)


def test_what_a_transaction_writes_after_its_look_is_not_missed(house: House) -> None:
    house.kept()

    _look_in_a_transaction_that_goes_on(house)

    assert house.kept() == house.fresh()


def test_what_is_taken_back_was_seen_by_nobody_else(house: House) -> None:
    before = house.kept()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BOOK, house.names)
        assert house.kept() == house.fresh() != before
        transaction.set_rollback(True)

    assert house.kept() == house.fresh() == before


def _look_and_take_it_back(house: House) -> None:
    kept.forget()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BOOK, house.names)
        house.kept()
        transaction.set_rollback(True)


@pytest.mark.parametrize("scene", [_look_in_a_transaction_that_goes_on, _look_and_take_it_back])
def test_without_care_for_its_own_writing_both_fail(
    house: House, monkeypatch: pytest.MonkeyPatch, scene: Callable[[House], None]
) -> None:
    monkeypatch.setattr(kept, "has_written", lambda: False)
    house.kept()

    scene(house)

    assert house.kept() != house.fresh()


def test_notes_are_trimmed_and_who_slept_reads_anew(house: House) -> None:
    trim_notes()
    house.kept()
    house.change(BOOK)
    trim_notes()  # deletes what was there at the last call; this booking is not
    trim_notes()

    assert _count(house, "SELECT count(*) FROM availability_change") == 0
    assert house.kept() == house.fresh()


def test_without_the_horizon_who_slept_misses_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    horizon = "complete_from <= pg_snapshot_xmin(%(seen)s::text::pg_snapshot)"
    blind = kept_times.LOOK.replace(horizon, "true")
    assert blind != kept_times.LOOK
    monkeypatch.setattr(kept_times, "LOOK", blind)
    trim_notes()
    house.kept()
    house.change(BOOK)
    trim_notes()
    trim_notes()

    assert house.kept() != house.fresh()


def _count(house: House, query: str) -> int:
    row = house.other.execute(query, house.names).fetchone()
    assert row is not None
    return int(row[0])


def test_notes_of_another_server_are_forgotten(house: House) -> None:
    """After a restore, numbers of transactions are those of the old server."""
    house.other.execute(
        "INSERT INTO availability_change (xid, is_directory) VALUES ('99999999999999', true)"
    )
    house.other.execute(
        "UPDATE availability_changehorizon "
        "SET complete_from = '99999999999999', next = '99999999999999'"
    )
    house.change(BOOK)
    assert house.kept() == house.fresh()

    trim_notes()

    assert house.kept() == house.fresh()
    assert house.queries() == 1


MOVE = """
UPDATE availability_occupancy
SET resource = %s, during = '[2027-03-03 00:00+00,2027-03-04 00:00+00)' WHERE id = %s
"""


@pytest.fixture
def two(house: House) -> tuple[UUID, UUID]:
    """Two members of the staff with hours on one day; the first is away all that day."""
    known = kept.kept_for(house.wishes[1].network).look(house.wishes[1])[1]
    one, other = [it for it in known if not _is_taken(known, it)][:2]
    house.change(BOOK)
    house.other.execute(MOVE, [one, TALK])
    return one, other


def test_a_look_sees_one_state_while_a_talk_goes_to_and_fro(
    house: House, two: tuple[UUID, UUID]
) -> None:
    """It is always with exactly one of two; whoever saw none or both saw two states."""
    wish, stop = house.wishes[1], threading.Event()
    mover = threading.Thread(target=_move_to_and_fro, args=(two, stop))
    mover.start()
    try:
        looks = [kept.kept_for(wish.network).look(wish)[1] for _ in range(150)]
    finally:
        stop.set()
        mover.join()

    states = {tuple(_is_taken(look, it) for it in two) for look in looks}
    assert states <= {(True, False), (False, True)}


def test_two_looks_see_two_states(house: House, two: tuple[UUID, UUID]) -> None:
    network, wish = house.wishes[1].network, house.wishes[1]
    first = kept.kept_for(network).look(wish)[1]
    house.other.execute(MOVE, [two[1], TALK])
    second = kept.kept_for(network).look(wish)[1]

    assert (_is_taken(first, two[0]), _is_taken(second, two[1])) == (True, True)


def _move_to_and_fro(two: tuple[UUID, UUID], stop: threading.Event) -> None:
    with psycopg.connect(os.environ["SUPERUSER_DATABASE_URL"], autocommit=True) as mover:
        while not stop.is_set():
            for member in reversed(two):
                mover.execute(MOVE, [member, TALK])


def _is_taken(calendars: Mapping[UUID, Times], member: UUID) -> bool:
    day = dt.date(2027, 3, 3).toordinal()
    return not any(rows.window(day, 1) for rows in calendars[member].free.values())
