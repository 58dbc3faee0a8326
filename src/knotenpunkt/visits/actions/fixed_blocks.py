"""Binding appointments of authorities, made outside, as blocks that nothing moves.

We never make one and never write about one: a summons is an act of an authority.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from knotenpunkt.availability.actions.occupancy import (
    Claim,
    ClaimTaken,
    free_resource,
    occupy,
    release,
    who_has,
)
from knotenpunkt.availability.enums import OccupancyReason, ResourceKind
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions.incidents import open_task
from knotenpunkt.visits.actions.tasks import free_hold
from knotenpunkt.visits.enums import IncidentKind, VisitStatus
from knotenpunkt.visits.errors import BadBlock, Collides, IllegalStep
from knotenpunkt.visits.models import Appointment, ExternalAppointment, Incident, Visit

LONGEST_BLOCK = dt.timedelta(hours=24)


@dataclass(frozen=True)
class Block:
    """What the letter says: who, when (UTC), where; `way_minutes` stay free before and after."""

    authority: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str = ""
    way_minutes: int = 30

    @property
    def during(self) -> tuple[dt.datetime, dt.datetime]:
        way = dt.timedelta(minutes=self.way_minutes)
        return self.starts_at - way, self.ends_at + way


@in_system_scope("enter fixed block")
@transaction.atomic
def enter_fixed_block(
    *, person: Person, block: Block, by: Account, displace: bool = False
) -> ExternalAppointment:
    """Enter a binding appointment. Planning keeps clear of it from now on.

    If appointments lie there already, `Collides` names them; with `displace` they yield: they
    stay visible, their visits are disrupted, and each gets a repair task. `BadBlock` for times
    that have passed, run backwards or last longer than a day.
    """
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    key = uuid4()
    _make_room(person, block, by, displace)
    row = ExternalAppointment.objects.create(
        id=key,
        person=person,
        organization=by.staff_member.organization,
        **_told(block),
        entered_by=by,
        entered_at=clock.now(),
    )
    _take(row, block)
    record("fixed_block.entered", row, by=by)
    return row


@in_system_scope("change fixed block")
@transaction.atomic
def change_fixed_block(
    *, block: ExternalAppointment, to: Block, by: Account, displace: bool = False
) -> ExternalAppointment:
    """Let a block say what the letter says now. Harmless when repeated; `Collides` as above.

    A block that was taken out stays out: `IllegalStep`.
    """
    Person.objects.select_for_update(of=("self",)).get(pk=block.person_id)
    block = ExternalAppointment.objects.select_for_update(of=("self",)).get(pk=block.pk)
    if block.removed_at is not None:
        raise IllegalStep("externalappointment", block.pk, "removed", "changed")
    if all(getattr(block, name) == value for name, value in _told(to).items()):
        return block
    release(holder=block.id)
    _make_room(block.person, to, by, displace)
    for name, value in _told(to).items():
        setattr(block, name, value)
    block.save(update_fields=list(_told(to)))
    _take(block, to)
    record("fixed_block.changed", block, by=by)
    return block


def _told(block: Block) -> dict[str, Any]:
    return {name: getattr(block, name) for name in Block.__dataclass_fields__}


def _make_room(person: Person, block: Block, by: Account, displace: bool) -> None:
    if not clock.now() < block.starts_at < block.ends_at < block.starts_at + LONGEST_BLOCK:
        raise BadBlock(block.starts_at, block.ends_at)
    start, end = block.during
    hurt = who_has(resource=person.id, start=start, end=end)
    if hurt and not displace:
        raise Collides(hurt)
    if hurt:
        _displace(person, hurt, block, by)


def _take(row: ExternalAppointment, block: Block) -> None:
    start, end = block.during
    claim = Claim(row.person_id, ResourceKind.PERSON, start, end, row.id, None)
    try:
        occupy(holder=row.id, claims=[claim], expires_at=None, reason=OccupancyReason.EXTERNAL)
    except ClaimTaken as error:
        raise Collides(who_has(resource=row.person_id, start=start, end=end)) from error


def _displace(person: Person, hurt: list[UUID], block: Block, by: Account) -> None:
    by_visit: dict[Visit, list[Appointment]] = {}
    for appointment in Appointment.objects.filter(pk__in=hurt).select_related("visit"):
        by_visit.setdefault(appointment.visit, []).append(appointment)
    if len(hurt) > sum(len(found) for found in by_visit.values()):
        raise Collides(hurt)  # another fixed block: two letters contradict each other
    day = clock.local_day(block.starts_at)
    incident = Incident.objects.create(
        network=person.network,
        organization=by.staff_member.organization,
        kind=IncidentKind.FIXED_ELSEWHERE,
        first_on=day,
        last_on=day,
        reported_by=by,
        reported_at=clock.now(),
    )
    for visit in sorted(by_visit, key=lambda it: it.pk):
        locked = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
        if locked.status == VisitStatus.HELD:
            free_hold(locked)
            continue
        for appointment in by_visit[visit]:
            free_resource(holder=locked.id, part=appointment.id, resource=person.id)
        open_task(incident=incident, visit_id=locked.id, lost=by_visit[visit], by=by)


@in_system_scope("remove fixed block")
@transaction.atomic
def remove_fixed_block(*, block: ExternalAppointment, by: Account) -> ExternalAppointment:
    """Take a block out again: the authority has called it off. Harmless when repeated."""
    block = ExternalAppointment.objects.select_for_update(of=("self",)).get(pk=block.pk)
    if block.removed_at is None:
        block.removed_at = clock.now()
        block.save(update_fields=["removed_at"])
        release(holder=block.id)
        record("fixed_block.removed", block, by=by)
    return block
