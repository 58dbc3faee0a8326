"""The day itself: check-in and its undo, calls, delays that move or warn, the queue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import pairwise
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from knotenpunkt.availability.actions.occupancy import Claim, occupy
from knotenpunkt.availability.enums import ResourceKind
from knotenpunkt.availability.models import Occupancy, OutreachHours
from knotenpunkt.foundation.models import AuditEntry, OutboxMessage
from knotenpunkt.network.models import Account, Location
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import note_attended
from knotenpunkt.visits.actions.day import arrive, call, note_delay, undo_check_in
from knotenpunkt.visits.actions.queue import TicketWish, call_next, end_ticket, take_ticket
from knotenpunkt.visits.day import calls_at, expected_turns, live_state
from knotenpunkt.visits.enums import AppointmentStatus, VisitStatus
from knotenpunkt.visits.errors import IllegalStep, NobodyFits
from knotenpunkt.visits.models import Appointment, Arrival, Visit
from knotenpunkt.visits.waits import Waiting, turns

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def legs(visit: Visit) -> Iterator[list[Appointment]]:
    """Olena's legs, half an hour before the first of them."""
    found = list(visit.appointments.order_by("starts_at"))
    with time_machine.travel(found[0].starts_at - 30 * MINUTE, tick=False):
        yield found


def test_arriving_twice_is_noted_once(legs: list[Appointment], counsellor: Account) -> None:
    first = arrive(appointment=legs[0], by=counsellor)
    before = Arrival.objects.get(appointment=legs[0]).arrived_at

    with time_machine.travel(legs[0].starts_at):
        arrive(appointment=legs[0], by=counsellor)

    assert first.status == AppointmentStatus.CHECKED_IN
    assert Arrival.objects.get(appointment=legs[0]).arrived_at == before


def test_a_wrong_check_in_is_undone_as_if_it_had_not_been(
    legs: list[Appointment], visit: Visit, counsellor: Account
) -> None:
    arrive(appointment=legs[0], by=counsellor)
    call(appointment=legs[0], by=counsellor)

    undone = [undo_check_in(appointment=legs[0], by=counsellor) for _ in range(2)]

    visit.refresh_from_db()
    assert {it.status for it in undone} == {AppointmentStatus.BOOKED}
    assert visit.status == VisitStatus.BOOKED
    assert Arrival.objects.values_list("arrived_at", "called_at").get() == (None, None)


def test_a_talk_that_took_place_is_not_undone(legs: list[Appointment], counsellor: Account) -> None:
    note_attended(appointment=legs[0], by=counsellor)

    with pytest.raises(IllegalStep):
        undo_check_in(appointment=legs[0], by=counsellor)


def test_only_who_is_here_is_called(legs: list[Appointment], counsellor: Account) -> None:
    with pytest.raises(IllegalStep):
        call(appointment=legs[0], by=counsellor)
    with pytest.raises(IntegrityError, match="who_is_called_has_arrived"), transaction.atomic():
        Arrival.objects.create(appointment=legs[0], called_at=dt.datetime.now(dt.UTC))


def test_the_screen_shows_the_end_of_the_code_alone(
    legs: list[Appointment], visit: Visit, counsellor: Account
) -> None:
    arrive(appointment=legs[0], by=counsellor)
    call(appointment=legs[0], by=counsellor)

    calls = calls_at(legs[0].location)

    assert [it.sign for it in calls] == [visit.code[-4:]]
    with time_machine.travel(legs[0].starts_at):
        assert calls_at(legs[0].location) == []


def times(visit: Visit) -> list[dt.datetime]:
    return list(visit.appointments.order_by("starts_at").values_list("starts_at", flat=True))


def test_a_delay_moves_what_can_move(
    legs: list[Appointment], visit: Visit, counsellor: Account
) -> None:
    visit.person.phone = "+4915112345678"
    visit.person.save(update_fields=["phone"])

    done = note_delay(appointment=legs[0], minutes=20, by=counsellor)

    moved = [it for it in done.following if it.is_moved]
    assert moved
    assert done.is_told is True
    for it in moved:
        old = next(leg for leg in legs if leg.id == it.appointment.id)
        assert it.appointment.starts_at - old.starts_at == it.minutes * MINUTE
        spans = Occupancy.objects.filter(part=old.id).values_list("during", flat=True)
        assert {span.lower for span in spans} == {it.appointment.starts_at}
    rows = list(visit.appointments.order_by("starts_at"))
    assert all(a.ends_at <= b.starts_at for a, b in pairwise(rows[1:]))
    assert OutboxMessage.objects.filter(purpose="day.delay", about=visit.id).count() == 1


def test_what_cannot_move_is_warned_and_nobody_else_is_touched(
    legs: list[Appointment], visit: Visit, counsellor: Account
) -> None:
    taken = [
        Claim(member, ResourceKind.STAFF, leg.ends_at, leg.ends_at + 60 * MINUTE, uuid4(), None)
        for leg in legs[1:]
        for member in leg.staff.values_list("id", flat=True)
    ]
    occupy(holder=uuid4(), claims=taken, expires_at=None)
    before = times(visit)

    done = note_delay(appointment=legs[0], minutes=30, by=counsellor)

    late = [it for it in done.following if it.minutes]
    assert late
    assert not any(it.is_moved for it in done.following)
    assert times(visit) == before
    state = {it.appointment: it for it in live_state(visit)}
    assert all(state[it.appointment.id].delay_minutes == it.minutes for it in late)
    assert state[legs[0].id].expected_at == legs[0].starts_at + 30 * MINUTE


