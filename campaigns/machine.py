"""A model of booking that any order of steps must agree with (Hypothesis, stateful).

    python -m campaigns.machine STEPS SEED

Holds, bookings, cancellations, a programme's own time, a waiting list, wishes for an earlier time,
and a clock that moves.
After every step what the database has taken is compared with what the model says, and every offer
with who was first in line. Prints how many steps agreed, and, if one did not, what differed.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from itertools import combinations
from uuid import UUID

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
    run_state_machine_as_test,
)

from campaigns import faults
from campaigns.house import (
    DAYS,
    DESKS,
    FENCED,
    FIRST,
    ORGANIZATIONS,
    PERSONS,
    SLOTS,
    People,
    build,
)
from campaigns.line import see_offers
from campaigns.model import Booked, Leg, Offer, Place, legs_of
from campaigns.story import SOME, SOMEONE, Story
from campaigns.world import WORLD, Desk
from knotenpunkt.availability.enums import Pool
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.people.models import Person
from knotenpunkt.visits import actions
from knotenpunkt.visits.actions import waiting
from knotenpunkt.visits.actions.booking import HOLD, MOST_EXTENSIONS, MOST_HOLDS_OF_A_PERSON
from knotenpunkt.visits.errors import (
    HoldExpired,
    IllegalStep,
    OfferGone,
    Overtaken,
    TimesTaken,
    TooManyHolds,
)
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.planning.wish import wish_of

STEPS_OF_A_STORY = 60
# One desk, or one of each office.
CHOICES = [
    *((it,) for it in DESKS),
    *(pair for pair in combinations(DESKS, ORGANIZATIONS) if pair[0][0] != pair[1][0]),
]


class Booking(Story):
    """Everything that can happen to booked time, in any order."""

    # Holding, booking, giving back

    @rule(
        person=SOMEONE,
        day=st.integers(0, DAYS - 1),
        slot=st.integers(0, SLOTS - 1),
        desks=st.sampled_from(CHOICES),
    )
    def hold(self, person: int, day: int, slot: int, desks: tuple[Desk, ...]) -> None:
        offices = [office for office, _desk in desks]
        plan = WORLD.plan(FIRST, day, slot if len(desks) == 1 else 0, desks)
        who = self.people.persons[person]
        legs = legs_of(plan, who.id, offices)
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
        found = visit.appointments.get(organization=WORLD.organization(FENCED[0])).pool
        assert found == pool, f"time of the programme is booked as {found}"

    @precondition(lambda self: self.house.visits)
    @rule(number=SOME)
    def confirm(self, number: int) -> None:
        it = self._visit(number)
        over = it.is_over(clock.now())
        known = {"held": None, "booked": None}
        expected = HoldExpired if over else known.get(it.status, IllegalStep)
        if it.is_overtaken and it.status != "booked":
            expected = Overtaken
        self._same(expected, lambda: actions.confirm_visit(visit=it.visit, by=None))
        if expected is None:
            self._booked(it)

    def _booked(self, it: Booked) -> None:
        if it.status == "booked":
            return
        it.status, it.expires_at = "booked", None
        if it.offer is not None and it.offer.status == "open":
            it.offer.end("taken")
        if it.changes is not None:
            self.house.replace(it.changes, it)
            old = Visit.objects.get(pk=it.changes.visit.pk)
            assert (old.status, old.replaced_by_id) == ("replaced", it.visit.pk), "she has both"

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
        expected = IllegalStep if it.status in ("expired", "replaced") else None
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
        is_part = it.status == "held" and it.changes is not None
        expected = IllegalStep if is_part else None
        self._same(expected, lambda: actions.cancel_appointment(appointment=row, by=None))
        if it.status in ("held", "booked") and leg in it.legs and not is_part:
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
        self.house.changed(it)
        see_offers(self.house, freed, [skip] if skip else [])

    # The line

    @rule(
        first=SOMEONE, count=st.integers(1, PERSONS), organization=st.integers(0, ORGANIZATIONS - 1)
    )
    def join(self, first: int, count: int, organization: int) -> None:
        for number in range(first, first + count):
            self._joins(number % PERSONS, organization)
        type(self).steps += 1

    def _joins(self, person: int, organization: int) -> None:
        who, services = self.people.persons[person], [SERVICES[organization]]
        same = [
            it
            for it in self.house.places
            if (it.person, it.organization) == (who.id, organization)
            and it.earlier_than is None
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
            self.clock.shift(dt.timedelta(seconds=1))  # so that one is before the other

    @precondition(lambda self: any(it.status == "booked" for it in self.house.visits))
    @rule(is_swept=st.booleans())
    def wish_for_an_earlier_time(self, is_swept: bool) -> None:
        """Everybody who has a time would like an earlier one; perhaps the line is asked at once."""
        for it in self.house.visits:
            if it.status == "booked" and not self.house.wishes(it):
                self._wishes(it)
        if is_swept:
            waiting.ask_line(network=self.people.network)
            see_offers(self.house, [], [])
        type(self).steps += 1

    def _wishes(self, it: Booked) -> None:
        offices = sorted(leg.organization for leg in it.legs.values())
        entry = waiting.join_line(
            person=Person.objects.select_related("network").get(pk=it.person),
            services=[SERVICES[office] for office in offices],
            last_on=FIRST + dt.timedelta(days=DAYS - 1),
            by=self.people.desk,
            visit=it.visit,
        )
        self.house.places.append(Place(entry, it.person, offices[0], earlier_than=it))
        self.clock.shift(dt.timedelta(seconds=1))

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
