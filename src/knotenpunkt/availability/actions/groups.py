"""Group sessions with numbered seats, as the house that gives them says it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from knotenpunkt.availability.actions.open_intervals import renew_open_intervals
from knotenpunkt.availability.actions.presence import HORIZON, WeekSaid
from knotenpunkt.availability.models import GroupSession
from knotenpunkt.directory.errors import NotTheOwner
from knotenpunkt.directory.models import Service
from knotenpunkt.directory.rights import may_edit
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account, StaffMember


@transaction.atomic
def add_group_sessions(
    *, service: Service, leader: StaffMember, seats: int, week: WeekSaid, by: Account
) -> list[GroupSession]:
    """Open a session with numbered seats for every stretch of the week; its leader is taken then.

    Raises `NotTheOwner`, also when the leader works for another house.
    """
    house = service.organization
    if not may_edit(by, house) or leader.organization_id != house.pk:
        raise NotTheOwner
    sessions = GroupSession.objects.bulk_create(
        GroupSession(
            service=service,
            location=week.location,
            room=week.room,
            staff_member=leader,
            seats=seats,
            rrule=it.rule(week.weeks),
            first_on=week.first_on,
            last_on=week.last_on,
            starts_at=it.starts_at,
            ends_at=it.ends_at,
        )
        for it in sorted(week.hours)
    )
    service.staff.add(leader)
    record("availability.group_sessions_added", service, by=by)
    _renew(leader)
    return sessions


@transaction.atomic
def end_group_session(*, session: GroupSession, by: Account) -> None:
    """Let a session not take place from tomorrow on. Seats already booked stay booked.

    Raises `NotTheOwner`. Harmless when repeated.
    """
    if not may_edit(by, session.service.organization):
        raise NotTheOwner
    today = clock.today()
    if session.last_on is None or session.last_on > today:
        session.last_on = today
        session.save(update_fields=["last_on"])
        record("availability.group_session_ended", session.service, by=by)
        _renew(session.staff_member)


def _renew(leader: StaffMember) -> None:
    today: dt.date = clock.today()
    renew_open_intervals(
        network=leader.organization.network,
        first=today,
        last=today + HORIZON,
        staff=frozenset({leader.pk}),
    )
