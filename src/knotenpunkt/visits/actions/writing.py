"""The rows of planned legs: appointments, who takes part, and the time they take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from knotenpunkt.availability.actions.occupancy import Claim
from knotenpunkt.availability.board import read_board
from knotenpunkt.availability.enums import Pool, ResourceKind
from knotenpunkt.availability.models import GroupSession, Interpreter
from knotenpunkt.availability.queries import ring_fenced
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.visits.enums import AppointmentStatus, InterpreterStatus
from knotenpunkt.visits.models import Appointment, InterpreterAssignment, Visit
from knotenpunkt.visits.plan import PlannedLeg
from knotenpunkt.visits.planning.desks import first_free_seat
from knotenpunkt.visits.planning.wish import VisitWish

Legs = Mapping[int, PlannedLeg]


def write_appointments(visit: Visit, legs: Legs, wish: VisitWish) -> list[Appointment]:
    """Write the legs, by position, as held appointments of the visit.

    A leg in time that a pool still keeps for its programme is written down as the programme's.
    """
    services = Service.objects.filter(id__in={leg.service for leg in legs.values()})
    organizations = dict(services.values_list("id", "organization_id"))
    pools = wish.pools
    paying = {position: ring_fenced(leg, pools) for position, leg in legs.items()} if pools else {}
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
            pool=Pool.RING_FENCED if paying.get(position) else Pool.REGULAR,
            capacity_pool_id=paying.get(position),
        )
        for position, leg in legs.items()
    ]
    Appointment.objects.bulk_create(rows)
    _write_participants(rows, legs, wish)
    return rows


def _write_participants(rows: list[Appointment], legs: Legs, wish: VisitWish) -> None:
    Appointment.staff.through.objects.bulk_create(
        Appointment.staff.through(appointment_id=row.id, staffmember_id=member)
        for row in rows
        for member in legs[row.position].staff
    )
    InterpreterAssignment.objects.bulk_create(
        InterpreterAssignment(
            appointment=row,
            interpreter_id=interpreter,
            status=InterpreterStatus.REQUESTED,
            gender_wish=wish.interpreter_gender,
        )
        for row in rows
        if (interpreter := legs[row.position].interpreter)
    )


def claims_of(visit: Visit, legs: Legs, rows: list[Appointment]) -> list[Claim]:
    """Return what the legs take: person, staff or seat, room, interpreter (not by telephone)."""
    sessions = GroupSession.objects.in_bulk(
        [it.group_session for it in legs.values() if it.group_session]
    )
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
    return session.seat_id(first_free_seat(session, board, during) or 1)
