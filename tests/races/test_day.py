"""Several people at the desks do the same, or its opposite, to one appointment at once.

Whatever comes first: every step has its effect once, and times and appointments belong together.
Negative control: without the lock the same check finds steps that were taken twice.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
import time_machine
from django.db import connection

from knotenpunkt.availability.models import Occupancy
from knotenpunkt.foundation.models import AuditEntry
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Account, Network
from knotenpunkt.visits.actions import cancel_appointment, cancelling
from knotenpunkt.visits.actions.day import arrive, note_delay
from knotenpunkt.visits.enums import ACTIVE_APPOINTMENTS
from knotenpunkt.visits.errors import IllegalStep
from knotenpunkt.visits.models import Appointment, Arrival, Visit
from tests.browser.booked import book
from tests.conftest import BOOKING_DAY, OLENAS_NEEDS

pytestmark = pytest.mark.race

ROUNDS = 2
FIRST = dt.date(2027, 4, 12)
Step = Callable[[Appointment], object]


@pytest.fixture
def visits(loaded_network: Network, django_db_blocker: object) -> Iterator[list[Visit]]:
    """One visit a week, committed; deleted afterwards."""
    unblocked = django_db_blocker.unblock()  # type: ignore[attr-defined]
    with unblocked, time_machine.travel(BOOKING_DAY), system_scope("race"):
        made = [
            book(
                "cl-01", *OLENAS_NEEDS, by="st-ki03",
                first=BOOKING_DAY.date() + dt.timedelta(weeks=week + 1),
                last=BOOKING_DAY.date() + dt.timedelta(weeks=week + 1, days=6),
            )
            for week in range(ROUNDS)
        ]  # fmt: skip
        yield made
        Occupancy.objects.filter(holder__in=[it.pk for it in made]).delete()
        Visit.objects.filter(pk__in=[it.pk for it in made]).delete()


def at_once(leg: Appointment, steps: list[Step]) -> None:
    """Let every step begin at the same moment in a thread and connection of its own."""
    gate = threading.Barrier(len(steps))

    def take(step: Step) -> None:
        with system_scope("race"):
            mine = Appointment.objects.select_related("visit").get(pk=leg.pk)
            gate.wait()
            try:
                step(mine)
            except IllegalStep:
                pass
            finally:
                connection.close()

    threads = [threading.Thread(target=take, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def effects(leg: Appointment) -> dict[str, int]:
    rows = AuditEntry.objects.filter(subject_id=str(leg.pk)).values_list("action", flat=True)
    return {action: list(rows).count(action) for action in set(rows)}


def faults(visit: Visit) -> list[UUID]:
    """Return the appointments whose taken time is not theirs from end to end."""
    found = []
    for leg in visit.appointments.all():
        spans = {
            (row.during.lower, row.during.upper) for row in Occupancy.objects.filter(part=leg.pk)
        }
        is_active = leg.status in ACTIVE_APPOINTMENTS
        if spans != ({(leg.starts_at, leg.ends_at)} if is_active else set()):
            found.append(leg.pk)
    return found


def desk() -> Account:
    return Account.objects.get(staff_member__code="st-ki03")


def comes(leg: Appointment) -> object:
    return arrive(appointment=leg, by=desk())


def is_late(leg: Appointment) -> object:
    return note_delay(appointment=leg, minutes=15, by=desk())


def cancels(leg: Appointment) -> object:
    return cancel_appointment(appointment=leg, by=desk())


def test_a_step_taken_by_two_has_its_effect_once(visits: list[Visit]) -> None:
    for visit in visits:
        first = visit.appointments.order_by("starts_at")[0]
        alone = [it.starts_at for it in visit.appointments.order_by("starts_at")]

        at_once(first, [comes, comes, is_late, is_late])

        assert {name: count for name, count in effects(first).items() if count > 1} == {}
        assert Arrival.objects.get(appointment=first).delay_minutes == 15
        after = [it.starts_at for it in visit.appointments.order_by("starts_at")]
        moved = [new - old for old, new in zip(alone, after, strict=True)]
        assert max(moved) <= dt.timedelta(minutes=15)
        assert faults(visit) == []


def test_check_in_cancellation_and_delay_leave_nothing_by_halves(visits: list[Visit]) -> None:
    for visit in visits:
        first = visit.appointments.order_by("starts_at")[0]

        at_once(first, [comes, cancels, is_late, cancels])

        first.refresh_from_db()
        # Whoever has checked in before is here: that is cancelled no more.
        end = (first.status, effects(first).get("appointment.cancelled", 0))
        assert end in {("cancelled_by_person", 1), ("checked_in", 0)}
        assert effects(first).get("appointment.checked_in", 0) <= 1
        assert faults(visit) == []


def test_without_the_lock_the_check_finds_it(
    visits: list[Visit], monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(visit: Visit) -> Visit:
        found = Visit.objects.get(pk=visit.pk)
        time.sleep(0.1)
        return found

    monkeypatch.setattr(cancelling, "_locked", read_only)
    monkeypatch.setattr(
        Appointment.objects.none().__class__, "select_for_update", lambda self, **_more: self.all()
    )
    first = visits[0].appointments.order_by("starts_at")[0]

    at_once(first, [cancels, cancels])

    assert effects(first)["appointment.cancelled"] > 1
