"""What a staff member has in hand, by kind: asked when she leaves, and by whoever takes over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from knotenpunkt.casework.enums import (
    LIVE_REFERRALS,
    AssignmentStatus,
    ConferenceStatus,
    ReferralStatus,
)
from knotenpunkt.casework.models import (
    AgreedStep,
    Assignment,
    CaseConference,
    FollowUp,
    PlanStep,
    Referral,
)
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.leaving import OpenWork
from knotenpunkt.network.models import StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.visits.enums import AppointmentStatus
from knotenpunkt.visits.models import Appointment

_ENDED = (ConferenceStatus.CLOSED, ConferenceStatus.CANCELLED_NO_CONSENT)


@dataclass(frozen=True)
class Kind:
    """One kind of work: its name, what of it is open, and whether a form can hand it over."""

    label: str | Promise
    rows: Callable[[StaffMember], QuerySet[Any]]
    moves: bool = True


def _conferences(member: StaffMember) -> QuerySet[CaseConference]:
    live = CaseConference.objects.exclude(status__in=_ENDED)
    return live.filter(chair=member) | live.filter(requested_by=member)


def _assignments(member: StaffMember) -> QuerySet[Assignment]:
    live = Assignment.objects.exclude(status=AssignmentStatus.HANDED_OVER)
    return live.filter(assigned_to=member) | live.filter(opened_by=member)


def _appointments(member: StaffMember) -> QuerySet[Appointment]:
    return Appointment.objects.filter(
        staff=member, status=AppointmentStatus.BOOKED, starts_at__gt=clock.now()
    )


KINDS: Mapping[str, Kind] = {
    "persons": Kind(_("persons she leads"), lambda it: Person.objects.filter(case_lead=it)),
    "referrals": Kind(
        _("referrals she answers for"),
        lambda it: Referral.objects.filter(
            responsible=it, status__in=(ReferralStatus.DRAFT, *LIVE_REFERRALS)
        ),
    ),
    "conferences": Kind(_("case conferences"), _conferences),
    "agreed_steps": Kind(
        _("tasks from conferences"), lambda it: AgreedStep.objects.filter(owner=it, done_at=None)
    ),
    "plan_steps": Kind(
        _("steps of plans"), lambda it: PlanStep.objects.filter(owner=it, done_at=None)
    ),
    "assignments": Kind(_("hand-overs"), _assignments),
    "follow_ups": Kind(
        _("reminders"), lambda it: FollowUp.objects.filter(staff_member=it, done_at=None)
    ),
    "appointments": Kind(_("appointments ahead"), _appointments, moves=False),
}


def open_work(member: StaffMember) -> list[OpenWork]:
    """Return how much of each kind is open. Whoever asks reads no person, only numbers."""
    with system_scope("count what somebody who leaves has in hand"):
        return [
            OpenWork(key, kind.label, kind.rows(member).distinct().count(), kind.moves)
            for key, kind in KINDS.items()
        ]
