"""Reading the day: the list of the front desk, the queue, the screen, the state on a phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from knotenpunkt.availability.board import read_board
from knotenpunkt.availability.models import OpenInterval
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Account, Location, Organization, StaffMember
from knotenpunkt.visits.enums import (
    ACTIVE_APPOINTMENTS,
    AppointmentStatus,
    QueueStatus,
    VisitStatus,
)
from knotenpunkt.visits.models import Appointment, QueueTicket, Visit
from knotenpunkt.visits.queries import BLIND_ROLES, appointments_visible_to, organization_of
from knotenpunkt.visits.waits import Span, Turn, Waiting, turns

MINUTE = dt.timedelta(minutes=1)
CALLED_FOR = dt.timedelta(minutes=10)  # how long a call stays on the screen
SHOWN = (
    *ACTIVE_APPOINTMENTS,
    AppointmentStatus.ATTENDED,
    AppointmentStatus.EXCUSED,
    AppointmentStatus.NO_SHOW,
)


@dataclass(frozen=True)
class LegState:
    """One leg as it stands now. `expected_at` is the booked time plus the delay."""

    appointment: UUID
    status: str
    location: str
    room: str
    starts_at: dt.datetime
    expected_at: dt.datetime
    delay_minutes: int
    is_called: bool

    @property
    def minutes_left(self) -> int:
        """Return the minutes until it begins, begun ones counted; 0 when it should have."""
        return max(-int((clock.now() - self.expected_at) // MINUTE), 0)


def live_state(visit: Visit) -> list[LegState]:
    """Return today's legs of a visit that are not over, in order of time; for her own phone."""
    start, end = _bounds(clock.today())
    legs = (
        visit.appointments.filter(status__in=ACTIVE_APPOINTMENTS)
        .filter(starts_at__gte=start, starts_at__lt=end)
        .select_related("location", "room", "arrival")
        .order_by("starts_at")
    )
    return [_state(leg) for leg in legs]


def next_today(visit: Visit) -> Appointment | None:
    """Return the next booked leg of today for which she has not checked in; None if there is none.

    A leg stays the next one until its time and its delay are over.
    """
    start, end = _bounds(clock.today())
    legs = visit.appointments.filter(
        status=AppointmentStatus.BOOKED, starts_at__gte=start, starts_at__lt=end
    )
    for leg in legs.select_related("location", "room", "arrival").order_by("starts_at"):
        if leg.ends_at + _state(leg).delay_minutes * MINUTE > clock.now():
            return leg
    return None


def _state(leg: Appointment) -> LegState:
    arrival = getattr(leg, "arrival", None)
    delay = arrival.delay_minutes if arrival else 0
    return LegState(
        appointment=leg.id,
        status=leg.status,
        location=leg.location.name,
        room=leg.room.name if leg.room else "",
        starts_at=leg.starts_at,
        expected_at=leg.starts_at + delay * MINUTE,
        delay_minutes=delay,
        is_called=bool(arrival and arrival.called_at),
    )


