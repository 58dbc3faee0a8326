"""The day itself: each appointment is noted once, and the visit follows its appointments."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from knotenpunkt.network.models import Account
from knotenpunkt.visits.actions import cancel_appointment, confirm_visit, hold_visit
from knotenpunkt.visits.actions.attendance import (
    check_in,
    note_attended,
    note_excused,
    note_no_show,
)
from knotenpunkt.visits.enums import AppointmentStatus, VisitStatus
from knotenpunkt.visits.errors import IllegalStep
from knotenpunkt.visits.models import Appointment, Visit
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import VisitWish
from knotenpunkt.visits.signals import appointment_attended


@pytest.fixture
def visit(wish: Callable[..., VisitWish], counsellor: Account) -> Visit:
    """Two appointments, booked."""
    needs = wish("cl-01", "of-bb-anmeldung", "of-vz-konto")
    person = counsellor.staff_member.persons.get(code="cl-01")
    plan = propose_visits(needs).proposals[0].plan
    held = hold_visit(person=person, plan=plan, wish=needs, by=counsellor)
    return confirm_visit(visit=held, by=counsellor)


def legs(visit: Visit) -> list[Appointment]:
    return list(visit.appointments.order_by("position"))


def state(visit: Visit) -> str:
    visit.refresh_from_db()
    return visit.status


def test_the_visit_is_under_way_with_the_first_and_over_with_the_last(visit: Visit) -> None:
    first, second = legs(visit)

    check_in(appointment=first, by=None)
    during = state(visit)
    note_attended(appointment=first, by=None)
    note_attended(appointment=second, by=None)

    assert (during, state(visit)) == (VisitStatus.RUNNING, VisitStatus.COMPLETED)


@pytest.mark.parametrize("miss", [note_no_show, note_excused])
def test_what_was_missed_leaves_the_visit_partly_completed(
    visit: Visit, miss: Callable[..., Appointment]
) -> None:
    first, second = legs(visit)

    note_attended(appointment=first, by=None)
    miss(appointment=second, by=None)

    assert state(visit) == VisitStatus.PARTLY_COMPLETED


def test_what_the_person_cancelled_takes_nothing_from_the_rest(visit: Visit) -> None:
    first, second = legs(visit)

    cancel_appointment(appointment=second, by=None)
    note_attended(appointment=first, by=None)

    assert state(visit) == VisitStatus.COMPLETED


def test_a_visit_nobody_came_to_is_over_too(visit: Visit) -> None:
    for leg in legs(visit):
        note_no_show(appointment=leg, by=None)

    assert state(visit) == VisitStatus.PARTLY_COMPLETED


def test_noting_twice_is_harmless_and_heard_once(visit: Visit) -> None:
    heard: list[Appointment] = []

    def hear(appointment: Appointment, **_: object) -> None:
        heard.append(appointment)

    appointment_attended.connect(hear)
    first = legs(visit)[0]

    for _ in range(2):
        note_attended(appointment=first, by=None)
    appointment_attended.disconnect(hear)

    assert heard == [first]


def test_who_came_cannot_have_missed_it(visit: Visit) -> None:
    first = note_attended(appointment=legs(visit)[0], by=None)

    with pytest.raises(IllegalStep) as error:
        note_no_show(appointment=first, by=None)

    assert (error.value.old, error.value.new) == (
        AppointmentStatus.ATTENDED,
        AppointmentStatus.NO_SHOW,
    )


def test_a_held_appointment_has_no_day_yet(
    wish: Callable[..., VisitWish], counsellor: Account
) -> None:
    needs = wish("cl-01", "of-bb-anmeldung")
    person = counsellor.staff_member.persons.get(code="cl-01")
    plan = propose_visits(needs).proposals[0].plan
    held = hold_visit(person=person, plan=plan, wish=needs, by=counsellor)

    with pytest.raises(IllegalStep):
        check_in(appointment=legs(held)[0], by=None)
