"""From a plan to a visit: hold, extend, confirm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID, uuid4

from django.db import transaction

from knotenpunkt.availability.actions.occupancy import Claim, ClaimTaken, keep, occupy, prolong
from knotenpunkt.availability.board import read_board
from knotenpunkt.availability.enums import Pool, ResourceKind
from knotenpunkt.availability.models import GroupSession, Interpreter
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.languages import reading_language
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions.steps import step_appointments, step_visit
from knotenpunkt.visits.enums import AppointmentStatus, InterpreterStatus, VisitStatus
from knotenpunkt.visits.errors import BadPlan, HoldExpired, IllegalStep, TimesTaken, TooManyHolds
from knotenpunkt.visits.models import Appointment, InterpreterAssignment, Visit
from knotenpunkt.visits.plan import BookingPlan, PlannedLeg
from knotenpunkt.visits.planning.desks import first_free_seat
from knotenpunkt.visits.planning.validity import GONE, faults_of
from knotenpunkt.visits.planning.wish import VisitWish

HOLD = dt.timedelta(minutes=15)
MOST_EXTENSIONS = 3
MOST_HOLDS_OF_A_PERSON = 3


@transaction.atomic
def hold_visit(*, person: Person, plan: BookingPlan, wish: VisitWish, by: Account | None) -> Visit:
    """Take every time of the plan for fifteen minutes, or none of them.

    The plan is checked again against `wish` (the person's conditions). Raises `BadPlan` for a
    plan that never was valid, `TimesTaken` with the positions that are gone, `TooManyHolds`.
    """
    _refuse_hoarding(person)
    _check(plan, wish)
    now = clock.now()
    visit = Visit.objects.create(
        network=wish.network,
        person=person,
        organization_id=by.staff_member.organization_id if by else person.organization_id,
        booked_by=by,
        status=VisitStatus.HELD,
        language=reading_language(list(wish.languages)),
        hold_expires_at=now + HOLD,
        created_at=now,
    )
    appointments = _write_appointments(visit, plan, wish)
    claims = list(_claims(visit, plan, [appointment.id for appointment in appointments]))
    try:
        occupy(holder=visit.id, claims=claims, expires_at=visit.hold_expires_at)
    except ClaimTaken as error:
        parts = {claim.part for claim in error.claims}
        gone = [it.position for it in appointments if it.id in parts]
        raise TimesTaken(gone) from error
    record("visit.held", visit, by=by)
    return visit


def _refuse_hoarding(person: Person) -> None:
    held = Visit.objects.filter(
        person=person, status=VisitStatus.HELD, hold_expires_at__gt=clock.now()
    )
    if held.count() >= MOST_HOLDS_OF_A_PERSON:
        raise TooManyHolds(MOST_HOLDS_OF_A_PERSON)


def _check(plan: BookingPlan, wish: VisitWish) -> None:
    faults = faults_of(plan, wish)
    gone = sorted({fault.leg for fault in faults if fault.rule in GONE and fault.leg is not None})
    if faults and len(gone) == len({fault.leg for fault in faults}):
        raise TimesTaken(gone)
    if faults:
        raise BadPlan(faults)


def _write_appointments(visit: Visit, plan: BookingPlan, wish: VisitWish) -> list[Appointment]:
    services = Service.objects.filter(id__in={leg.service for leg in plan.legs})
    organizations = dict(services.values_list("id", "organization_id"))
    rows = [
        Appointment(
            visit=visit,
            position=position,
            service_id=leg.service,
            organization_id=organizations[leg.service],
            location_id=leg.location,
            room_id=leg.room,
            group_session_id=leg.group_session,
            starts_at=leg.starts_at,
            ends_at=leg.ends_at,
            language=leg.language,
            status=AppointmentStatus.HELD,
            pool=Pool.REGULAR,
        )
        for position, leg in enumerate(plan.legs)
    ]
    Appointment.objects.bulk_create(rows)
    Appointment.staff.through.objects.bulk_create(
        Appointment.staff.through(appointment_id=row.id, staffmember_id=member)
        for row, leg in zip(rows, plan.legs, strict=True)
        for member in leg.staff
    )
    InterpreterAssignment.objects.bulk_create(
        InterpreterAssignment(
            appointment=row,
            interpreter_id=leg.interpreter,
            status=InterpreterStatus.REQUESTED,
            gender_wish=wish.interpreter_gender,
        )
        for row, leg in zip(rows, plan.legs, strict=True)
        if leg.interpreter
    )
    return rows


def _claims(visit: Visit, plan: BookingPlan, parts: list[UUID]) -> Iterator[Claim]:
    """Yield what each leg takes: person, staff or seat, room, interpreter (unless by telephone)."""
    wanted = [leg.interpreter for leg in plan.legs if leg.interpreter]
    asked = Interpreter.objects.filter(id__in=wanted, parallel_talks=0)
    unlimited = set(asked.values_list("id", flat=True))
    sessions = GroupSession.objects.in_bulk(
        [it.group_session for it in plan.legs if it.group_session]
    )
    for part, leg in zip(parts, plan.legs, strict=True):
        yield _claim(leg, part, visit.person_id, ResourceKind.PERSON)
        if leg.group_session:
            yield _claim(leg, part, _seat(sessions[leg.group_session], leg), ResourceKind.SEAT)
        else:
            for member in leg.staff:
                yield _claim(leg, part, member, ResourceKind.STAFF)
            if leg.room:
                yield _claim(leg, part, leg.room, ResourceKind.ROOM)
        if leg.interpreter and leg.interpreter not in unlimited:
            yield _claim(leg, part, leg.interpreter, ResourceKind.INTERPRETER)


def _claim(leg: PlannedLeg, part: UUID, resource: UUID, kind: ResourceKind) -> Claim:
    return Claim(resource, kind, leg.starts_at, leg.ends_at, part, leg.location)


def _seat(session: GroupSession, leg: PlannedLeg) -> UUID:
    """Return a free seat; if none is left, the first one, which the database will refuse."""
    day = clock.local_day(leg.starts_at)
    seats = [session.seat_id(number) for number in range(1, session.seats + 1)]
    board = read_board(first=day, last=day, open_resources=[], other_resources=seats)
    during = int(leg.starts_at.timestamp()) // 60, int(leg.ends_at.timestamp()) // 60
    return session.seat_id(first_free_seat(session, board, during) or 1)


def _locked(visit: Visit) -> Visit:
    return Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)


@transaction.atomic
def extend_hold(*, visit: Visit, by: Account | None) -> Visit:
    """Hold fifteen minutes from now, at most three times. Raises `HoldExpired`, `IllegalStep`."""
    visit = _locked(visit)
    if visit.is_expired:
        raise HoldExpired(visit.id)
    if visit.status != VisitStatus.HELD or visit.times_extended >= MOST_EXTENSIONS:
        raise IllegalStep("visit", visit.id, visit.status, "extended")
    visit.hold_expires_at = clock.now() + HOLD
    visit.times_extended += 1
    visit.save(update_fields=["hold_expires_at", "times_extended"])
    if not prolong(holder=visit.id, expires_at=visit.hold_expires_at):
        raise HoldExpired(visit.id)  # by the clock of another process, which took its times
    record("visit.hold_extended", visit, by=by)
    return visit


@transaction.atomic
def confirm_visit(*, visit: Visit, by: Account | None) -> Visit:
    """Book what is held. Confirming twice is harmless. Raises `HoldExpired`, `IllegalStep`."""
    visit = _locked(visit)
    if visit.is_expired:
        raise HoldExpired(visit.id)
    visit.confirmed_at = visit.confirmed_at or clock.now()
    visit.hold_expires_at = None
    if not step_visit(visit, VisitStatus.BOOKED, "confirmed_at", "hold_expires_at"):
        return visit
    if not keep(holder=visit.id):
        raise HoldExpired(visit.id)  # by the clock of another process, which took its times
    step_appointments(visit, AppointmentStatus.HELD, AppointmentStatus.BOOKED)
    record("visit.confirmed", visit, by=by)
    return visit


def new_idempotency_key() -> str:
    """Return a key for a form: sent twice, it books once."""
    return str(uuid4())
