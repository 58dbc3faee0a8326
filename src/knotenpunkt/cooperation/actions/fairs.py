"""A fair from the plan to what came of it; postponed in one action that forgets nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from knotenpunkt.cooperation.enums import (
    FAIR_STEPS,
    TAKES_SIGN_UPS,
    ComingStatus,
    FairStatus,
    StallStatus,
)
from knotenpunkt.cooperation.errors import FairIsFull, IllegalFairStep, RoomsTaken
from knotenpunkt.cooperation.messages import tell_stall, tell_visitor
from knotenpunkt.cooperation.models import Fair, FairContact, FairRegistration, RoomUse, Stall
from knotenpunkt.cooperation.queries.fairs import places_taken
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account, Location, Organization, Room

Range = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class NewDate:
    """When and where a fair is held instead. Moments are aware."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    location: Location
    rooms: Sequence[Room]
    capacity: int
    has_online_edition: bool
    online_url: str = ""


@transaction.atomic
def step_fair(*, fair: Fair, new: str, by: Account, reason: str = "", evaluation: str = "") -> Fair:
    """Move a fair on; everyone hears when it is cancelled or goes online. Repeating is harmless.

    Raises `IllegalFairStep`. A postponement has an action of its own.
    """
    fair = _locked(fair)
    if fair.status == new:
        return fair
    if new == FairStatus.POSTPONED or new not in FAIR_STEPS.get(fair.status, frozenset()):
        raise IllegalFairStep(fair.status, new)
    fair.status, fair.reason = new, reason or fair.reason
    fair.evaluation = evaluation or fair.evaluation
    fair.sequence += 1
    fair.save(update_fields=["status", "reason", "evaluation", "sequence"])
    record(f"fair.{new}", fair, by=by, changed_fields=["status"])
    if new in (FairStatus.CANCELLED, FairStatus.ONLINE):
        _free_rooms(fair)
        for registration in fair.registrations.exclude(status=ComingStatus.WITHDRAWN):
            tell_visitor(registration, fair, "off", reason)
    return fair


@transaction.atomic
def postpone_fair(*, fair: Fair, to: NewDate, reason: str, by: Account) -> Fair:
    """Put a fair off and return its successor.

    Rooms are freed and the new ones taken; stalls and registrations are carried over and asked
    again; everyone is told once; calendars get the same entry with a higher SEQUENCE. Raises
    `RoomsTaken` or `IllegalFairStep`; then nothing has changed. Repeating returns the successor.
    """
    fair = _locked(fair)
    if fair.status == FairStatus.POSTPONED and fair.successor:
        return fair.successor
    if FairStatus.POSTPONED not in FAIR_STEPS.get(fair.status, frozenset()):
        raise IllegalFairStep(fair.status, FairStatus.POSTPONED)
    _free_rooms(fair)
    successor = Fair.objects.create(
        network=fair.network,
        code=_next_code(fair),
        title=fair.title,
        status=FairStatus.ANNOUNCED,
        starts_at=to.starts_at,
        ends_at=to.ends_at,
        location=to.location,
        capacity=to.capacity,
        has_online_edition=to.has_online_edition,
        online_url=to.online_url,
        calendar_id=fair.calendar_id,
        sequence=fair.sequence + 1,
    )
    use_rooms(fair=successor, rooms=to.rooms, by=by)
    fair.status, fair.reason, fair.successor = FairStatus.POSTPONED, reason, successor
    fair.save(update_fields=["status", "reason", "successor"])
    _carry_stalls(fair, successor)
    _carry_registrations(fair, successor)
    record("fair.postponed", fair, by=by, changed_fields=["status", "successor"])
    return successor


def _locked(fair: Fair) -> Fair:
    return (
        Fair.objects.select_for_update(of=("self",))
        .select_related("network", "location", "successor")
        .get(pk=fair.pk)
    )


def _next_code(fair: Fair) -> str:
    taken = Fair.objects.filter(network=fair.network, code__startswith=fair.code[:40]).count()
    return f"{fair.code[:40]}-{taken + 1}"


def _carry_stalls(fair: Fair, successor: Fair) -> None:
    stalls = fair.stalls.exclude(status=StallStatus.DECLINED).select_related("organization")
    Stall.objects.bulk_create(
        Stall(
            fair=successor,
            organization=it.organization,
            topics=it.topics,
            languages=it.languages,
        )
        for it in stalls
    )
    for stall in stalls:
        if stall.organization.email:
            tell_stall(stall.organization.email, successor, fair.reason)


