"""Open hours: a number for everyone who comes without an appointment, and her turn."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max

from knotenpunkt.availability.actions.occupancy import Claim, ClaimTaken, occupy, release
from knotenpunkt.availability.enums import ResourceKind
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.network.models import Account, Location, StaffMember
from knotenpunkt.visits.actions.steps import step_ticket
from knotenpunkt.visits.day import free_now, room_now, waiting_at, waiting_of
from knotenpunkt.visits.enums import QueueStatus
from knotenpunkt.visits.errors import NobodyFits
from knotenpunkt.visits.models import QueueTicket, Visit
from knotenpunkt.visits.waits import earliest

USUAL_MINUTES = 15


@dataclass(frozen=True)
class TicketWish:
    """Where someone waits, in which language, for how long a talk; her visit if she has one."""

    location: Location
    language: str
    minutes: int = USUAL_MINUTES
    visit: Visit | None = None


@in_system_scope("take ticket")
@transaction.atomic
def take_ticket(*, wish: TicketWish, by: Account) -> QueueTicket:
    """Give the next number of this place and day. Nobody has to give a name for it."""
    day = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"queue/{wish.location.pk}/{day}"],
        )
    last = QueueTicket.objects.filter(location=wish.location, day=day).aggregate(it=Max("number"))
    ticket = QueueTicket.objects.create(
        location=wish.location,
        organization=by.staff_member.organization,
        day=day,
        number=(last["it"] or 0) + 1,
        language=wish.language,
        minutes=wish.minutes,
        visit=wish.visit,
        issued_at=clock.now(),
    )
    record("ticket.taken", ticket, by=by)
    return ticket


@in_system_scope("call next")
@transaction.atomic
def call_next(*, location: Location, staff_member: StaffMember, by: Account) -> QueueTicket:
    """Call the first waiting one whose talk fits before the next booked one, and take the time.

    Raises `NobodyFits` with the end of the free time, if there is any.
    """
    waiting = list(waiting_at(location, staff_member.organization).select_for_update(of=("self",)))
    now = int(clock.now().timestamp()) // 60
    spans = free_now([staff_member.id], location).get(staff_member.id, [])
    current = [(now, end) for begin, end in spans if begin <= now < end]
    for ticket in waiting:
        if earliest(waiting_of(ticket), current) == now and _take(ticket, staff_member, now):
            ticket.staff_member, ticket.called_at = staff_member, clock.now()
            ticket.room_id = room_now(staff_member, location)
            step_ticket(ticket, QueueStatus.CALLED, "staff_member", "called_at", "room")
            record("ticket.called", ticket, by=by)
            return ticket
    until = dt.datetime.fromtimestamp(current[0][1] * 60, dt.UTC) if current else None
    raise NobodyFits(len(waiting), until)


def _take(ticket: QueueTicket, staff_member: StaffMember, now: int) -> bool:
    start = dt.datetime.fromtimestamp(now * 60, dt.UTC)
    resources = [(staff_member.id, ResourceKind.STAFF)]
    if ticket.visit is not None:
        resources.append((ticket.visit.person_id, ResourceKind.PERSON))
    claims = [
        Claim(
            resource,
            kind,
            start,
            start + dt.timedelta(minutes=ticket.minutes),
            ticket.id,
            ticket.location_id,
        )
        for resource, kind in resources
    ]
    try:
        with transaction.atomic():
            occupy(holder=ticket.id, claims=claims, expires_at=None)
    except ClaimTaken:
        return False
    return True


@in_system_scope("end ticket")
@transaction.atomic
def end_ticket(*, ticket: QueueTicket, was_served: bool, by: Account) -> QueueTicket:
    """Note that the talk is over, or that she has left; what is left of the time is free again."""
    ticket = QueueTicket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
    ticket.ended_at = clock.now()
    new = QueueStatus.SERVED if was_served else QueueStatus.LEFT
    if step_ticket(ticket, new, "ended_at"):
        release(holder=ticket.id)
        record(f"ticket.{new}", ticket, by=by)
    return ticket
