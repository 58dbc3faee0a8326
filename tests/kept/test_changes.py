"""What a process keeps in memory is what the database says now, after a change of any kind.

Control: with the trigger of its table disabled, every kind of change is missed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import random
from dataclasses import replace
from itertools import pairwise
from uuid import UUID

import psycopg
import pytest
import time_machine

from knotenpunkt.availability.actions.open_intervals import renew_open_intervals
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.planning import kept
from knotenpunkt.visits.planning.proposals import propose_visits
from tests.conftest import BOOKING_DAY, FIRST
from tests.kept.changes import BOOK, CHANGES, COOL
from tests.kept.conftest import House

pytestmark = pytest.mark.race


@pytest.mark.parametrize("kind", CHANGES)
def test_a_search_sees_every_change_at_once(house: House, kind: str) -> None:
    _, before, change = CHANGES[kind]
    house.change(before)
    first = house.kept()

    house.change(change)

    second = house.kept()
    assert second == house.fresh()
    assert second != first


@pytest.mark.parametrize("kind", CHANGES)
def test_without_its_trigger_a_change_is_missed(house: House, kind: str) -> None:
    table, before, change = CHANGES[kind]
    house.change(before)
    house.kept()
    house.other.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        house.change(change)

        assert house.kept() != house.fresh()
    finally:
        house.other.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.parametrize("seed", range(4))
def test_after_many_changes_kept_and_fresh_are_the_same(house: House, seed: int) -> None:
    rng = random.Random(seed)  # repeatable, no secrets
    kinds = [kind for kind in CHANGES if not CHANGES[kind][1] and "session" not in kind]
    for _ in range(12):
        for kind in rng.sample(kinds, 2):
            if rng.random() < 0.7:
                house.names |= {
                    "talk": UUID(int=rng.getrandbits(128)),
                    "cooled": rng.getrandbits(40),
                }
                with contextlib.suppress(psycopg.errors.IntegrityError):
                    house.other.execute(CHANGES[kind][2], house.names)
        renew_open_intervals(network=house.wishes[0].network, first=FIRST, last=FIRST)

        assert house.kept() == house.fresh()


def test_what_ends_by_itself_ends_without_any_note(house: House) -> None:
    held = BOOK.replace("location_id, pool)", "location_id, pool, expires_at)")
    house.change(held.replace("'regular' FROM", "'regular', '2027-02-22 08:10+00' FROM"))
    house.change(COOL.replace("03-02", "03-05"))
    seen = [house.kept()]

    for minutes in (11, 31, 61):  # the hold ends; for the public, too; the time has cooled down
        with time_machine.travel(BOOKING_DAY + dt.timedelta(minutes=minutes), tick=False):
            seen.append(house.kept())
            assert seen[-1] == house.fresh()

    desks = [[it["desks"] for it in found] for found in seen]
    assert all(one != other for one, other in pairwise(desks))


def test_a_search_is_one_query_however_many_calendars_have_changed(house: House) -> None:
    house.kept()

    assert house.queries() == 1
    house.change(BOOK)
    assert house.queries() == 1
    house.change(CHANGES["somebody comes later"][2])
    assert house.queries() == 1
    house.change(CHANGES["a way takes longer"][2])
    assert house.queries() == 6  # a look before and after the four of the directory
    assert house.queries() == 1


def test_only_what_has_changed_is_read_anew(house: House) -> None:
    wish = house.wishes[0]
    _, before = kept.kept_for(wish.network).look(wish)

    house.change(BOOK)

    _, after = kept.kept_for(wish.network).look(wish)
    anew = {it for it in after if it != wish.person_id and after[it] is not before.get(it)}
    booked = house.other.execute(
        "SELECT resource FROM availability_occupancy WHERE id = %(talk)s", house.names
    ).fetchone()
    assert booked is not None
    assert anew == {booked[0]}


def test_nothing_of_a_person_is_kept_or_noted(house: House) -> None:
    wish = replace(house.wishes[0], services=house.wishes[0].services[:3], needs_step_free=False)
    person = Person.objects.get(pk=wish.person_id)
    plan = propose_visits(wish).proposals[0].plan
    house.other.execute("DELETE FROM availability_change")
    visit = hold_visit(person=person, plan=plan, wish=wish, by=None)
    try:
        confirm_visit(visit=visit, by=None)
        house.kept()

        views = kept.kept_for(wish.network).calendars.kept.values()
        noted = house.other.execute("SELECT unnest(calendars) FROM availability_change").fetchall()
        assert noted
        assert all(person.pk not in view for view in views)
        assert (person.pk,) not in noted
    finally:
        house.other.execute("TRUNCATE visits_visit CASCADE")
