"""Changing a booked visit: the change is held like a visit, looked at, and then confirmed."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from knotenpunkt.availability.actions.occupancy import outside
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.network.models import Account
from knotenpunkt.visits.actions import booking
from knotenpunkt.visits.actions.writing import claims_of, write_appointments
from knotenpunkt.visits.enums import LIVING_VISITS, VisitStatus
from knotenpunkt.visits.errors import BadPlan, Overtaken, PlanFault
from knotenpunkt.visits.models import Appointment, Visit
from knotenpunkt.visits.plan import BookingPlan, PlannedLeg
from knotenpunkt.visits.planning.mending import ahead_of, is_same, planned, wish_of_visit
from knotenpunkt.visits.planning.wish import VisitWish


@in_system_scope("hold change")
@transaction.atomic
def hold_change(
    *,
    visit: Visit,
    plan: BookingPlan,
    seen_version: int,
    by: Account | None,
    lasts: dt.timedelta = booking.HOLD,
    wish: VisitWish | None = None,
) -> Visit:
    """Hold what a plan for everything still ahead of this visit changes; return the held change.

    The whole plan is checked by the planner's definition against `wish` (from `wish_of_visit`, for
    the next three weeks if not given); what it leaves as it was keeps the
    notice it was booked with. `confirm_visit` then replaces the visit. Raises `Overtaken` if the
    visit is no longer the one seen, `BadPlan`, `TimesTaken`.
    """
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if visit.status not in LIVING_VISITS or visit.version != seen_version:
        raise Overtaken(visit.id)
    ahead = ahead_of(visit)
    kept, fresh = _compare(ahead, plan)
    _refuse_losses(ahead, kept, fresh, plan)
    wish = wish or wish_of_visit(visit, ahead)
    owners = booking._check(plan, wish, frozenset(kept))
    change = _held_for(visit, by, lasts)
    rows = write_appointments(change, fresh, wish, owners)
    _note_origins(rows, ahead, kept)
    own = outside(holder=visit.id, claims=claims_of(change, fresh, rows))
    booking.take(change, own, rows)
    record("visit.change_held", change, by=by)
    return change


def _held_for(visit: Visit, by: Account | None, lasts: dt.timedelta) -> Visit:
    now = clock.now()
    return Visit.objects.create(
        network=visit.network,
        person=visit.person,
        organization=visit.organization,
        booked_by=by,
        status=VisitStatus.HELD,
        language=visit.language,
        hold_expires_at=now + lasts,
        created_at=now,
        changes=visit,
        changes_version=visit.version,
    )


def _compare(
    ahead: list[Appointment], plan: BookingPlan
) -> tuple[dict[int, Appointment], dict[int, PlannedLeg]]:
    """Return the legs that stay (with their appointments) and those that are new, by position."""
    kept: dict[int, Appointment] = {}
    for position, leg in enumerate(plan.legs):
        for appointment in ahead:
            if appointment not in kept.values() and is_same(planned(appointment), leg):
                kept[position] = appointment
                break
    return kept, {i: leg for i, leg in enumerate(plan.legs) if i not in kept}


def _refuse_losses(
    ahead: list[Appointment],
    kept: dict[int, Appointment],
    fresh: dict[int, PlannedLeg],
    plan: BookingPlan,
) -> None:
    """Nothing is silently dropped: each appointment ahead stays, or its service has a new time."""
    new_services = {leg.service for leg in fresh.values()}
    stays = {it.id for it in kept.values()}
    if any(it.id not in stays and it.service_id not in new_services for it in ahead):
        raise BadPlan([PlanFault("an appointment is missing")])
    if not fresh:
        raise BadPlan([PlanFault("nothing changes")])


def _note_origins(
    rows: list[Appointment], ahead: list[Appointment], kept: dict[int, Appointment]
) -> None:
    stays = {it.id for it in kept.values()}
    origin = {it.service_id: it for it in ahead if it.id not in stays}
    for row in rows:
        row.moved_from = origin.get(row.service_id)
        row.save(update_fields=["moved_from"])
