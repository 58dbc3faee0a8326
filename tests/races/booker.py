"""One process of the race: plans a visit as everyone else does, then tries to hold and book it."""

from __future__ import annotations

import datetime as dt
import os
import sys
from dataclasses import replace

import django

django.setup()

import time_machine  # noqa: E402 - after the set-up

from knotenpunkt.availability.actions import occupancy  # noqa: E402
from knotenpunkt.directory.models import Service  # noqa: E402
from knotenpunkt.foundation.scope import in_system_scope  # noqa: E402
from knotenpunkt.people.models import Person  # noqa: E402
from knotenpunkt.visits.actions import booking  # noqa: E402
from knotenpunkt.visits.errors import TimesTaken  # noqa: E402
from knotenpunkt.visits.planning.proposals import propose_visits  # noqa: E402
from knotenpunkt.visits.planning.wish import wish_of  # noqa: E402

NEEDS = ("of-bb-anmeldung", "of-gk-orient", "of-vz-konto")
FIRST = dt.date(2027, 3, 1)


@in_system_scope("race")
def main(number: int, rounds: int) -> tuple[int, int]:
    booked = refused = 0
    services = dict(Service.objects.filter(code__in=NEEDS).values_list("code", "id"))
    persons = list(Person.objects.select_related("network").order_by("code"))
    everyone = persons[0]
    wish = wish_of(
        everyone, tuple(services[code] for code in NEEDS), FIRST, FIRST + dt.timedelta(days=25)
    )
    wish = replace(wish, unavailable=(), person_id=None, languages=("uk", "ru"))
    for turn in range(rounds):
        person = persons[(number * rounds + turn) % len(persons)]
        plan = propose_visits(wish).proposals[0].plan
        try:
            visit = booking.hold_visit(person=person, plan=plan, wish=wish, by=None)
            booking.confirm_visit(visit=visit, by=None)
            booked += 1
        except TimesTaken:
            refused += 1
    return booked, refused


if __name__ == "__main__":
    if os.environ.get("WITHOUT_GUARDS"):
        occupancy._locks = lambda claims: []
        owners = dict(Service.objects.values_list("id", "organization_id"))
        booking._check = lambda plan, wish: owners
    with time_machine.travel(dt.datetime(2027, 2, 22, 8, tzinfo=dt.UTC)):
        print(*main(int(sys.argv[1]), int(sys.argv[2])))
