"""One process of clients: threads that draw the same times and book them, each with a connection.

    python -m campaigns.booker NUMBER PROCESSES THREADS BOOKINGS LEDGER

Prints how many were refused. Every acknowledged visit is a line of the ledger, written after the
commit. CAMPAIGN_WEB (port, key of the desk, number of threads) lets so many threads of the first
process book through the API instead of the actions. With CAMPAIGN_EARLY in the environment these
clients say yes before they ask the database, which is the control of the disk.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import sys
import threading
import time
from http import HTTPStatus
from pathlib import Path
from typing import TextIO
from uuid import UUID, uuid4

from django.db import DatabaseError, InterfaceError, connection

from campaigns.desk import Client, Told, body_of
from campaigns.world import SLOTS_A_DAY, WORLD, Desk
from knotenpunkt.availability.actions import occupancy
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Network
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import booking
from knotenpunkt.visits.errors import TimesTaken, TooManyHolds
from knotenpunkt.visits.plan import BookingPlan

IS_EARLY = bool(os.environ.get("CAMPAIGN_EARLY"))
LONGEST_SECONDS = float(os.environ.get("CAMPAIGN_SECONDS", "2400"))
ENOUGH_FAILED = int(os.environ.get("CAMPAIGN_FAILED", "1000000"))
WEB = os.environ.get("CAMPAIGN_WEB", "").split()
OVER_HTTP = int(WEB[2]) if WEB else 0
AHEAD = 6  # how many times lie open before all clients at once: fewer make more conflicts
LONG_VISIT = 10  # every tenth visit has three legs
PLACES = WORLD.days * SLOTS_A_DAY  # times of one desk
FULL = 0.7  # share of the times that is booked in the end


class Refused(Exception):
    """The API said that someone was faster, or that she holds enough."""


def a_desk(chance: random.Random) -> Client:
    port, token, _threads = WEB
    return Client(int(port), token, Told(), chance)


def desk_books(desk: Client, plan: BookingPlan, person: UUID) -> UUID:
    """Hold and confirm through the API, each with a key of its own. Raises `Refused`."""
    status, held = desk.post("/visits", body_of(plan, person), str(uuid4()))
    if status != HTTPStatus.CREATED:
        raise Refused(str(held.get("type")))
    status, booked = desk.post(f"/visits/{held['id']}/confirm", {}, str(uuid4()))
    if status != HTTPStatus.OK:
        raise Refused(str(booked.get("type")))
    return UUID(held["id"])


class Clients:
    """What the threads of this process share."""

    def __init__(self, number: int, ledger: TextIO, wanted: int, total: int) -> None:
        self.number, self.ledger = number, ledger
        # Few bookings meet at few desks, many at all of them: in the end the times are as full.
        self.staff = WORLD.staff if total > 5000 else 2
        legs = total * (LONG_VISIT + 2) / LONG_VISIT
        places = int(legs / (WORLD.organizations * self.staff * FULL))
        self.places = min(max(places, AHEAD + 3), PLACES)
        self.network = Network.objects.get(pk=WORLD.network)
        with system_scope("campaign"):
            self.persons = list(Person.objects.select_related("network", "organization"))
        self.first = clock.today() + dt.timedelta(days=1)
        self.lock = threading.Lock()
        self.wanted, self.booked = wanted, 0
        self.refused = self.failed = 0
        self.until = time.monotonic() + LONGEST_SECONDS

    def run(self, thread: int) -> None:
        """Book until as many as wanted are acknowledged to all threads, or time is over."""
        chance = random.Random(1000 * self.number + thread)
        desk = a_desk(chance) if self.number == 0 and thread < OVER_HTTP else None
        while (
            self.booked < self.wanted
            and time.monotonic() < self.until
            and self.failed < ENOUGH_FAILED
        ):
            try:
                self._try(chance, min(self.booked / self.wanted, 1.0), desk)
            except (TimesTaken, TooManyHolds, Refused):
                self.refused += 1
            except (DatabaseError, InterfaceError):
                self.failed += 1
                if IS_EARLY:  # she went home with a yes, and with nothing behind it
                    self._note(uuid4(), 1)
                connection.close()
                time.sleep(0.05)
        connection.close()

    def _try(self, chance: random.Random, progress: float, desk: Client | None) -> None:
        """Draw a time near the front that all clients share, and book it."""
        legs = 3 if chance.randrange(LONG_VISIT) == 0 else 1
        front = int(progress * (self.places - AHEAD - legs)) + chance.randrange(AHEAD)
        day, slot = divmod(front, SLOTS_A_DAY)
        organizations = chance.sample(range(WORLD.organizations), legs)
        desks: list[Desk] = [(it, chance.randrange(self.staff)) for it in organizations]
        plan = WORLD.plan(self.first, day, min(slot, SLOTS_A_DAY - legs), desks)
        person = chance.choice(self.persons)
        visit = desk_books(desk, plan, person.id) if desk else self._book(plan, person)
        self._note(visit, legs)

    def _book(self, plan: BookingPlan, person: Person) -> UUID:
        wish = WORLD.wish(self.network, plan, person.id)
        visit = booking.hold_visit(person=person, plan=plan, wish=wish, by=None)
        return booking.confirm_visit(visit=visit, by=None).id

    def _note(self, visit: UUID, legs: int) -> None:
        with self.lock:
            self.booked += 1
            self.ledger.write(f"{visit} {legs}\n")
            self.ledger.flush()


def drop_guards() -> None:
    """Take away locks and checks; the campaign has dropped the constraint."""
    occupancy._locks = lambda claims: []
    booking._check = lambda plan, wish: {
        WORLD.service(it): WORLD.organization(it) for it in range(WORLD.organizations)
    }


def main(number: int, processes: int, threads: int, bookings: int, ledger: Path) -> None:
    if os.environ.get("CAMPAIGN_WITHOUT_GUARDS"):
        drop_guards()
    with ledger.open("a") as file:
        clients = Clients(number, file, bookings, bookings * processes)
        workers = [threading.Thread(target=clients.run, args=(it,)) for it in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    print(clients.refused, clients.failed)


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:5]), Path(sys.argv[5]))