def _carry_registrations(fair: Fair, successor: Fair) -> None:
    """Keep who signed up, in order, and ask each anew; who withdrew is left in peace."""
    now = clock.now()
    kept = [
        FairRegistration(
            fair=successor,
            name=it.name,
            email=it.email,
            language=it.language,
            organization_id=it.organization_id,
            interests=it.interests,
            status=ComingStatus.ASKED_AGAIN,
            carried_from=it,
            created_at=now,
        )
        for it in fair.registrations.exclude(status=ComingStatus.WITHDRAWN)
    ]
    for registration in FairRegistration.objects.bulk_create(kept):
        tell_visitor(registration, successor, "postponed", fair.reason)


@transaction.atomic
def use_rooms(*, fair: Fair, rooms: Iterable[Room], by: Account | None) -> None:
    """Take rooms for the fair. Raises `RoomsTaken` with what is in the way."""
    rooms = sorted(rooms, key=lambda room: str(room.pk))
    during = (fair.starts_at, fair.ends_at)
    ids = [room.pk for room in rooms]
    list(Room.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    taken = _in_the_way(rooms, during)
    if taken:
        raise RoomsTaken({it.room_id: it.reason for it in taken})
    for room in rooms:
        RoomUse.objects.create(room=room, during=during, fair=fair, reason=fair.title, by=by)


@transaction.atomic
def block_room(*, room: Room, during: Range, reason: str, by: Account) -> list[Fair]:
    """Block a room in an emergency and return the fairs that lose it; the reason is kept.

    Whoever used it then loses it at once: an emergency does not wait.
    """
    Room.objects.select_for_update(of=("self",)).get(pk=room.pk)
    lost = [it for it in _in_the_way([room], during) if it.fair is not None]
    for use in _in_the_way([room], during):
        use.is_active = False
        use.save(update_fields=["is_active"])
    block = RoomUse.objects.create(room=room, during=during, reason=reason, is_blocked=True, by=by)
    record("room.blocked", block, by=by)
    return [use.fair for use in lost if use.fair]


def _in_the_way(rooms: Iterable[Room], during: Range) -> list[RoomUse]:
    uses = RoomUse.objects.filter(
        room__in=[it.pk for it in rooms], is_active=True, during__overlap=during
    )
    return list(uses.select_related("fair", "room").order_by("pk"))


def _free_rooms(fair: Fair) -> None:
    RoomUse.objects.filter(fair=fair, is_active=True).update(is_active=False)


@transaction.atomic
def sign_up(*, fair: Fair, fields: dict[str, object]) -> FairRegistration:
    """Sign someone up (`name`, `email`, `language`, `interests`); the same address only once.

    Raises `FairIsFull` when no place is left, `IllegalFairStep` when sign-up is over.
    """
    fair = _locked(fair)
    if fair.status not in TAKES_SIGN_UPS:
        raise IllegalFairStep(fair.status, FairStatus.OPEN)
    known = fair.registrations.filter(email=fields["email"]).first()
    if known:
        return known
    if places_taken(fair) >= fair.capacity:
        raise FairIsFull(fair.capacity, fair.has_online_edition)
    return FairRegistration.objects.create(fair=fair, created_at=clock.now(), **fields)


@transaction.atomic
def answer_invitation(*, registration: FairRegistration, status: str) -> FairRegistration:
    """Take "I come", "online" or "I do not come" of whoever holds the link."""
    registration = FairRegistration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
    if registration.status != status:
        registration.status, registration.answered_at = status, clock.now()
        registration.save(update_fields=["status", "answered_at"])
    return registration


@transaction.atomic
def answer_for_stall(*, stall: Stall, status: str, by: Account) -> None:
    """Say whether the own stall comes."""
    stall = Stall.objects.select_for_update(of=("self",)).get(pk=stall.pk)
    if stall.status != status:
        stall.status = status
        stall.save(update_fields=["status"])
        record(f"stall.{status}", stall, by=by, changed_fields=["status"])


@transaction.atomic
def note_contact(
    *, stall: Stall, registration: FairRegistration, note: str, by: Account
) -> FairContact:
    """Note that stall and visitor want to stay in touch; once."""
    contact, is_new = FairContact.objects.get_or_create(
        stall=stall,
        registration=registration,
        defaults={"note": note, "created_at": clock.now()},
    )
    if is_new:
        record("fair.contact", stall, by=by)
    return contact


def hand_on_stalls(*, old: Organization, successor: Organization, on: dt.date) -> None:
    """Give the successor the stalls at fairs from this day on; of two it keeps its own."""
    opens = clock.local_moment(on, dt.time())
    coming = old.stalls.filter(fair__starts_at__gte=max(opens, clock.now()))
    own = set(successor.stalls.values_list("fair", flat=True))
    coming.filter(fair__in=own).update(status=StallStatus.DECLINED)
    coming.exclude(fair__in=own).update(organization=successor)
