"""From a plan to a visit: hold, extend, confirm."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Model

from knotenpunkt.availability.actions.occupancy import Claim, ClaimTaken, occupy, prolong
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import audit_entry, record
from knotenpunkt.foundation.languages import reading_language
from knotenpunkt.foundation.prepared import prepared_cursor
from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions.replacing import lock_both, status_after_change, take_over
from knotenpunkt.visits.actions.steps import book_whole
from knotenpunkt.visits.actions.writing import appointments_of, claims_of, participants_of
from knotenpunkt.visits.enums import LIVING_VISITS, VisitStatus
from knotenpunkt.visits.errors import (
    BadPlan,
    HoldExpired,
    IllegalStep,
    Overtaken,
    TimesTaken,
    TooManyHolds,
)
from knotenpunkt.visits.models import Appointment, Visit, WaitingOffer
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.validity import GONE, examine
from knotenpunkt.visits.planning.wish import VisitWish
from knotenpunkt.visits.signals import visit_confirmed

HOLD = dt.timedelta(minutes=15)
MOST_EXTENSIONS = 3
MOST_HOLDS_OF_A_PERSON = 3
MOST_HOLDS_OF_A_CONTACT = 5
MOST_VISITS_OF_A_CONTACT = 6  # booked and ahead; for staff there is no such limit
HOLDS_OF = "SELECT * FROM kp_holds_of(%s, %s, %s)"  # locks, then counts (migration 0007)


@in_system_scope("hold visit")
@transaction.atomic
def hold_visit(
    *,
    person: Person,
    plan: BookingPlan,
    wish: VisitWish,
    by: Account | None,
    lasts: dt.timedelta = HOLD,
) -> Visit:
    """Take every time of the plan for fifteen minutes, or none of them.

    The plan is checked again against `wish` (the person's conditions). Raises `BadPlan` for a
    plan that never was valid, `TimesTaken` with the positions that are gone, `TooManyHolds`.
    """
    _refuse_hoarding(person, is_public=wish.for_public)
    owners = _check(plan, wish)
    now = clock.now()
    visit = Visit(
        network=wish.network,
        person=person,
        organization_id=by.staff_member.organization_id if by else person.organization_id,
        booked_by=by,
        status=VisitStatus.HELD,
        language=reading_language(list(wish.languages)),
        hold_expires_at=now + lasts,
        created_at=now,
    )
    legs = dict(enumerate(plan.legs))
    rows = appointments_of(visit, legs, wish, owners)
    entry = audit_entry("visit.held", visit, by=by)
    new: list[Sequence[Model]] = [[visit], rows, *participants_of(rows, legs, wish), [entry]]
    take(visit, claims_of(visit, legs, rows), rows, new)
    return visit


def take(
    visit: Visit,
    claims: list[Claim],
    rows: list[Appointment],
    new: Sequence[Sequence[Model]] = (),
) -> None:
    """Occupy the claims of these appointments, and write what is `new` in the same statement.

    Raises `TimesTaken` with the positions of the appointments.
    """
    try:
        occupy(holder=visit.id, claims=claims, expires_at=visit.hold_expires_at, rows=new)
    except ClaimTaken as error:
        parts = {claim.part for claim in error.claims}
        raise TimesTaken([it.position for it in rows if it.id in parts]) from error


def _refuse_hoarding(person: Person, *, is_public: bool) -> None:
    """Count under a lock, so that two holds at the same moment do not both pass.

    A contact (telephone or mailbox) may stand for a family, so it may hold more than one person.
    """
    with prepared_cursor() as cursor:
        cursor.execute(HOLDS_OF, [person.pk, clock.now(), list(LIVING_VISITS)])
        own, of_contact, booked_of_contact = cursor.fetchone()
    if own >= MOST_HOLDS_OF_A_PERSON:
        raise TooManyHolds(MOST_HOLDS_OF_A_PERSON)
    if of_contact >= MOST_HOLDS_OF_A_CONTACT:
        raise TooManyHolds(MOST_HOLDS_OF_A_CONTACT, "contact")
    if is_public and booked_of_contact >= MOST_VISITS_OF_A_CONTACT:
        raise TooManyHolds(MOST_VISITS_OF_A_CONTACT, "contact")


def _check(
    plan: BookingPlan, wish: VisitWish, kept: frozenset[int] = frozenset()
) -> dict[UUID, UUID]:
    """Return the organization of each service of a valid plan; raise what is wrong with it."""
    faults, owners = examine(plan, wish, kept)
    gone = sorted({fault.leg for fault in faults if fault.rule in GONE and fault.leg is not None})
    if faults and len(gone) == len({fault.leg for fault in faults}):
        raise TimesTaken(gone)
    if faults:
        raise BadPlan(faults)
    return owners


@in_system_scope("extend hold")
@transaction.atomic
def extend_hold(*, visit: Visit, by: Account | None) -> Visit:
    """Hold fifteen minutes from now, at most three times; what is held longer stays so.

    What is offered to someone in line has its own time. Raises `HoldExpired`, `IllegalStep`.
    """
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if visit.is_expired:
        raise HoldExpired(visit.id)
    is_offer = WaitingOffer.objects.filter(visit=visit).exists()
    if visit.status != VisitStatus.HELD or visit.times_extended >= MOST_EXTENSIONS or is_offer:
        raise IllegalStep("visit", visit.id, visit.status, "extended")
    visit.hold_expires_at = max(clock.now() + HOLD, visit.hold_expires_at or clock.now())
    visit.times_extended += 1
    visit.save(update_fields=["hold_expires_at", "times_extended"])
    if not prolong(holder=visit.id, expires_at=visit.hold_expires_at):
        raise HoldExpired(visit.id)  # by the clock of another process, which took its times
    record("visit.hold_extended", visit, by=by)
    return visit


@in_system_scope("confirm visit")
@transaction.atomic
def confirm_visit(*, visit: Visit, by: Account | None) -> Visit:
    """Book what is held. Confirming twice is harmless.

    If it is a change, the visit it changes is replaced in the same transaction. Raises
    `HoldExpired`, `IllegalStep`, and `Overtaken` if that visit was changed meanwhile.
    """
    old, visit = lock_both(visit)
    if visit.status in LIVING_VISITS:
        return visit
    if old is not None and old.version != visit.changes_version:
        raise Overtaken(old.id)
    if visit.is_expired:
        raise HoldExpired(visit.id)
    visit.confirmed_at = visit.confirmed_at or clock.now()
    new = VisitStatus.BOOKED if old is None else status_after_change(old)
    entry = audit_entry("visit.confirmed", visit, by=by)
    is_offer, has_times = book_whole(visit, new, entry, keeps=old is None)
    if not has_times:
        raise HoldExpired(visit.id)  # by the clock of another process, which took its times
    if old is not None:
        take_over(old=old, new=visit, by=by)
    visit_confirmed.send(Visit, visit=visit, by=by, is_offer=is_offer)
    return visit


def new_idempotency_key() -> str:
    """Return a key for a form: sent twice, it books once."""
    return str(uuid4())
