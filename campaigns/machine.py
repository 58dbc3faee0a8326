"""A model of booking that any order of steps must agree with (Hypothesis, stateful).

    python -m campaigns.machine STEPS SEED

A small house, so that almost everything is in the way of something. After every step what the
database has taken is compared with what the model says. Prints how many steps agreed, and, if one
did not, what differed.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import time_machine
from django.db import connection
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from campaigns.booker import drop_guards
from campaigns.world import WORLD, Desk
from knotenpunkt.availability.models import Occupancy
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Network
from knotenpunkt.people.models import Person
from knotenpunkt.visits import actions
from knotenpunkt.visits.actions.booking import (
    HOLD,
    MOST_EXTENSIONS,
    MOST_HOLDS_OF_A_PERSON,
)
from knotenpunkt.visits.actions.expiring import mark_expired_holds
from knotenpunkt.visits.errors import (
    HoldExpired,
    IllegalStep,
    TimesTaken,
    TooManyHolds,
)
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.plan import BookingPlan

PERSONS, MEMBERS, DAYS, SLOTS, ORGANIZATIONS = 3, 2, 2, 4, 3
STEPS_OF_A_STORY = 60
EMPTY = "TRUNCATE visits_visit, availability_occupancy CASCADE"
Taken = tuple[UUID, dt.datetime, dt.datetime]


@dataclass
class Model:
    """What one visit should be. `legs` are those still active, by position."""

    visit: Visit
    person: UUID
    legs: dict[int, list[Taken]]
    expires_at: dt.datetime | None
    status: str = "held"
    extended: int = 0

    def is_over(self, now: dt.datetime) -> bool:
        return self.status == "held" and self.expires_at is not None and self.expires_at <= now

    def taken(self, now: dt.datetime) -> list[Taken]:
        if self.status in ("cancelled", "expired") or self.is_over(now):
            return []
        return [row for rows in self.legs.values() for row in rows]


class Booking(RuleBasedStateMachine):
    """Holds, extensions, bookings, cancellations, a clock that moves, and the job that tidies."""

    steps = 0

    @initialize()
    def begin(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(EMPTY)
        self.first = REAL_TODAY + dt.timedelta(days=1)
        self.travel = time_machine.travel(clock.local_moment(REAL_TODAY, dt.time(6)), tick=False)
        self.clock = self.travel.start()
        self.visits: list[Model] = []

    def teardown(self) -> None:
        if hasattr(self, "travel"):
            self.travel.stop()

    @rule(
        person=st.integers(0, PERSONS - 1),
        day=st.integers(0, DAYS - 1),
        slot=st.integers(0, SLOTS - 1),
        members=st.lists(st.integers(0, MEMBERS - 1), min_size=1, max_size=ORGANIZATIONS),
    )
    def hold(self, person: int, day: int, slot: int, members: list[int]) -> None:
        desks: list[Desk] = list(enumerate(members))
        plan = WORLD.plan(self.first, day, slot, desks)
        who = PEOPLE[WORLD.person(person)]
        legs = _rows(plan, who.id)
        expected = self._expected(who.id, legs)
        wish = WORLD.wish(NETWORK, plan, who.id)
        made: list[Visit] = []

        def do() -> None:
            made.append(actions.hold_visit(person=who, plan=plan, wish=wish, by=None))

        self._same(expected, do)
        if made:
            self.visits.append(Model(made[0], who.id, legs, clock.now() + HOLD))

    def _expected(self, person: UUID, legs: dict[int, list[Taken]]) -> type[Exception] | None:
        now = clock.now()
        held = [v for v in self.visits if v.person == person and v.status == "held"]
        if sum(not v.is_over(now) for v in held) >= MOST_HOLDS_OF_A_PERSON:
            return TooManyHolds
        taken = [row for visit in self.visits for row in visit.taken(now)]
        wanted = [row for rows in legs.values() for row in rows]
        meets = any(a[0] == b[0] and a[1] < b[2] and b[1] < a[2] for a in wanted for b in taken)
        return TimesTaken if meets else None

    def _same(self, expected: type[Exception] | None, do: Callable[[], object]) -> None:
        """Do it; it must end as the model says."""
        raised: type[Exception] | None = None
        try:
            do()
        except (TimesTaken, TooManyHolds, HoldExpired, IllegalStep) as error:
            raised = type(error)
        assert raised is expected, f"{raised} instead of {expected}"
        type(self).steps += 1

    @precondition(lambda self: self.visits)
    @rule(number=st.integers(0, 10**6))
    def confirm(self, number: int) -> None:
        it = self._visit(number)
        over = it.is_over(clock.now())
        known = {"held": None, "booked": None}
        expected = HoldExpired if over else known.get(it.status, IllegalStep)
        self._same(expected, lambda: actions.confirm_visit(visit=it.visit, by=None))
        if expected is None:
            it.status, it.expires_at = "booked", None

    @precondition(lambda self: self.visits)
    @rule(number=st.integers(0, 10**6))
    def extend(self, number: int) -> None:
        it = self._visit(number)
        may = it.status == "held" and it.extended < MOST_EXTENSIONS
        expected = HoldExpired if it.is_over(clock.now()) else None if may else IllegalStep
        self._same(expected, lambda: actions.extend_hold(visit=it.visit, by=None))
        if expected is None:
            it.expires_at, it.extended = clock.now() + HOLD, it.extended + 1

    @precondition(lambda self: self.visits)
    @rule(number=st.integers(0, 10**6))
    def cancel(self, number: int) -> None:
        it = self._visit(number)
        expected = IllegalStep if it.status == "expired" else None
        self._same(expected, lambda: actions.cancel_visit(visit=it.visit, by=None))
        if expected is None:
            it.status = "cancelled"

    @precondition(lambda self: self.visits)
    @rule(number=st.integers(0, 10**6), leg=st.integers(0, ORGANIZATIONS - 1))
    def cancel_one(self, number: int, leg: int) -> None:
        it = self._visit(number)
        row = it.visit.appointments.filter(position=leg).first()
        if row is None:
            return
        self._same(None, lambda: actions.cancel_appointment(appointment=row, by=None))
        if it.status in ("held", "booked"):
            it.legs.pop(leg, None)
            it.status = it.status if it.legs else "cancelled"

    @rule(minutes=st.integers(1, 12))
    def wait(self, minutes: int) -> None:
        self.clock.shift(dt.timedelta(minutes=minutes))
        type(self).steps += 1

    @rule()
    def tidy(self) -> None:
        over = [it for it in self.visits if it.is_over(clock.now())]
        assert mark_expired_holds() == len(over)
        for it in over:
            it.status = "expired"
        type(self).steps += 1

    @invariant()
    def what_is_taken_is_what_the_model_says(self) -> None:
        if not hasattr(self, "clock"):
            return
        now = clock.now()
        rows = Occupancy.objects.exclude(expires_at__lte=now).values_list("resource", "during")
        found = sorted((resource, during.lower, during.upper) for resource, during in rows)
        assert found == sorted(row for visit in self.visits for row in visit.taken(now))

    def _visit(self, number: int) -> Model:
        return self.visits[number % len(self.visits)]


def _rows(plan: BookingPlan, person: UUID) -> dict[int, list[Taken]]:
    """Return what each leg takes: the person, the staff member, her room."""
    return {
        position: [
            (resource, leg.starts_at, leg.ends_at)
            for resource in (person, *leg.staff, leg.room)
            if resource
        ]
        for position, leg in enumerate(plan.legs)
    }


REAL_TODAY = clock.today()
NETWORK = Network.objects.get(pk=WORLD.network)
WANTED = [WORLD.person(number) for number in range(PERSONS)]
PEOPLE = Person.objects.select_related("network", "organization").in_bulk(WANTED)


def main(steps: int, first_seed: int) -> int:
    if os.environ.get("CAMPAIGN_WITHOUT_GUARDS"):
        drop_guards()
    stories = settings(
        max_examples=20, stateful_step_count=STEPS_OF_A_STORY, deadline=None, database=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    number = first_seed
    while Booking.steps < steps:
        try:
            run_state_machine_as_test(seed(number)(Booking), settings=stories)
        except AssertionError as error:
            print(Booking.steps, str(error).replace("\n", " ")[:200] or "differs")
            return 1
        number += 1
    print(Booking.steps)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