def test_a_delay_noted_by_two_is_noted_once(legs: list[Appointment], counsellor: Account) -> None:
    for _ in range(2):
        note_delay(appointment=legs[0], minutes=15, by=counsellor)

    assert AuditEntry.objects.filter(action="appointment.delayed").count() == 1


def test_a_delay_taken_back_warns_nobody_any_more(
    legs: list[Appointment], visit: Visit, counsellor: Account
) -> None:
    note_delay(appointment=legs[-1], minutes=30, by=counsellor)

    note_delay(appointment=legs[-1], minutes=0, by=counsellor)

    assert {it.delay_minutes for it in live_state(visit)} == {0}


@pytest.mark.parametrize("minutes", [-5, 121])
def test_a_delay_has_bounds(minutes: int, legs: list[Appointment], counsellor: Account) -> None:
    with pytest.raises(ValueError, match=str(minutes)):
        note_delay(appointment=legs[0], minutes=minutes, by=counsellor)


def test_who_gave_no_way_has_to_be_told_in_the_house(
    legs: list[Appointment], visit: Visit, counsellor: Account
) -> None:
    Person.objects.filter(pk=visit.person_id).update(phone="", email="")

    assert note_delay(appointment=legs[0], minutes=15, by=counsellor).is_told is False


@pytest.fixture
def open_hours(
    network: object, account: Callable[[str], Account]
) -> Iterator[tuple[Account, Location]]:
    """The migration counsellor's open hours at the Jobcenter, Tuesday from nine to twelve."""
    hours = OutreachHours.objects.select_related("location").get(code="oh-01")
    with time_machine.travel(dt.datetime(2027, 3, 2, 8, 30, tzinfo=dt.UTC), tick=False):
        yield account("st-mb02"), hours.location


def test_numbers_are_given_in_turn(open_hours: tuple[Account, Location]) -> None:
    by, location = open_hours

    tickets = [take_ticket(wish=TicketWish(location, "ar"), by=by) for _ in range(3)]

    assert [str(it) for it in tickets] == ["W1", "W2", "W3"]
    starts = [expected_turns(tickets)[it.id].start for it in tickets]
    assert [start - starts[0] for start in starts] == [0, 15, 30]


def test_the_next_one_is_called_and_takes_the_time(open_hours: tuple[Account, Location]) -> None:
    by, location = open_hours
    ticket = take_ticket(wish=TicketWish(location, "ar"), by=by)

    called = call_next(location=location, staff_member=by.staff_member, by=by)

    assert called == ticket
    assert [(it.sign, it.room) for it in calls_at(location)] == [("W1", "J2")]
    assert Occupancy.objects.filter(holder=ticket.id, resource=by.staff_member.id).exists()
    end_ticket(ticket=called, was_served=True, by=by)
    assert not Occupancy.objects.filter(holder=ticket.id).exists()


def test_a_booked_talk_is_never_broken_by_the_queue(open_hours: tuple[Account, Location]) -> None:
    by, location = open_hours
    soon = dt.datetime(2027, 3, 2, 8, 40, tzinfo=dt.UTC)
    booked = Claim(
        by.staff_member.id, ResourceKind.STAFF, soon, soon + 30 * MINUTE, uuid4(), location.id
    )
    occupy(holder=uuid4(), claims=[booked], expires_at=None)
    long = take_ticket(wish=TicketWish(location, "ar", minutes=15), by=by)
    short = take_ticket(wish=TicketWish(location, "fr", minutes=10), by=by)

    called = call_next(location=location, staff_member=by.staff_member, by=by)

    assert called == short
    assert expected_turns([long])[long.id].start == int(booked.end.timestamp()) // 60
    with pytest.raises(NobodyFits):
        call_next(location=location, staff_member=by.staff_member, by=by)


SPANS = st.lists(
    st.tuples(st.integers(0, 300), st.integers(1, 90)).map(lambda it: (it[0], it[0] + it[1])),
    max_size=4,
)


def apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans that do not meet an earlier one of the list."""
    kept: list[tuple[int, int]] = []
    for span in spans:
        if all(span[1] <= other[0] or other[1] <= span[0] for other in kept):
            kept.append(span)
    return kept


@given(
    desks=st.lists(SPANS.map(apart), max_size=3),
    people=st.lists(st.tuples(st.integers(5, 60), SPANS), max_size=6),
    now=st.integers(0, 200),
)
def test_turns_break_nothing(
    desks: list[list[tuple[int, int]]],
    people: list[tuple[int, list[tuple[int, int]]]],
    now: int,
) -> None:
    free = {uuid4(): spans for spans in desks}
    waiting = [Waiting(uuid4(), minutes, tuple(busy)) for minutes, busy in people]

    found = turns(waiting, free, now)

    talks = [(found[one.ticket], one) for one in waiting if one.ticket in found]
    for turn, one in talks:
        end = turn.start + one.minutes
        assert turn.start >= now
        assert any(low <= turn.start and end <= high for low, high in free[turn.desk])
        assert all(end <= low or high <= turn.start for low, high in one.busy)
    for turn, one in talks:
        for other_turn, other in talks:
            if one is not other and turn.desk == other_turn.desk:
                first, second = sorted(
                    [(turn.start, one.minutes), (other_turn.start, other.minutes)]
                )
                assert first[0] + first[1] <= second[0]
