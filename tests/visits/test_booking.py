"""Hold, confirm, cancel: all or nothing, and harmless when repeated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from knotenpunkt.availability.models import Occupancy
from knotenpunkt.foundation.idempotency import Answer, KeyReused, once
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import (
    cancel_appointment,
    cancel_visit,
    confirm_visit,
    extend_hold,
    hold_visit,
)
from knotenpunkt.visits.actions.expiring import mark_expired_holds
from knotenpunkt.visits.enums import AppointmentStatus, InterpreterStatus, VisitStatus
from knotenpunkt.visits.errors import HoldExpired, IllegalStep, TimesTaken, TooManyHolds
from knotenpunkt.visits.models import Appointment, InterpreterAssignment, Visit
from knotenpunkt.visits.planning.proposals import Proposals, propose_visits
from knotenpunkt.visits.planning.wish import VisitWish

NEEDS = ("of-bb-anmeldung", "of-vz-konto", "of-kim-erst")
AN_HOUR = dt.timedelta(hours=1)


@pytest.fixture
def held(
    person: Person, olenas_wish: VisitWish, proposals: Proposals, counsellor: Account
) -> Visit:
    return hold_visit(
        person=person, plan=proposals.proposals[0].plan, wish=olenas_wish, by=counsellor
    )


@pytest.fixture
def rival(wish: Callable[..., VisitWish], olenas_wish: VisitWish) -> tuple[Person, VisitWish]:
    """Another person who wants exactly the same."""
    other = Person.objects.select_related("network").get(code="cl-07")
    return other, replace(olenas_wish, person_id=other.id)


def statuses(visit: Visit) -> set[str]:
    return set(visit.appointments.values_list("status", flat=True))


def test_a_hold_takes_every_time_of_the_plan(held: Visit, proposals: Proposals) -> None:
    plan = proposals.proposals[0].plan
    taken = Occupancy.objects.filter(holder=held.id)

    assert held.status == VisitStatus.HELD
    assert held.appointments.count() == len(plan.legs)
    assert taken.filter(kind="person").count() == len(plan.legs)
    assert taken.filter(kind="staff").count() == sum(len(leg.staff) for leg in plan.legs)
    assert not taken.filter(expires_at=None).exists()


def test_three_talks_cost_nine_statements_as_two_do(
    person: Person, wish: Callable[..., VisitWish], counsellor: Account
) -> None:
    counts = []
    for needs in (NEEDS[:2], NEEDS):
        wanted = wish("cl-01", *needs)
        plan = propose_visits(wanted).proposals[0].plan
        with CaptureQueriesContext(connection) as queries:
            visit = hold_visit(person=person, plan=plan, wish=wanted, by=counsellor)
            confirm_visit(visit=visit, by=counsellor)
        said = [it["sql"] for it in queries if "SAVEPOINT" not in it["sql"]]
        counts.append(len(said))
        cancel_visit(visit=visit, by=counsellor)

    assert counts == [9, 9]


def test_whoever_comes_second_learns_what_is_gone(
    held: Visit, rival: tuple[Person, VisitWish], proposals: Proposals, counsellor: Account
) -> None:
    other, wish = rival
    before = Occupancy.objects.count()

    with pytest.raises(TimesTaken) as error:
        hold_visit(person=other, plan=proposals.proposals[0].plan, wish=wish, by=counsellor)

    assert error.value.gone
    assert Occupancy.objects.count() == before
    assert not Visit.objects.filter(person=other).exists()


def test_the_next_search_proposes_other_times(held: Visit, rival: tuple[Person, VisitWish]) -> None:
    other = propose_visits(rival[1]).proposals[0].plan

    mine = {
        (it.starts_at, member)
        for it in held.appointments.all()
        for member in it.staff.values_list("id", flat=True)
    }
    theirs = {(leg.starts_at, member) for leg in other.legs for member in leg.staff}
    assert not mine & theirs


def test_confirming_twice_is_harmless(held: Visit, counsellor: Account) -> None:
    confirm_visit(visit=held, by=counsellor)

    visit = confirm_visit(visit=held, by=counsellor)

    assert visit.status == VisitStatus.BOOKED
    assert statuses(visit) == {AppointmentStatus.BOOKED}
    assert not Occupancy.objects.filter(holder=held.id).exclude(expires_at=None).exists()


def test_an_ended_hold_blocks_nobody_although_no_job_ran(
    held: Visit, rival: tuple[Person, VisitWish], proposals: Proposals, counsellor: Account
) -> None:
    other, wish = rival

    with time_machine.travel(dt.datetime(2027, 2, 22, 8, 20, tzinfo=dt.UTC)):
        won = hold_visit(person=other, plan=proposals.proposals[0].plan, wish=wish, by=counsellor)
        with pytest.raises(HoldExpired):
            confirm_visit(visit=held, by=counsellor)

    assert won.status == VisitStatus.HELD


def test_a_hold_that_a_faster_clock_has_ended_is_confirmed_by_nobody(
    held: Visit, rival: tuple[Person, VisitWish], proposals: Proposals, counsellor: Account
) -> None:
    """Two processes whose clocks differ by twenty minutes: the times go to one of them, whole."""
    other, wish = rival
    plan = proposals.proposals[0].plan.model_copy(
        update={"legs": proposals.proposals[0].plan.legs[:1]}
    )
    with time_machine.travel(dt.datetime(2027, 2, 22, 8, 20, tzinfo=dt.UTC)):
        won = hold_visit(person=other, plan=plan, wish=wish, by=counsellor)

    for late in (confirm_visit, extend_hold):
        with pytest.raises(HoldExpired):
            late(visit=held, by=counsellor)

    assert not Occupancy.objects.filter(holder=held.id).exists()
    assert Occupancy.objects.filter(holder=won.id).exists()


def test_expired_holds_are_written_down(held: Visit) -> None:
    with time_machine.travel(dt.datetime(2027, 2, 22, 9, tzinfo=dt.UTC)):
        assert mark_expired_holds() == 1
        assert mark_expired_holds() == 0

    held.refresh_from_db()
    assert held.status == VisitStatus.EXPIRED
    assert statuses(held) == {AppointmentStatus.EXPIRED}


def test_a_hold_is_extended_three_times_at_most(held: Visit, counsellor: Account) -> None:
    for _ in range(3):
        extend_hold(visit=held, by=counsellor)

    with pytest.raises(IllegalStep):
        extend_hold(visit=held, by=counsellor)


def test_nobody_hoards(
    held: Visit, person: Person, olenas_wish: VisitWish, counsellor: Account
) -> None:
    for _ in range(2):
        plan = propose_visits(olenas_wish).proposals[0].plan
        hold_visit(person=person, plan=plan, wish=olenas_wish, by=counsellor)
    plan = propose_visits(olenas_wish).proposals[0].plan

    with pytest.raises(TooManyHolds):
        hold_visit(person=person, plan=plan, wish=olenas_wish, by=counsellor)


def test_cancelling_frees_everything_and_leaves_a_date(held: Visit, counsellor: Account) -> None:
    confirm_visit(visit=held, by=counsellor)

    visit = cancel_visit(visit=held, by=counsellor)
    again = cancel_visit(visit=held, by=counsellor)

    assert (visit.status, again.status) == (VisitStatus.CANCELLED, VisitStatus.CANCELLED)
    assert visit.cancelled_at is not None
    assert statuses(visit) == {AppointmentStatus.CANCELLED_BY_PERSON}
    assert not Occupancy.objects.filter(holder=held.id).exists()
    released = InterpreterAssignment.objects.filter(appointment__visit=visit)
    assert {it.status for it in released} <= {InterpreterStatus.RELEASED}


def test_one_appointment_can_go_and_the_others_stay(held: Visit, counsellor: Account) -> None:
    confirm_visit(visit=held, by=counsellor)
    one = held.appointments.get(service__code="of-gk-orient")

    cancel_appointment(appointment=one, by=counsellor)

    held.refresh_from_db()
    assert held.status == VisitStatus.BOOKED
    assert not Occupancy.objects.filter(part=one.id).exists()
    assert held.appointments.filter(status=AppointmentStatus.BOOKED).count() == 3


def test_losing_what_others_rest_on_disrupts_the_visit(
    wish: Callable[..., VisitWish], person: Person, counsellor: Account
) -> None:
    needs = wish("cl-01", "of-bb-anmeldung", "of-ki-seiteneinstieg")
    plan = propose_visits(needs).proposals[0].plan
    visit = hold_visit(person=person, plan=plan, wish=needs, by=counsellor)
    confirm_visit(visit=visit, by=counsellor)

    cancel_appointment(
        appointment=visit.appointments.get(service__code="of-bb-anmeldung"), by=counsellor
    )

    visit.refresh_from_db()
    assert visit.status == VisitStatus.DISRUPTED


def test_a_cancelled_visit_cannot_be_confirmed(held: Visit, counsellor: Account) -> None:
    cancel_visit(visit=held, by=counsellor)

    with pytest.raises(IllegalStep):
        confirm_visit(visit=held, by=counsellor)


def test_the_same_key_books_once(
    person: Person, olenas_wish: VisitWish, proposals: Proposals, counsellor: Account
) -> None:
    plan = proposals.proposals[0].plan

    def book() -> Answer:
        visit = hold_visit(person=person, plan=plan, wish=olenas_wish, by=counsellor)
        return Answer(201, {"id": str(visit.id)})

    first = once(scope="test", key="a-key", request="fingerprint", do=book)
    second = once(scope="test", key="a-key", request="fingerprint", do=book)

    assert first == second
    assert Visit.objects.filter(person=person).count() == 1
    with pytest.raises(KeyReused):
        once(scope="test", key="a-key", request="another", do=book)


def test_a_failed_booking_leaves_its_key_free(proposals: Proposals) -> None:
    def fail() -> Answer:
        raise TimesTaken([0])

    with pytest.raises(TimesTaken):
        once(scope="test", key="a-key", request="fingerprint", do=fail)

    assert (
        once(
            scope="test", key="a-key", request="fingerprint", do=lambda: Answer(200, {})
        ).status_code
        == 200
    )


def test_group_sessions_fill_seat_by_seat(
    wish: Callable[..., VisitWish], counsellor: Account
) -> None:
    session_wish = wish("cl-17", "of-vhs-einstufung")
    plan = propose_visits(session_wish).proposals[0].plan
    seats = 0
    for other in Person.objects.select_related("network").exclude(
        unavailable_windows__isnull=False
    )[:20]:
        try:
            theirs = replace(session_wish, person_id=other.id)
            visit = hold_visit(person=other, plan=plan, wish=theirs, by=counsellor)
            confirm_visit(visit=visit, by=counsellor)
            seats += 1
        except TimesTaken:
            break

    session = Appointment.objects.filter(group_session__isnull=False).first()
    assert session is not None
    assert session.group_session is not None
    assert seats == session.group_session.seats
