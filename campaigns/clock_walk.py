"""Clocks that jump, clocks that differ, and the two days on which the clocks are changed.

    python -m campaigns.clock_walk STEPS

Four processes are played, each with a clock of its own, up to half an hour apart; all jump at
times, back and forth by up to three days. Prints as JSON what was told, and the differences from
the rule of European summer time (Directive 2000/84/EC), which is written down here once more.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import sys
from zoneinfo import ZoneInfo

import time_machine

from campaigns.world import SLOTS_A_DAY, WORLD, Desk
from knotenpunkt.availability import wall_time
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Network
from knotenpunkt.people.models import Person
from knotenpunkt.visits import actions
from knotenpunkt.visits.actions import booking
from knotenpunkt.visits.actions.expiring import mark_expired_holds
from knotenpunkt.visits.errors import (
    BadPlan,
    HoldExpired,
    IllegalStep,
    TimesTaken,
    TooManyHolds,
)
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.plan import BookingPlan

PROCESSES, APART, JUMP = 4, 30, 3 * 24 * 60  # minutes
MEMBERS = 3  # few desks, so that clocks that differ get in each other's way
HOUR = dt.timedelta(hours=1)
AHEAD = dt.timedelta(minutes=2 * APART)
# How often each is done. Overtaken: for a process whose clock is ahead the hold has ended, and it
# takes the times; then the slower one confirms.
KINDS = {"hold": 10, "confirm": 8, "overtaken": 1, "extend": 2, "cancel": 2, "tidy": 2}
REFUSALS = (TimesTaken, TooManyHolds, HoldExpired, IllegalStep, BadPlan)


def walk(steps: int) -> dict[str, int]:
    """Take random steps under random clocks; return who was told what."""
    chance = random.Random(7)
    network = Network.objects.get(pk=WORLD.network)
    persons = list(Person.objects.select_related("network", "organization")[:40])
    first = clock.today() + dt.timedelta(days=1)
    base = clock.now() + dt.timedelta(days=4)
    shifts = [chance.randrange(-APART, APART) for _ in range(PROCESSES)]
    visits: list[Visit] = []
    told: dict[str, int] = {}
    for _ in range(steps):
        if chance.randrange(25) == 0:
            base += dt.timedelta(minutes=chance.randrange(-JUMP, JUMP))
            base = max(base, clock.now() + dt.timedelta(days=1))
        base += dt.timedelta(minutes=chance.randrange(6))
        now = base + dt.timedelta(minutes=chance.choice(shifts))
        with time_machine.travel(now, tick=False):
            try:
                done = one_step(chance, network, persons, first, visits)
                if isinstance(done, Visit):
                    told[str(done.id)] = done.appointments.count()
                elif done is not None:
                    told.pop(done, None)
            except REFUSALS:
                pass
    return told


def one_step(
    chance: random.Random,
    network: Network,
    persons: list[Person],
    first: dt.date,
    visits: list[Visit],
) -> Visit | str | None:
    """Do one of `KINDS`; return what was booked, or the id of what no longer is."""
    kind = chance.choices([*KINDS], [*KINDS.values()])[0]
    if kind == "hold" or not visits:
        visits.append(hold(chance.choice(persons), some_plan(chance, first), network))
    elif kind == "overtaken":
        plan = some_plan(chance, first)
        mine = hold(persons[0], plan, network)
        with time_machine.travel(clock.now() + AHEAD, tick=False):
            visits.append(hold(persons[1], plan, network))
        return actions.confirm_visit(visit=mine, by=None)
    elif kind == "confirm":
        return actions.confirm_visit(
            visit=visits[-1 - chance.randrange(min(9, len(visits)))], by=None
        )
    elif kind == "extend":
        actions.extend_hold(visit=chance.choice(visits), by=None)
    elif kind == "cancel":
        visit = chance.choice(visits)
        actions.cancel_visit(visit=visit, by=None)
        return str(visit.id)
    else:
        mark_expired_holds()
    return None


def some_plan(chance: random.Random, first: dt.date) -> BookingPlan:
    """Return a plan of the next days, with one or three desks one after the other."""
    desks: list[Desk] = [(n, chance.randrange(MEMBERS)) for n in range(chance.choice([1, 3]))]
    day = (clock.today() - first).days + chance.randrange(3)
    return WORLD.plan(first, max(day, 0), chance.randrange(SLOTS_A_DAY - 2), desks)


def hold(person: Person, plan: BookingPlan, network: Network) -> Visit:
    wish = WORLD.wish(network, plan, person.id)
    return actions.hold_visit(person=person, plan=plan, wish=wish, by=None)


def last_sunday(year: int, month: int) -> dt.date:
    day = dt.date(year, month, 31)
    return day - dt.timedelta(days=(day.weekday() + 1) % 7)


def summer_time_differences() -> int:
    """Compare every five minutes of the days around the changes with the rule of the directive."""
    differences = 0
    for year in (2026, 2027, 2028):
        spring, autumn = last_sunday(year, 3), last_sunday(year, 10)
        begins = dt.datetime.combine(spring, dt.time(1), dt.UTC)
        ends = dt.datetime.combine(autumn, dt.time(1), dt.UTC)
        for change in (spring, autumn):
            for day in (change - dt.timedelta(days=1), change, change + dt.timedelta(days=1)):
                for minute in range(0, 24 * 60, 5):
                    differences += is_different(day, minute, begins, ends)
    return differences


def is_different(day: dt.date, minute: int, begins: dt.datetime, ends: dt.datetime) -> bool:
    """Return whether product and rule disagree about the UTC moment of a German wall time."""
    wall = dt.datetime.combine(day, dt.time(minute // 60, minute % 60), dt.UTC)
    possible = [
        moment
        for moment, is_summer in ((wall - 2 * HOUR, True), (wall - HOUR, False))
        if (begins <= moment < ends) is is_summer
    ]
    try:
        found = clock.local_moment(day, wall.time())
    except clock.NoSuchLocalTime:
        found = None
    begin, end = wall_time.utc_range(day, (minute, minute + 5), ZONE)
    expected = possible[0] if possible else None
    is_range_right = expected is None or begin == expected
    return found != expected or not is_range_right or end < begin


def overlook_ended_holds() -> None:
    """Let a hold be confirmed although another process has swept it: the fault to be found."""
    book = booking.book_whole
    booking.book_whole = lambda *what, **how: (book(*what, **how)[0], True)


ZONE = ZoneInfo("Europe/Berlin")

if __name__ == "__main__":
    if os.environ.get("CAMPAIGN_FIXED_ZONE"):
        clock.LOCAL = ZONE = ZoneInfo("Etc/GMT-1")
        print(json.dumps({"told": {}, "differences": summer_time_differences()}))
    else:
        if os.environ.get("CAMPAIGN_UNNOTICED"):
            overlook_ended_holds()
        differences = summer_time_differences()
        with system_scope("campaign"):
            told = walk(int(sys.argv[1]))
        print(json.dumps({"told": told, "differences": differences}))
