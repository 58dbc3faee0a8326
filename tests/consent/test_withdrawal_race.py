"""Five hundred reads and withdrawals at once: nothing is read after a withdrawal was acknowledged.

Negative control: a reader that remembers what it may see is caught by the same check.
"""

from __future__ import annotations

import datetime as dt
import random
import threading
import time
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
import time_machine
from django.db import connection

from knotenpunkt.foundation.scope import system_scope, viewer_scope
from knotenpunkt.network.models import Account, Network
from knotenpunkt.people.actions import give_consent, withdraw_consent, write_item
from knotenpunkt.people.models import Consent, Grant, Item, Person
from knotenpunkt.people.queries import items_visible_to
from knotenpunkt.web.scope import viewer_of
from tests.conftest import BOOKING_DAY
from tests.consent.conftest import EXPLAINED, SIGNED, terms

pytestmark = pytest.mark.race

READERS, READS, WITHDRAWALS, LAST_LOOKS = 5, 80, 100, 4
Look = Callable[[Account, UUID], bool]


@pytest.fixture
def consents(loaded_network: Network, committed: None) -> Iterator[list[Consent]]:
    """One consent for each of many persons, committed; deleted afterwards."""
    with time_machine.travel(BOOKING_DAY), system_scope("race"):
        giver = Account.objects.get(staff_member__code="st-ki03")
        reader = Account.objects.get(staff_member__code="st-jc05")
        made = []
        for number in range(WITHDRAWALS):
            person = Person.objects.create(
                network=loaded_network,
                organization=giver.staff_member.organization,
                case_lead=giver.staff_member,
                given_name=f"Race {number}",
                birth_date=dt.date(1990, 2, 2),
                birth_precision="day",
                languages=["uk"],
                created_at=BOOKING_DAY,
            )
            write_item(subject=person, category="school", body="x", by=giver)
            made.append(
                give_consent(
                    subject=person,
                    terms=terms(reader.staff_member),
                    explanation=EXPLAINED,
                    signature=SIGNED,
                    by=giver,
                )
            )
        yield made
        persons = [it.subject_id for it in made]
        Grant.objects.filter(subject__in=persons).delete()
        Item.objects.filter(subject__in=persons).delete()
        Consent.objects.filter(subject__in=persons).delete()
        Person.objects.filter(pk__in=persons).delete()


def race(consents: list[Consent], look: Look) -> tuple[int, int, int]:
    """Return (reads, reads that saw something, reads begun after the acknowledgement that did)."""
    acknowledged: dict[UUID, float] = {}
    seen: list[tuple[UUID, float, bool]] = []
    done = threading.Event()

    def read(seed: int) -> None:
        chosen = random.Random(seed)
        account = Account.objects.get(staff_member__code="st-jc05")
        with viewer_scope(viewer_of(account)):
            for _ in range(READS):
                subject = chosen.choice(consents).subject_id
                began = time.monotonic()
                seen.append((subject, began, look(account, subject)))
            done.wait()  # one more look at each, all of them after the acknowledgement
            seen.extend(
                (it.subject_id, time.monotonic(), look(account, it.subject_id))
                for it in consents[:LAST_LOOKS]
            )
        connection.close()

    def withdraw() -> None:
        with system_scope("race"):
            for consent in consents:
                withdraw_consent(consent=consent, by=None, how="phone")
                acknowledged[consent.subject_id] = time.monotonic()
        done.set()
        connection.close()

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(READERS)]
    threads.append(threading.Thread(target=withdraw))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done.is_set()
    late = [it for it in seen if it[2] and it[1] > acknowledged[it[0]]]
    return len(seen), sum(it[2] for it in seen), len(late)


def asks_each_time(account: Account, subject: UUID) -> bool:
    return items_visible_to(account).filter(subject=subject).exists()


def test_nothing_is_read_after_an_acknowledged_withdrawal(consents: list[Consent]) -> None:
    with time_machine.travel(BOOKING_DAY, tick=True):
        reads, saw, late = race(consents, asks_each_time)

    assert reads + WITHDRAWALS == 500 + READERS * LAST_LOOKS
    assert saw > 0
    assert late == 0


def test_a_reader_that_remembers_is_caught(consents: list[Consent]) -> None:
    remembered: dict[UUID, bool] = {}

    def remembers(account: Account, subject: UUID) -> bool:
        return remembered.setdefault(subject, True)

    with time_machine.travel(BOOKING_DAY, tick=True):
        _reads, _saw, late = race(consents, remembers)

    assert late > 0
