"""Conferences: whole for members, one item at its time for guests, own tasks for all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from knotenpunkt.casework.actions.conferences import uncovered
from knotenpunkt.casework.models import AgendaItem, AgreedStep, CaseConference, ConferenceSeat
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Account
from knotenpunkt.people.enums import Purpose
from knotenpunkt.people.queries import grants_to
from knotenpunkt.visits.queries import BLIND_ROLES, organization_of

# A guest may come a little early and stay a little late.
MARGIN = dt.timedelta(minutes=10)


def conferences_visible_to(account: Account | AnonymousUser) -> QuerySet[CaseConference]:
    """Return the conferences of which this account is a full member.

    A named one is seen by the house that asked and by members with a living grant for a case
    conference. Who loses it loses minutes and all, but the own tasks (`steps_of`).
    """
    organization = organization_of(account)
    if organization is None or not isinstance(account, Account):
        return CaseConference.objects.none()
    if account.staff_member.role in BLIND_ROLES:
        return CaseConference.objects.none()
    living = grants_to(account, purpose=Purpose.CASE_CONFERENCE).filter(
        subject=OuterRef("person"), owner=OuterRef("organization")
    )
    seats = ConferenceSeat.objects.filter(
        conference=OuterRef("pk"), staff_member=account.staff_member, item=None
    )
    return CaseConference.objects.filter(Exists(seats)).filter(
        Q(person=None) | Q(organization=organization) | Q(Exists(living))
    )


def with_names(conferences: QuerySet[CaseConference]) -> QuerySet[CaseConference]:
    """Return the conferences with what lists and pages show, in a fixed number of queries."""
    return conferences.select_related(
        "person", "organization", "requested_by", "chair", "location", "network"
    ).prefetch_related("seats__staff_member__organization")


@dataclass(frozen=True)
class GuestView:
    """What a guest sees: one item, and its time."""

    item: AgendaItem
    starts_at: dt.datetime
    ends_at: dt.datetime
    is_now: bool


def guest_view(account: Account, conference_id: UUID) -> GuestView | None:
    """Return the item of a guest; its text only while it is her time, and only if she may.

    In a named conference a guest without a living grant sees nothing (N33).
    """
    if organization_of(account) is None:
        return None
    with system_scope("one item of an agenda, for its guest"):
        seat = (
            ConferenceSeat.objects.select_related("item", "conference__organization")
            .filter(conference=conference_id, staff_member=account.staff_member)
            .exclude(item=None)
            .exclude(conference__starts_at=None)
            .first()
        )
        if seat is None or seat.item is None:
            return None
        conference = seat.conference
        if conference.person is not None and account.staff_member in uncovered(conference):
            return None
        starts_at, ends_at = time_of(seat.item)
    is_now = starts_at - MARGIN <= clock.now() < ends_at + MARGIN
    return GuestView(seat.item, starts_at, ends_at, is_now)


def time_of(item: AgendaItem) -> tuple[dt.datetime, dt.datetime]:
    """Return begin and end of an item of a scheduled conference."""
    before = item.conference.agenda.filter(position__lt=item.position)
    begin = item.conference.starts_at or clock.now()
    begin += dt.timedelta(minutes=sum(it.minutes for it in before))
    return begin, begin + dt.timedelta(minutes=item.minutes)


@dataclass(frozen=True)
class Light:
    """Whether this member may know who it is about, at this moment."""

    seat: ConferenceSeat
    is_green: bool


def lights_of(conference: CaseConference) -> list[Light]:
    """Return one light for each member, computed now: nothing is stored that could be stale.

    Every member may see all lights: who speaks must know who may hear it.
    """
    with system_scope("consent lights of a conference"):
        red = {it.pk for it in uncovered(conference)}
    return [Light(seat, seat.staff_member_id not in red) for seat in conference.seats.all()]


def steps_of(account: Account) -> QuerySet[AgreedStep]:
    """Return the open tasks of this staff member, as text alone, whatever else she may see."""
    return AgreedStep.objects.filter(owner=account.staff_member, done_at=None).order_by(
        "due_on", "id"
    )
