"""What every story rests on: a house, a clock that moves, a programme, and what must hold.

The rules of booking and of the waiting list stand in `campaigns.machine`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from campaigns.house import BEGIN, DAYS, FIRST, PERSONS, People, begin_anew
from campaigns.model import Booked, House
from knotenpunkt.availability.actions.pools import enrol, leave_pool, release_pool
from knotenpunkt.availability.models import Occupancy
from knotenpunkt.foundation import clock
from knotenpunkt.visits.actions.expiring import mark_expired_holds
from knotenpunkt.visits.errors import (
    HoldExpired,
    IllegalStep,
    OfferGone,
    Overtaken,
    TimesTaken,
    TooManyHolds,
)

NIGHT = FIRST  # stories end before the first day of the house begins
LONG = dt.timedelta(hours=4, minutes=5)  # longer than an offer lasts
SOMEONE = st.integers(0, PERSONS - 1)
SOME = st.integers(0, 10**6)
FORESEEN = (TimesTaken, TooManyHolds, HoldExpired, IllegalStep, OfferGone, Overtaken)


class Story(RuleBasedStateMachine):
    """A house that is empty, in the morning before its first day."""

    steps = 0
    people: People

    @initialize()
    def begin(self) -> None:
        begin_anew()
        self.travel = time_machine.travel(BEGIN, tick=False)
        self.clock = self.travel.start()
        self.house = House()

    def teardown(self) -> None:
        if hasattr(self, "travel"):
            self.travel.stop()

    # The programme

    @rule(person=SOMEONE)
    def enter_the_programme(self, person: int) -> None:
        who = self.people.persons[person]
        self._same(None, lambda: enrol(pool=self.people.pool, person=who, by=self.people.desk))
        self.house.members.add(who.id)

    @rule(person=SOMEONE)
    def leave_the_programme(self, person: int) -> None:
        who = self.people.persons[person]
        self._same(None, lambda: leave_pool(pool=self.people.pool, person=who, by=self.people.desk))
        self.house.members.discard(who.id)

    @precondition(lambda self: clock.now() < self.house.released_at)
    @rule(luck=st.integers(0, 5))
    def release(self, luck: int) -> None:
        if luck:  # else the programme's own time would hardly be seen
            return
        last = FIRST + dt.timedelta(days=DAYS)
        pool, desk = self.people.pool, self.people.desk
        self._same(
            None, lambda: release_pool(pool=pool, first=FIRST, last=last, note="free", by=desk)
        )
        self.house.released_at = clock.now()

    # Time

    @rule(minutes=st.integers(1, 12))
    def wait(self, minutes: int) -> None:
        self.clock.shift(dt.timedelta(minutes=minutes))
        type(self).steps += 1

    @precondition(lambda self: clock.local_day(clock.now() + 2 * LONG) < NIGHT)
    @rule()
    def wait_long(self) -> None:
        self.clock.shift(LONG)
        type(self).steps += 1

    @rule()
    def tidy(self) -> None:
        over = [it for it in self.house.visits if it.is_over(clock.now())]
        assert mark_expired_holds() == len(over)
        for it in over:
            it.status = "expired"
        type(self).steps += 1

    @invariant()
    def what_is_taken_is_what_the_model_says(self) -> None:
        if not hasattr(self, "clock"):
            return
        rows = Occupancy.objects.exclude(expires_at__lte=clock.now())
        found = sorted(
            (resource, during.lower, during.upper)
            for resource, during in rows.values_list("resource", "during")
        )
        assert found == sorted(self.house.taken()), "something else is taken"

    def _same(self, expected: type[Exception] | None, do: Callable[[], object]) -> None:
        """Do it; it must end as the model says."""
        raised: type[Exception] | None = None
        try:
            do()
        except FORESEEN as error:
            raised = type(error)
        assert raised is expected, f"{raised} instead of {expected}"
        type(self).steps += 1

    def _visit(self, number: int) -> Booked:
        return self.house.visits[number % len(self.house.visits)]
