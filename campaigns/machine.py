"""A model of booking that any order of steps must agree with (Hypothesis, stateful).

    python -m campaigns.machine STEPS SEED

Holds, bookings, cancellations, a programme's own time, a waiting list and a clock that moves.
After every step what the database has taken is compared with what the model says, and every offer
with who was first in line. Prints how many steps agreed, and, if one did not, what differed.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable
from uuid import UUID

import time_machine
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

from campaigns import faults
from campaigns.house import (
    BEGIN,
    DAYS,
    FENCED,
    FIRST,
    MEMBERS,
    ORGANIZATIONS,
    PERSONS,
    SLOTS,
    People,
    begin_anew,
    build,
)
from campaigns.line import see_offers
from campaigns.model import Booked, House, Leg, Offer, Place, legs_of
from campaigns.world import WORLD
from knotenpunkt.availability.actions.pools import enrol, leave_pool, release_pool
from knotenpunkt.availability.enums import Pool
from knotenpunkt.availability.models import Occupancy
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.visits import actions
from knotenpunkt.visits.actions import waiting
from knotenpunkt.visits.actions.booking import HOLD, MOST_EXTENSIONS, MOST_HOLDS_OF_A_PERSON
from knotenpunkt.visits.actions.expiring import mark_expired_holds
from knotenpunkt.visits.errors import (
    HoldExpired,
    IllegalStep,
    OfferGone,
    TimesTaken,
    TooManyHolds,
)
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.planning.wish import wish_of

STEPS_OF_A_STORY = 60
NIGHT = FIRST  # stories end before the first day of the house begins
LONG = dt.timedelta(hours=4, minutes=5)  # longer than an offer lasts
SOMEONE = st.integers(0, PERSONS - 1)
SOME = st.integers(0, 10**6)


class Booking(RuleBasedStateMachine):
    """Everything that can happen to booked time, in any order."""

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

    # Holding, booking, giving back

    @rule(
        person=SOMEONE,
        day=st.integers(0, DAYS - 1),
        slot=st.integers(0, SLOTS - 1),
        members=st.lists(st.integers(0, MEMBERS - 1), min_size=1, max_size=ORGANIZATIONS),
    )
    def hold(self, person: int, day: int, slot: int, members: list[int]) -> None:
        plan = WORLD.plan(FIRST, day, slot, list(enumerate(members)))
        who = self.people.persons[person]
        legs = legs_of(plan, who.id, list(range(len(members))))
        wish = wish_of(who, tuple(leg.service for leg in plan.legs), FIRST, FIRST)
        expected: type[Exception] | None = None
        if self.house.holds(who.id) >= MOST_HOLDS_OF_A_PERSON:
            expected = TooManyHolds
        elif self._is_gone(who.id, list(legs.values())):
            expected = TimesTaken
        made: list[Visit] = []

        def do() -> None:
            made.append(actions.hold_visit(person=who, plan=plan, wish=wish, by=None))

        self._same(expected, do)
        if made:
            self.house.visits.append(Booked(made[0], who.id, legs, clock.now() + HOLD))
            if any(leg.is_fenced for leg in legs.values()):
                self._paid_by_the_programme(made[0])

    def _is_gone(self, person: UUID, legs: list[Leg]) -> bool:
        """Return whether some of it is taken, or kept for a programme she is not in."""
        is_open = all(self.house.may_use(person, leg) for leg in legs)
        return not is_open or self.house.is_taken(row for leg in legs for row in leg.rows)

    def _paid_by_the_programme(self, visit: Visit) -> None:
        """While it is kept, the programme's time is written down as the programme's."""
        kept = clock.now() < self.house.released_at
        pool = Pool.RING_FENCED if kept else Pool.REGULAR
        found = visit.appointments.get(position=FENCED[0]).pool
        assert found == pool, f"time of the programme is booked as {found}"

    @precondition(lambda self: self.house.visits)
    @rule(number=SOME)
    def confirm(self, number: int) -> None:
        it = self._visit(number)
        over = it.is_over(clock.now())
        known = {"held": None, "booked": None}
        expected = HoldExpired if over else known.get(it.status, IllegalStep)
        self._same(expected, lambda: actions.confirm_visit(visit=it.visit, by=None))
        if expected is None:
            self._booked(it)

    def _booked(self, it: Booked) -> None:
        it.status, it.expires_at = "booked", None
        if it.offer is not None and it.offer.status == "open":
            it.offer.end("taken")

    @precondition(lambda self: self.house.visits)
    @rule(number=SOME)
    def extend(self, number: int) -> None:
        it = self._visit(number)
        may = it.status == "held" and it.extended < MOST_EXTENSIONS and it.offer is None
        expected = HoldExpired if it.is_over(clock.now()) else None if may else IllegalStep
        self._same(expected, lambda: actions.extend_hold(visit=it.visit, by=None))
        if expected is None:
            it.expires_at, it.extended = clock.now() + HOLD, it.extended + 1

    @precondition(lambda self: self.house.visits)
    @rule(number=SOME)
    def cancel(self, number: int) -> None:
        it = self._visit(number)
        expected = IllegalStep if it.status == "expired" else None
        self._same(expected, lambda: actions.cancel_visit(visit=it.visit, by=None))
        if expected is None and it.status != "cancelled":
            self._given_back(it, list(it.legs))

    @precondition(lambda self: self.house.visits)
    @rule(number=SOME, leg=st.integers(0, ORGANIZATIONS - 1))
    def cancel_one(self, number: int, leg: int) -> None:
        it = self._visit(number)
        row = it.visit.appointments.filter(position=leg).first()
        if row is None:
            return
        self._same(None, lambda: actions.cancel_appointment(appointment=row, by=None))
        if it.status in ("held", "booked") and leg in it.legs:
            self._given_back(it, [leg])

    def _given_back(self, it: Booked, positions: list[int]) -> None:
        freed = [it.legs[position] for position in positions]
        skip = None
        if len(positions) == len(it.legs):
            it.status = "cancelled"
            if it.offer is not None and it.offer.status == "open":
                it.offer.end("declined")
                skip = it.offer.place
        for position in positions:
            it.legs.pop(position)
        see_offers(self.house, freed, [skip] if skip else [])

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

    # The line

    @rule(person=SOMEONE, organization=st.integers(0, ORGANIZATIONS - 1))
    def join(self, person: int, organization: int) -> None:
        who, services = self.people.persons[person], [SERVICES[organization]]
        same = [
            it
            for it in self.house.places
            if (it.person, it.organization) == (who.id, organization)
            and it.status in ("waiting", "offered")
        ]
        entry = waiting.join_line(
            person=who,
            services=services,
            last_on=FIRST + dt.timedelta(days=DAYS - 1),
            by=self.people.desk,
        )
        assert [it.entry.pk for it in same] in ([], [entry.pk]), "two places for one wait"
        if not same:
            self.house.places.append(Place(entry, who.id, organization))
        type(self).steps += 1

    @precondition(lambda self: self.house.places)
    @rule(number=SOME)
    def leave(self, number: int) -> None:
        place = self.house.places[number % len(self.house.places)]
        self._same(None, lambda: waiting.leave_line(entry=place.entry, by=None))
        if place.status not in ("waiting", "offered"):
            return
        held = [it for it in self.house.offers if it.place is place and it.status == "open"]
        for offer in held:
            self._ended(offer, "declined")
        place.status = "left"
        see_offers(self.house, [leg for it in held for leg in it.booked.legs.values()], [place])

    @precondition(lambda self: self.house.offers)
    @rule(number=SOME)
    def take(self, number: int) -> None:
        offer = self.house.offers[number % len(self.house.offers)]
        over = offer.booked.is_over(clock.now()) or offer.booked.status == "expired"
        known = {"open": OfferGone if over else None, "taken": None}
        expected = known.get(offer.status, OfferGone)
        self._same(expected, lambda: waiting.take_offer(offer=offer.row, by=None))
        if offer.status == "open" and expected is None:
            self._booked(offer.booked)

    @precondition(lambda self: self.house.offers)
    @rule(number=SOME)
    def decline(self, number: int) -> None:
        offer = self.house.offers[number % len(self.house.offers)]
        expected = None if offer.status in ("open", "declined") else OfferGone
        self._same(expected, lambda: waiting.decline_offer(offer=offer.row, by=None))
        if offer.status == "open":
            self._ended(offer, "declined")
            see_offers(self.house, list(offer.booked.legs.values()), [offer.place])

    def _ended(self, offer: Offer, status: str) -> None:
        offer.end(status)
        if offer.booked.status == "held":
            over = offer.booked.is_over(clock.now())
            offer.booked.status = "expired" if over else "cancelled"

    @rule()
    def pass_on(self) -> None:
        late = [
            it
            for it in self.house.offers
            if it.status == "open" and it.row.expires_at <= clock.now()
        ]
        passed = waiting.pass_on_offers()
        assert passed == len(late), f"{passed} offers went on instead of {len(late)}"
        for offer in late:
            self._ended(offer, "passed")
        freed = [leg for it in late for leg in it.booked.legs.values()]
        see_offers(self.house, freed, [it.place for it in late])
        type(self).steps += 1

    @rule(luck=st.integers(0, 3))
    def sweep(self, luck: int) -> None:
        if luck:
            return
        waiting.ask_line(network=self.people.network)
        see_offers(self.house, [], [])
        type(self).steps += 1

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
        except (TimesTaken, TooManyHolds, HoldExpired, IllegalStep, OfferGone) as error:
            raised = type(error)
        assert raised is expected, f"{raised} instead of {expected}"
        type(self).steps += 1

    def _visit(self, number: int) -> Booked:
        return self.house.visits[number % len(self.house.visits)]


SERVICES: list[Service] = []


def main(steps: int, first_seed: int) -> int:
    build()
    Booking.people = People()
    SERVICES.extend(Service.objects.get(pk=WORLD.service(it)) for it in range(ORGANIZATIONS))
    faults.plant(os.environ.get("CAMPAIGN_FAULT", ""))
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
    with system_scope("stories"):
        sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
