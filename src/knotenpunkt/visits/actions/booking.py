"""From a plan to a visit: hold, extend, confirm."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Q

from knotenpunkt.availability.actions.occupancy import Claim, ClaimTaken, keep, occupy, prolong
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.languages import reading_language
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions.replacing import lock_both, status_after_change, take_over
from knotenpunkt.visits.actions.steps import step_appointments, step_visit
from knotenpunkt.visits.actions.writing import claims_of, write_appointments
from knotenpunkt.visits.enums import LIVING_VISITS, AppointmentStatus, VisitStatus
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
from knotenpunkt.visits.planning.validity import GONE, faults_of
from knotenpunkt.visits.planning.wish import VisitWish
from knotenpunkt.visits.signals import visit_confirmed

HOLD = dt.timedelta(minutes=15)
MOST_EXTENSIONS = 3
MOST_HOLDS_OF_A_PERSON = 3
MOST_HOLDS_OF_A_CONTACT = 5
MOST_VISITS_OF_A_CONTACT = 6  # booked and ahead; for staff there is no such limit


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
    _check(plan, wish)
    now = clock.now()
    visit = Visit.objects.create(
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
    rows = write_appointments(visit, legs, wish)
    take(visit, claims_of(visit, legs, rows), rows)
    record("visit.held", visit, by=by)
    return visit


def take(visit: Visit, claims: list[Claim], rows: list[Appointment]) -> None:
    """Occupy the claims of these appointments. Raises `TimesTaken` with their positions."""
    try:
        occupy(holder=visit.id, claims=claims, expires_at=visit.hold_expires_at)
    except ClaimTaken as error:
        parts = {claim.part for claim in error.claims}
        raise TimesTaken([it.position for it in rows if it.id in parts]) from error


def _refuse_hoarding(person: Person, *, is_public: bool) -> None:
    """Count under a lock, so that two holds at the same moment do not both pass.

    A contact (telephone or mailbox) may stand for a family, so it may hold more than one person.
    """
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    held = Visit.objects.filter(
        status=VisitStatus.HELD, hold_expires_at__gt=clock.now(), changes=None, waiting_offer=None
    )
    if held.filter(person=person).count() >= MOST_HOLDS_OF_A_PERSON:
        raise TooManyHolds(MOST_HOLDS_OF_A_PERSON)
    contact = _contact_of(person)
    if contact is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [str(contact)])
    if held.filter(contact).count() >= MOST_HOLDS_OF_A_CONTACT:
        raise TooManyHolds(MOST_HOLDS_OF_A_CONTACT, "contact")
    ahead = Visit.objects.filter(contact, status__in=LIVING_VISITS)
    if is_public and ahead.count() >= MOST_VISITS_OF_A_CONTACT:
        raise TooManyHolds(MOST_VISITS_OF_A_CONTACT, "contact")


def _contact_of(person: Person) -> Q | None:
    """Return the condition for visits of everyone who gave the same telephone or mailbox."""
    if person.phone:
        return Q(person__phone=person.phone)
    return Q(person__email__iexact=person.email) if person.email else None


def _check(plan: BookingPlan, wish: VisitWish, kept: frozenset[int] = frozenset()) -> None:
    faults = faults_of(plan, wish, kept)
    gone = sorted({fault.leg for fault in faults if fault.rule in GONE and fault.leg is not None})
    if faults and len(gone) == len({fault.leg for fault in faults}):
        raise TimesTaken(gone)
    if faults:
        raise BadPlan(faults)


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
    visit.hold_expires_at = None
    new = VisitStatus.BOOKED if old is None else status_after_change(old)
    step_visit(visit, new, "confirmed_at", "hold_expires_at")
    if old is not None:
        take_over(old=old, new=visit, by=by)
    elif not keep(holder=visit.id):
        raise HoldExpired(visit.id)  # by the clock of another process, which took its times
    step_appointments(visit, AppointmentStatus.HELD, AppointmentStatus.BOOKED)
    record("visit.confirmed", visit, by=by)
    visit_confirmed.send(Visit, visit=visit, by=by)
    return visit


def new_idempotency_key() -> str:
    """Return a key for a form: sent twice, it books once."""
    return str(uuid4())