def _bounds(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    start = clock.local_moment(day, dt.time())
    return start, clock.local_moment(day + dt.timedelta(days=1), dt.time())


def day_list(account: Account, day: dt.date) -> QuerySet[Appointment]:
    """Return what the own organization has on a local day, whatever became of it, by time."""
    organization = organization_of(account)
    start, end = _bounds(day)
    return (
        appointments_visible_to(account)
        .filter(Q(organization=organization) | Q(staff__organization=organization))
        .filter(starts_at__gte=start, starts_at__lt=end, status__in=SHOWN)
        .exclude(visit__status=VisitStatus.HELD, visit__hold_expires_at__lte=clock.now())
        .select_related("service", "location", "room", "visit__person", "arrival")
        .prefetch_related("staff", "interpreter_assignment__interpreter")
        .order_by("starts_at", "id")
    )


def appointment_of_house(account: Account, appointment_id: UUID) -> Appointment | None:
    """Return an appointment at the own organization, of whichever day; None if there is none."""
    found = Appointment.objects.filter(pk=appointment_id).values_list("starts_at", flat=True)
    when = found.first()
    if when is None:
        return None
    return day_list(account, clock.local_day(when)).filter(pk=appointment_id).first()


def appointments_of_code(account: Account, code: str) -> QuerySet[Appointment]:
    """Return today's legs with this code at the own organization; nothing of other offices."""
    return (
        day_list(account, clock.today())
        .filter(visit__code=code)
        .exclude(status=AppointmentStatus.HELD)
    )


def tickets_visible_to(account: Account | AnonymousUser) -> QuerySet[QueueTicket]:
    """Return the tickets of the own organization."""
    organization = organization_of(account)
    if organization is None or account.staff_member.role in BLIND_ROLES:  # type: ignore[union-attr]
        return QueueTicket.objects.none()
    return QueueTicket.objects.filter(organization=organization)


def waiting_at(location: Location, organization: Organization) -> QuerySet[QueueTicket]:
    """Return who waits there for this organization today, first come first."""
    return QueueTicket.objects.filter(
        location=location, organization=organization, day=clock.today(), status=QueueStatus.WAITING
    ).order_by("number")


def waiting_of(ticket: QueueTicket, busy: Iterable[Span] = ()) -> Waiting:
    return Waiting(ticket.id, ticket.minutes, tuple(busy))


def free_now(staff: list[UUID], location: Location) -> dict[UUID, list[Span]]:
    """Return what is open and not taken today at this place, by staff member."""
    today = clock.today()
    board = read_board(first=today, last=today, open_resources=staff)
    return {
        member: [
            piece.during for piece in board.free.get(member, ()) if piece.location == location.id
        ]
        for member in staff
    }


def room_now(staff_member: StaffMember, location: Location) -> UUID | None:
    """Return the room in which she sits now, if her rule names one."""
    now = clock.now()
    rows = OpenInterval.objects.filter(
        resource=staff_member.id, location=location, day=clock.today(), during__contains=now
    )
    return rows.values_list("room_id", flat=True).first()


def walk_in_staff(location: Location, organization: Organization) -> list[UUID]:
    """Return who takes people without an appointment there: by outreach hours or by service."""
    members = StaffMember.objects.filter(organization=organization, left_on=None)
    rows = members.filter(
        Q(outreach__location=location, outreach__is_walk_in=True)
        | Q(services__is_walk_in=True, services__locations=location)
    )
    return list(rows.distinct().values_list("id", flat=True))


def expected_turns(tickets: list[QueueTicket]) -> dict[UUID, Turn]:
    """Return when each of these waiting tickets of one place and organization will be called."""
    if not tickets:
        return {}
    location, organization = tickets[0].location, tickets[0].organization
    free = free_now(walk_in_staff(location, organization), location)
    busy = _busy([it.visit.person_id for it in tickets if it.visit])
    waiting = [
        waiting_of(it, busy.get(it.visit.person_id, ()) if it.visit else ()) for it in tickets
    ]
    return turns(waiting, free, int(clock.now().timestamp()) // 60)


def _busy(persons: list[UUID]) -> dict[UUID, list[Span]]:
    today = clock.today()
    board = read_board(first=today, last=today, open_resources=[], other_resources=persons)
    return {person: [it.during for it in board.taken.get(person, ())] for person in persons}


@dataclass(frozen=True)
class OwnTurn:
    """Her own number for open hours, on her phone; `starts_at` None: nobody can say when yet."""

    sign: str
    location: str
    room: str
    is_called: bool
    starts_at: dt.datetime | None

    @property
    def minutes_left(self) -> int | None:
        """Return about how many minutes she waits, begun ones counted."""
        if self.starts_at is None:
            return None
        return max(-int((clock.now() - self.starts_at) // MINUTE), 0)


def own_turns(visit: Visit) -> list[OwnTurn]:
    """Return the open numbers of today of a visit, also those given before it was changed."""
    tickets = QueueTicket.objects.filter(
        Q(visit=visit) | Q(visit__replaced_by=visit),
        day=clock.today(),
        status__in=(QueueStatus.WAITING, QueueStatus.CALLED),
    )
    with system_scope("her turn depends on everybody before her"):
        return [_own_turn(it) for it in tickets.select_related("location", "organization", "room")]


def _own_turn(ticket: QueueTicket) -> OwnTurn:
    is_called = ticket.status == QueueStatus.CALLED
    turn = None
    if not is_called:
        line = waiting_at(ticket.location, ticket.organization)
        rows = line.select_related("location", "organization", "visit")
        turn = expected_turns(list(rows)).get(ticket.id)
    return OwnTurn(
        sign=str(ticket),
        location=ticket.location.name,
        room=ticket.room.name if ticket.room else "",
        is_called=is_called,
        starts_at=dt.datetime.fromtimestamp(turn.start * 60, dt.UTC) if turn else None,
    )


@dataclass(frozen=True)
class Call:
    """A line of the screen: the end of a code or a number, and where to go."""

    sign: str
    room: str
    at: dt.datetime


def calls_at(location: Location) -> list[Call]:
    """Return who is called at this place now, latest first.

    Of a code only its second half is shown: the whole of it would open the slip to everyone who
    looks at the screen.
    """
    since = clock.now() - CALLED_FOR
    legs = Appointment.objects.filter(
        location=location, status=AppointmentStatus.CHECKED_IN, arrival__called_at__gt=since
    ).select_related("visit", "room", "arrival")
    tickets = QueueTicket.objects.filter(
        location=location, status=QueueStatus.CALLED, called_at__gt=since
    ).select_related("room")
    with system_scope("a screen shows half a code of whomever is called"):
        calls = [
            Call(leg.visit.code[-4:], leg.room.name if leg.room else "", leg.arrival.called_at)
            for leg in legs
            if leg.arrival.called_at
        ]
        calls += [
            Call(str(it), it.room.name if it.room else "", it.called_at)
            for it in tickets
            if it.called_at
        ]
    return sorted(calls, key=lambda it: it.at, reverse=True)
