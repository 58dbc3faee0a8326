"""The wire is cut before the client has its answer; it sends again with the same key.

Afterwards each key has one visit, and the client was told of it. Control: the key is kept in a
transaction of its own.
"""

from __future__ import annotations

import datetime as dt
import random
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from campaigns.checks import examine
from campaigns.desk import Client, Told, body_of, web
from campaigns.report import Result, progress
from campaigns.stage import stage
from campaigns.world import SLOTS_A_DAY, WORLD
from knotenpunkt.foundation import clock

KEYS_OF = "SELECT count(*) FROM visits_visit"
CUTS_OF_A_KEY = 2
THREADS = 8


def run(*, cuts: int = 2000, control: int = 200) -> Iterator[Result]:
    """Yield what the keys led to after so many cuts, and what they lead to when kept apart."""
    for name, number, apart in (("cuts", cuts, False), ("cuts, key kept apart", control, True)):
        with stage() as house, web(house, workers=2, key_apart=apart) as (port, _parent):
            keys = Keys(port, house.token, number // CUTS_OF_A_KEY)
            keys.send_all()
            found = examine(house, {})
            visits = house.number(KEYS_OF)
        wrong = keys.wrong + abs(visits - keys.number) + found.double + found.half + found.orphaned
        figures = (
            f"{keys.told.cuts} answers cut, {keys.number} keys, {visits} visits, "
            f"{keys.wrong} keys without their visit"
        )
        yield Result(name, figures, wrong, is_control=apart)


@dataclass
class Keys:
    """One key a person and a time, so that nothing is in the way of any of them."""

    port: int
    token: str
    number: int
    told: Told = field(default_factory=Told)
    wrong: int = 0

    def send_all(self) -> None:
        threads = [threading.Thread(target=self._send, args=(n,)) for n in range(THREADS)]
        with progress("cuts", CUTS_OF_A_KEY * self.number, lambda: self.told.cuts):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

    def _send(self, thread: int) -> None:
        client = Client(self.port, self.token, self.told, random.Random(thread))
        first = clock.today() + dt.timedelta(days=1)
        for number in range(thread, self.number, THREADS):
            day, rest = divmod(number, SLOTS_A_DAY * WORLD.staff)
            slot, member = divmod(rest, WORLD.staff)
            plan = WORLD.plan(first, day, slot, [(0, member)])
            body, key = body_of(plan, WORLD.person(number % WORLD.persons)), str(uuid.uuid4())
            status, answer = client.post("/visits", body, key, cuts=CUTS_OF_A_KEY)
            again, repeated = client.post("/visits", body, key)
            is_right = (status, again) == (201, 201) and answer["id"] == repeated["id"]
            if not is_right or not UUID(answer["id"]):
                self.wrong += 1
