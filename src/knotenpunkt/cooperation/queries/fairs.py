"""Fairs: who comes, who suits whom, which rooms are free."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from knotenpunkt.cooperation.enums import COMING, ComingStatus, StallStatus
from knotenpunkt.cooperation.models import Fair, FairContact, FairRegistration, RoomUse, Stall
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Network, Room


@dataclass(frozen=True)
class Match:
    """A visitor and a stall that share topics (codes)."""

    registration: FairRegistration
    topics: tuple[str, ...]


def fairs_visible_to(account: Account) -> QuerySet[Fair]:
    """Return the fairs of the own network."""
    network_id = account.staff_member.organization.network_id
    return Fair.objects.filter(network_id=network_id).select_related("location", "successor")


def registrations_visible_to(account: Account, fair: Fair) -> QuerySet[FairRegistration]:
    """Return who signed up: names for coordinators, to others only their own colleagues."""
    staff_member = account.staff_member
    if staff_member.organization.network_id != fair.network_id:
        return FairRegistration.objects.none()
    found = fair.registrations.all()
    if staff_member.role == Role.COORDINATOR:
        return found
    return found.filter(organization=staff_member.organization)


def contacts_visible_to(account: Account, fair: Fair) -> QuerySet[FairContact]:
    """Return the contacts of the own stall."""
    return FairContact.objects.filter(
        stall__fair=fair, stall__organization=account.staff_member.organization
    ).select_related("registration")


def places_taken(fair: Fair) -> int:
    """Return how many come to the place itself; who has not answered yet keeps the place."""
    return fair.registrations.filter(status__in=(*COMING, ComingStatus.ASKED_AGAIN)).count()


def counts_of(fair: Fair) -> dict[str, int]:
    """Return how many signed up, by status; every status is there."""
    found = dict(fair.registrations.order_by().values_list("status").annotate(Count("pk")))
    return {status: found.get(status, 0) for status in ComingStatus.values}


def matches_of(fair: Fair) -> list[tuple[Stall, list[Match]]]:
    """Return for each stall who is interested in its topics, most shared topics first."""
    visitors = list(fair.registrations.exclude(status=ComingStatus.WITHDRAWN))
    stalls = fair.stalls.exclude(status=StallStatus.DECLINED).select_related("organization")
    found = []
    for stall in stalls:
        offered = set(stall.topics)
        matches = [
            Match(visitor, tuple(sorted(offered & set(visitor.interests))))
            for visitor in visitors
            if offered & set(visitor.interests)
        ]
        found.append(
            (stall, sorted(matches, key=lambda it: (-len(it.topics), it.registration.name)))
        )
    return found


def free_rooms(network: Network, starts_at: dt.datetime, ends_at: dt.datetime) -> QuerySet[Room]:
    """Return the rooms of the network that no fair uses and nobody has blocked then."""
    taken = RoomUse.objects.filter(is_active=True, during__overlap=(starts_at, ends_at))
    return (
        Room.objects.filter(location__network=network)
        .exclude(pk__in=taken.values("room"))
        .select_related("location")
        .order_by("location__position", "name")
    )


def lost_rooms(fair: Fair) -> QuerySet[RoomUse]:
    """Return the blocks that took rooms from this fair, with their reasons."""
    lost = fair.room_uses.filter(is_active=False)
    during = (fair.starts_at, fair.ends_at)
    return RoomUse.objects.filter(
        Q(is_blocked=True, is_active=True), room__in=lost.values("room"), during__overlap=during
    ).select_related("room__location")
