"""The rows of planned legs: appointments, who takes part, and the time they take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from django.db.models import Model

from knotenpunkt.availability.actions.occupancy import Claim
from knotenpunkt.availability.board import read_board
from knotenpunkt.availability.enums import Pool, ResourceKind
from knotenpunkt.availability.models import GroupSession, Interpreter
from knotenpunkt.availability.queries import ring_fenced
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import insert_together
from knotenpunkt.visits.enums import AppointmentStatus, InterpreterStatus
from knotenpunkt.visits.models import Appointment, InterpreterAssignment, Visit
from knotenpunkt.visits.plan import PlannedLeg
from knotenpunkt.visits.planning.desks import first_free_seat
from knotenpunkt.visits.planning.wish import VisitWish

Legs = Mapping[int, PlannedLeg]


def write_appointments(
    visit: Visit, legs: Legs, wish: VisitWish, owners: Mapping[UUID, UUID]
) -> list[Appointment]:
    """Write the legs, by position, as held appointments of the visit."""
    rows = appointments_of(visit, legs, wish, owners)
    insert_together(rows, *participants_of(rows, legs, wish))
    return rows


def appointments_of(
    visit: Visit, legs: Legs, wish: VisitWish, owners: Mapping[UUID, UUID]
) -> list[Appointment]:
    """Return the legs, by position, as held appointments of the visit, not yet written.

    `owners` are the organizations of the services. A leg in time that a pool still keeps for its
    programme is written down as the programme's.
    """
    pools = wish.pools
    paying = {position: ring_fenced(leg, pools) for position, leg in legs.items()} if pools else {}
    return [
        Appointment(
            visit_id=visit.id,
            position=position,
            service_id=leg.service,
            organization_id=owners[leg.service],
            location_id=leg.location,
            room_id=leg.room,
            group_session_id=leg.group_session,
            starts_at=leg.starts_at,
            ends_at=leg.ends_at,
            language=leg.language,
            status=AppointmentStatus.HELD,
            pool=Pool.RING_FENCED if paying.get(position) else Pool.REGULAR,
            capacity_pool_id=paying.get(position),
        )
        for position, leg in legs.items()
    ]


def participants_of(
    rows: list[Appointment], legs: Legs, wish: VisitWish
) -> tuple[list[Model], list[InterpreterAssignment]]:
    """Return the rows of who takes part: staff, and interpreters who are to be asked."""
    staff: list[Model] = [
        Appointment.staff.through(appointment_id=row.id, staffmember_id=member)
        for row in rows
        for member in legs[row.position].staff
    ]
    interpreters = [
        InterpreterAssignment(
            appointment_id=row.id,
            interpreter_id=interpreter,
            status=InterpreterStatus.REQUESTED,
            gender_wish=wish.interpreter_gender,
        )
        for row in rows
        if (interpreter := legs[row.position].interpreter)
    ]
    return staff, interpreters


def claims_of(visit: Visit, legs: Legs, rows: list[Appointment]) -> list[Claim]:
    """Return what the legs take: person, staff or seat, room, interpreter (not by telephone)."""
    wanted = [it.group_session for it in legs.values() if it.group_session]
    sessions = GroupSession.objects.in_bulk(wanted) if wanted else {}
    asked = [it.interpreter for it in legs.values() if it.interpreter]
    many = Interpreter.objects.filter(pk__in=asked, parallel_talks=0) if asked else ()
    unlimited = {it.id for it in many}
    return [
        claim
        for row in rows
        for claim in _claims(visit, legs[row.position], row, sessions)
        if claim.resource not in unlimited
    ]


def _claims(
    visit: Visit, leg: PlannedLeg, row: Appointment, sessions: Mapping[UUID, GroupSession]
) -> Iterator[Claim]:
    yield _claim(leg, row, visit.person_id, ResourceKind.PERSON)
    if leg.group_session:
        yield _claim(leg, row, _seat(sessions[leg.group_session], leg), ResourceKind.SEAT)
    else:
        for member in leg.staff:
            yield _claim(leg, row, member, ResourceKind.STAFF)
        if leg.room:
            yield _claim(leg, row, leg.room, ResourceKind.ROOM)
    if leg.interpreter:
        yield _claim(leg, row, leg.interpreter, ResourceKind.INTERPRETER)


def _claim(leg: PlannedLeg, row: Appointment, resource: UUID, kind: ResourceKind) -> Claim:
    pool = Pool(row.pool)
    return Claim(resource, kind, leg.starts_at, leg.ends_at, row.id, leg.location, pool)


def _seat(session: GroupSession, leg: PlannedLeg) -> UUID:
    """Return a free seat; if none is left, the first one, which the database will refuse."""
    day = clock.local_day(leg.starts_at)
    seats = [session.seat_id(number) for number in range(1, session.seats + 1)]
    board = read_board(first=day, last=day, open_resources=[], other_resources=seats)
    during = int(leg.starts_at.timestamp()) // 60, int(leg.ends_at.timestamp()) // 60
    taken = ([it.during for it in board.taken.get(seat, ())] for seat in seats)
    return session.seat_id(first_free_seat(taken, during) or 1)
