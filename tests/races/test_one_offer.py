"""One offer, two answers at the same moment: exactly one counts.

Negative control: without the lock a no that looked too early counts beside the yes.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest
import time_machine
from django.db import connection

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Network
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import hold_visit, waiting
from knotenpunkt.visits.actions.waiting import decline_offer, take_offer
from knotenpunkt.visits.enums import VisitStatus, WaitingStatus
from knotenpunkt.visits.errors import OfferGone
from knotenpunkt.visits.models import WaitingEntry, WaitingOffer
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish, wish_of
from tests.conftest import BOOKING_DAY, FIRST, LAST

pytestmark = pytest.mark.race
ROUNDS = 8
EMPTY = "TRUNCATE visits_visit, availability_occupancy, visits_waitingentry CASCADE"
Answer = Callable[..., object]


@dataclass
class Scene:
    """Someone in line, and the plan of the time that is offered to her."""

    person: Person
    wish: VisitWish
    plan: BookingPlan
    superuser: psycopg.Connection

    def offer(self) -> WaitingOffer:
        """Begin anew: the time is held for her, and nobody has answered."""
        self.superuser.execute(EMPTY)
        held = hold_visit(
            person=self.person, plan=self.plan, wish=self.wish, by=None, lasts=waiting.OFFERED_FOR
        )
        assert self.person.organization is not None
        assert held.hold_expires_at is not None
        entry = WaitingEntry.objects.create(
            network=self.person.network,
            person=self.person,
            organization=self.person.organization,
            last_on=LAST,
            since=clock.now(),
            status=WaitingStatus.OFFERED,
        )
        return WaitingOffer.objects.create(
            entry=entry, visit=held, offered_at=clock.now(), expires_at=held.hold_expires_at
        )


@pytest.fixture
def scene(loaded_network: Network, django_db_blocker: object) -> Iterator[Scene]:
    unblocked = django_db_blocker.unblock()  # type: ignore[attr-defined]
    with (
        unblocked,
        time_machine.travel(BOOKING_DAY),
        system_scope("race"),
        psycopg.connect(os.environ["SUPERUSER_DATABASE_URL"], autocommit=True) as superuser,
    ):
        superuser.execute(EMPTY)
        person = Person.objects.select_related("network", "organization").get(code="cl-01")
        service = loaded_network.organizations.get(services__code="of-bb-anmeldung")
        wish = wish_of(person, (service.services.get(code="of-bb-anmeldung").pk,), FIRST, LAST)
        yield Scene(person, wish, propose_visits(wish).proposals[0].plan, superuser)
        superuser.execute(EMPTY)
        connection.close()


def answers(offer: WaitingOffer, *both: Answer) -> list[bool]:
    """Let both answer at once; return for each whether it was told that it counts."""
    start, told = threading.Barrier(len(both)), [False] * len(both)

    def answer(number: int) -> None:
        with system_scope("race"):
            start.wait()
            try:
                both[number](offer=WaitingOffer.objects.get(pk=offer.pk), by=None)
                told[number] = True
            except OfferGone:
                pass
        connection.close()

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(len(both))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_of_yes_and_no_at_once_exactly_one_counts(scene: Scene) -> None:
    for _ in range(ROUNDS):
        offer = scene.offer()

        told = answers(offer, take_offer, decline_offer)

        offer.refresh_from_db()
        offer.visit.refresh_from_db()
        assert sorted(told) == [False, True]
        assert (offer.status, offer.visit.status) == (
            ("taken", VisitStatus.BOOKED) if told[0] else ("declined", VisitStatus.CANCELLED)
        )


def test_two_who_say_yes_for_her_book_once(scene: Scene) -> None:
    offer = scene.offer()

    told = answers(offer, take_offer, take_offer)

    offer.visit.refresh_from_db()
    assert told == [True, True]
    assert (WaitingOffer.objects.count(), offer.visit.status) == (1, VisitStatus.BOOKED)


def test_without_the_lock_a_no_that_looked_too_early_would_count_as_well(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = scene.offer()
    looked_before = WaitingOffer.objects.select_related("entry", "visit").get(pk=offer.pk)
    take_offer(offer=offer, by=None)
    monkeypatch.setattr(waiting, "_locked", lambda found: (found.entry, found))

    decline_offer(offer=looked_before, by=None)

    now = WaitingOffer.objects.select_related("visit").get()
    assert (now.status, now.visit.status) == ("declined", VisitStatus.BOOKED)
