"""The counsellor's day: talks, what was agreed last time, what to remember."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from knotenpunkt.casework.models import FollowUp, TalkRecord
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.people.rules import READ_NOTHING
from knotenpunkt.visits.enums import ACTIVE_APPOINTMENTS, AppointmentStatus, VisitStatus
from knotenpunkt.visits.models import Appointment
from knotenpunkt.visits.queries import appointments_visible_to

SHOWN = (*ACTIVE_APPOINTMENTS, AppointmentStatus.ATTENDED)


def talks_of(account: Account, day: dt.date) -> QuerySet[Appointment]:
    """Return the talks of this staff member on a local day, in order of time; over ones too."""
    start = clock.local_moment(day, dt.time())
    end = clock.local_moment(day + dt.timedelta(days=1), dt.time())
    return (
        appointments_visible_to(account)
        .filter(staff=account.staff_member, starts_at__gte=start, starts_at__lt=end)
        .filter(status__in=SHOWN)
        .exclude(visit__status=VisitStatus.HELD)
        .select_related("service", "location", "room", "visit__person", "joint_session")
        .prefetch_related("interpreter_assignment__interpreter", "staff__organization")
        .order_by("starts_at", "id")
    )


def talk_records_visible_to(account: Account) -> QuerySet[TalkRecord]:
    """Return the own house's records, newest first; confidential ones to their counsellor."""
    own = TalkRecord.objects.filter(organization_id=account.staff_member.organization_id)
    role = account.staff_member.role
    if role in READ_NOTHING or account.staff_member.left_on is not None:
        return own.none()
    if role == Role.CONFIDENTIAL_WORKER:
        own = own.filter(Q(author=account.staff_member) | Q(person__case_lead=account.staff_member))
    return own.select_related("author")


def last_records(account: Account, persons: Iterable[UUID]) -> dict[UUID, TalkRecord]:
    """Return the last record of each person, in one query."""
    rows = (
        talk_records_visible_to(account)
        .filter(person__in=list(persons))
        .order_by("person_id", "-at")
        .distinct("person_id")
    )
    return {row.person_id: row for row in rows}


def follow_ups_of(account: Account) -> QuerySet[FollowUp]:
    """Return the open reminders of this staff member about persons she may still see."""
    return (
        FollowUp.objects.filter(
            staff_member=account.staff_member,
            done_at=None,
            person__in=persons_visible_to(account),
        )
        .select_related("person")
        .order_by("due_on", "created_at")
    )


def due_follow_ups(account: Account) -> QuerySet[FollowUp]:
    """Return what is due today or before."""
    return follow_ups_of(account).filter(due_on__lte=clock.today())
