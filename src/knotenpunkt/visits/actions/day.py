"""The day itself at the front desk: she is here, it was a mistake, she is called, it runs late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from knotenpunkt.availability.actions.occupancy import ClaimTaken, shift
from knotenpunkt.availability.queries import is_open
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.network.models import Account, TravelTime
from knotenpunkt.people.messages import Notice, tell_person
from knotenpunkt.visits.actions.attendance import check_in
from knotenpunkt.visits.actions.steps import step_appointment, step_visit
from knotenpunkt.visits.actions.telling_interpreters import tell_interpreter_of_delay
from knotenpunkt.visits.enums import ACTIVE_APPOINTMENTS, AppointmentStatus, VisitStatus
from knotenpunkt.visits.errors import IllegalStep
from knotenpunkt.visits.models import Appointment, Arrival, Visit

LONGEST_DELAY = 120  # minutes; beyond that the appointment is moved or repaired, not late
GRID = 5  # minutes: a moved appointment begins where the calendar of the house has its ticks


@dataclass(frozen=True)
class Following:
    """A later leg that a delay reaches: moved by so many minutes, or warned of them."""

    appointment: Appointment
    minutes: int
    is_moved: bool


@dataclass(frozen=True)
class Delayed:
    """What a delay led to. If `is_told` is false, someone has to tell her in the house."""

    following: list[Following]
    is_told: bool


@in_system_scope("arrive")
@transaction.atomic
def arrive(*, appointment: Appointment, by: Account | None) -> Appointment:
    """Check her in and note when; harmless when repeated. Raises `IllegalStep`."""
    checked = check_in(appointment=appointment, by=by)
    arrival = _arrival(checked)
    if arrival.arrived_at is None:
        arrival.arrived_at = clock.now()
        arrival.save(update_fields=["arrived_at"])
    return checked


@in_system_scope("undo check in")
@transaction.atomic
def undo_check_in(*, appointment: Appointment, by: Account | None) -> Appointment:
    """Take back a check-in that was a mistake. Harmless when repeated. Raises `IllegalStep`."""
    visit, appointment = _locked(appointment)
    if not step_appointment(appointment, AppointmentStatus.BOOKED):
        return appointment
    Arrival.objects.filter(appointment=appointment).update(arrived_at=None, called_at=None)
    came = (AppointmentStatus.CHECKED_IN, AppointmentStatus.ATTENDED)
    if visit.status == VisitStatus.RUNNING and not visit.appointments.filter(status__in=came):
        step_visit(visit, VisitStatus.BOOKED)
    record("appointment.check_in_undone", appointment, by=by)
    return appointment


@in_system_scope("call")
@transaction.atomic
def call(*, appointment: Appointment, by: Account | None) -> Appointment:
    """Call her to the room, on the screen. Raises `IllegalStep` unless she is here."""
    _visit, appointment = _locked(appointment)
    if appointment.status != AppointmentStatus.CHECKED_IN:
        raise IllegalStep("appointment", appointment.pk, appointment.status, "called")
    arrival = _arrival(appointment)
    arrival.called_at = clock.now()
    arrival.save(update_fields=["called_at"])
    record("appointment.called", appointment, by=by)
    return appointment


@in_system_scope("note delay")
@transaction.atomic
def note_delay(*, appointment: Appointment, minutes: int, by: Account | None) -> Delayed:
    """Note that this leg begins `minutes` late; the legs after it move if they can, or are warned.

    A leg moves when everyone and everything it takes is free and open then; nobody else's
    appointment is touched. The person is told her new times once. `minutes` is 0 to 120.
    """
    if not 0 <= minutes <= LONGEST_DELAY:
        raise ValueError(minutes)
    visit, appointment = _locked(appointment)
    if appointment.status not in ACTIVE_APPOINTMENTS:
        raise IllegalStep("appointment", appointment.pk, appointment.status, "delayed")
    before = _late(appointment, minutes)
    late = [*_reached(visit, appointment, minutes)]
    noted = _noted([leg for leg, _ in late])
    # From the last to the first: each makes room for the one before it.
    times = {leg.id: clock.local_time_text(leg.starts_at) for leg, _minutes in late}
    following = [_move_or_warn(leg, by_minutes) for leg, by_minutes in reversed(late)][::-1]
    if minutes == before and not any(_is_new(it, noted) for it in following):
        return Delayed(following, is_told=True)
    record("appointment.delayed", appointment, by=by)
    moved = [it.appointment for it in following if it.is_moved]
    tell_interpreter_of_delay((leg, times[leg.id]) for leg in moved)
    purpose = "day.late" if by is None else "day.delay"
    is_told = not minutes or _tell(purpose, visit, [(appointment, minutes), *_still(following)])
    return Delayed(following, is_told)


@in_system_scope("foresee delay")
def foresee_delay(*, appointment: Appointment, minutes: int) -> Delayed:
    """Return what `note_delay` would lead to, and change nothing. Raises what it raises.

    It is tried and taken back, so that what she reads before is what happens after.
    """
    with transaction.atomic():
        delayed = note_delay(appointment=appointment, minutes=minutes, by=None)
        transaction.set_rollback(True)
    return delayed


def _still(following: list[Following]) -> list[tuple[Appointment, int]]:
    """Return each leg with the minutes that its booked time is still short of."""
    return [(it.appointment, 0 if it.is_moved else it.minutes) for it in following]


def _noted(legs: list[Appointment]) -> dict[UUID, int]:
    rows = Arrival.objects.filter(appointment__in=legs)
    return dict(rows.values_list("appointment_id", "delay_minutes"))


def _is_new(following: Following, noted: dict[UUID, int]) -> bool:
    """Return whether a later leg moved, or is late otherwise than was known."""
    return following.is_moved or following.minutes != noted.get(following.appointment.pk, 0)


def _locked(appointment: Appointment) -> tuple[Visit, Appointment]:
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=appointment.visit_id)
    return visit, visit.appointments.select_for_update(of=("self",)).get(pk=appointment.pk)


def _arrival(appointment: Appointment) -> Arrival:
    return Arrival.objects.get_or_create(appointment=appointment)[0]


def _late(appointment: Appointment, minutes: int) -> int:
    """Note the delay of one leg; return what was noted before."""
    arrival = _arrival(appointment)
    before = arrival.delay_minutes
    if before != minutes:
        arrival.delay_minutes = minutes
        arrival.save(update_fields=["delay_minutes"])
    return before


def _reached(visit: Visit, delayed: Appointment, minutes: int) -> Iterator[tuple[Appointment, int]]:
    """Yield the later legs of the day with the minutes (on the grid) that each comes too late."""
    day = clock.local_day(delayed.starts_at)
    later = visit.appointments.select_for_update(of=("self",)).filter(
        status__in=ACTIVE_APPOINTMENTS, starts_at__gt=delayed.starts_at
    )
    legs = [leg for leg in later.order_by("starts_at") if clock.local_day(leg.starts_at) == day]
    ways = _ways(visit)
    here, free_at = delayed, delayed.ends_at + dt.timedelta(minutes=minutes)
    for leg in legs:
        way = dt.timedelta(minutes=ways.get((here.location_id, leg.location_id), 0))
        short = free_at + way - leg.starts_at
        late = max(-(-int(short.total_seconds()) // (60 * GRID)) * GRID, 0)
        yield leg, late
        here, free_at = leg, leg.ends_at + dt.timedelta(minutes=late)


def _ways(visit: Visit) -> dict[tuple[object, object], int]:
    rows = TravelTime.objects.filter(origin__network=visit.network_id)
    return {
        (origin, destination): minutes
        for origin, destination, minutes in rows.values_list(
            "origin_id", "destination_id", "minutes"
        )
    }


def _move_or_warn(leg: Appointment, minutes: int) -> Following:
    if minutes and _move(leg, dt.timedelta(minutes=minutes)):
        _late(leg, 0)
        return Following(leg, minutes, is_moved=True)
    _late(leg, minutes)
    return Following(leg, minutes, is_moved=False)


def _move(leg: Appointment, later: dt.timedelta) -> bool:
    """Move the leg if it can be; a group session never moves for one person."""
    start, end = leg.starts_at + later, leg.ends_at + later
    staff = list(leg.staff.values_list("id", flat=True))
    is_fixed = leg.group_session_id is not None or leg.status != AppointmentStatus.BOOKED
    if is_fixed or not is_open(resources=staff, location=leg.location_id, during=(start, end)):
        return False
    try:
        shift(part=leg.id, later=later)
    except ClaimTaken:
        return False
    leg.starts_at, leg.ends_at = start, end
    leg.save(update_fields=["starts_at", "ends_at"])
    return True


def _tell(purpose: str, visit: Visit, expected: list[tuple[Appointment, int]]) -> bool:
    """Tell her the new times, once for each set of times; who was late by herself, that we know."""
    times = [
        (leg.starts_at + dt.timedelta(minutes=late)).astimezone(clock.LOCAL).strftime("%H:%M")
        for leg, late in expected
    ]
    first, minutes = expected[0]
    notice = Notice(
        purpose=purpose,
        about=visit.id,
        once_key=f"delay/{first.id}/{'/'.join(times)}",
        values={"minutes": minutes, "times": ", ".join(times)},
        expires_at=first.ends_at + dt.timedelta(minutes=minutes),
    )
    return tell_person(person=visit.person, notice=notice)
