"""What takes booked capacity away: written down, closed for booking, every hurt visit a task.

Nothing is silently dropped: the appointments stay as they are, on visits that are `disrupted`,
until somebody has decided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from knotenpunkt.availability.actions.closing import Closed, close_days, close_time, move_rules
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.foundation.workdays import before_workdays
from knotenpunkt.network.models import (
    Account,
    Location,
    Network,
    Organization,
    StaffMember,
)
from knotenpunkt.visits.actions.cancelling import cancel_appointment
from knotenpunkt.visits.actions.steps import step_visit
from knotenpunkt.visits.affected import affected_appointments
from knotenpunkt.visits.enums import LIVING_VISITS, OPEN_REPAIRS, IncidentKind, VisitStatus
from knotenpunkt.visits.errors import AffectedChanged, Overtaken
from knotenpunkt.visits.models import Appointment, Incident, RepairTask, Visit


@dataclass(frozen=True)
class Report:
    """What someone reports. Days are local and included; without `last_on` it is for good."""

    network: Network
    kind: IncidentKind
    first_on: dt.date
    last_on: dt.date | None
    organization: Organization | None = None
    staff_member: StaffMember | None = None
    location: Location | None = None
    successor: Location | None = None
    note: str = ""


@in_system_scope("report incident")
@transaction.atomic
def report_incident(
    *, report: Report, by: Account | None, seen: frozenset[UUID] | None = None
) -> Incident:
    """Close what is missing and open a task for every visit it hurts.

    `seen` are the appointments (ids) that whoever reports has been shown; if others are hurt by
    now, `AffectedChanged` says which (invariant 47). Nothing is written then.
    """
    hurt = list(affected_appointments(report).select_for_update(of=("self",)).order_by("pk"))
    if seen is not None and {it.id for it in hurt} != seen:
        raise AffectedChanged([it.id for it in hurt])
    incident = Incident.objects.create(**vars(report), reported_by=by, reported_at=clock.now())
    _close(report)
    record("incident.reported", incident, by=by)
    by_visit: dict[UUID, list[Appointment]] = {}
    for appointment in hurt:
        by_visit.setdefault(appointment.visit_id, []).append(appointment)
    for visit_id in sorted(by_visit):
        open_task(incident=incident, visit_id=visit_id, lost=by_visit[visit_id], by=by)
    return incident


@in_system_scope("report move")
def report_move(*, old: Location, into: Location, by: Account | None) -> Incident | None:
    """Open a task for every visit with something booked at a place that is about to merge.

    The appointments themselves move with the place, at their times; somebody looks at the new
    ways and tells the person. None if nothing is booked there.
    """
    report = Report(old.network, IncidentKind.LOCATION_MOVES, clock.today(), None, location=old)
    hurt = list(affected_appointments(report).select_for_update(of=("self",)).order_by("pk"))
    if not hurt:
        return None
    incident = Incident.objects.create(
        network=old.network,
        kind=IncidentKind.LOCATION_MOVES,
        first_on=clock.today(),
        location=into,
        successor=into,
        note=old.name[:200],
        reported_by=by,
        reported_at=clock.now(),
    )
    record("incident.reported", incident, by=by)
    by_visit: dict[UUID, list[Appointment]] = {}
    for appointment in hurt:
        by_visit.setdefault(appointment.visit_id, []).append(appointment)
    for visit_id in sorted(by_visit):
        open_task(incident=incident, visit_id=visit_id, lost=by_visit[visit_id], by=by)
    return incident


def _close(report: Report) -> None:
    if report.kind == IncidentKind.LOCATION_MOVES and report.location and report.successor:
        move_rules(location=report.location, successor=report.successor, first=report.first_on)
        return
    closed = Closed(
        network=report.network,
        staff_member=report.staff_member,
        location=report.location,
        organization=(
            report.organization if report.kind == IncidentKind.ORGANIZATION_CANCELS else None
        ),
    )
    close_days(
        closed=closed,
        first=report.first_on,
        last=report.last_on,
        reason=str(IncidentKind(report.kind).value),
    )


@in_system_scope("cancel for organization")
@transaction.atomic
def cancel_for_organization(
    *, appointment: Appointment, by: Account | None, seen_version: int | None = None
) -> RepairTask | None:
    """Let an office cancel one appointment: its time is closed, the visit gets a task.

    The person is told at once that a new time is looked for (invariant 13). Returns the task;
    None if there was nothing left to cancel. Raises `Overtaken`.
    """
    day = clock.local_day(appointment.starts_at)
    before = Appointment.objects.values_list("status", flat=True).get(pk=appointment.pk)
    appointment = cancel_appointment(
        appointment=appointment, by=by, for_person=False, seen_version=seen_version
    )
    if appointment.status == before:
        return None
    for member in appointment.staff.all():
        close_time(
            closed=Closed(network=appointment.visit.network, staff_member=member),
            start=appointment.starts_at,
            end=appointment.ends_at,
            reason=IncidentKind.ORGANIZATION_CANCELS.value,
        )
    incident = Incident.objects.create(
        network=appointment.visit.network,
        organization=appointment.organization,
        kind=IncidentKind.ORGANIZATION_CANCELS,
        first_on=day,
        last_on=day,
        reported_by=by,
        reported_at=clock.now(),
    )
    record("incident.reported", incident, by=by)
    return open_task(incident=incident, visit_id=appointment.visit_id, lost=[appointment], by=by)


def open_task(
    *, incident: Incident, visit_id: UUID, lost: Iterable[Appointment], by: Account | None
) -> RepairTask:
    """Mark the visit as disrupted and give somebody the task to repair it; one task a visit."""
    lost = list(lost)
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=visit_id)
    if visit.status not in LIVING_VISITS:
        raise Overtaken(visit.id)
    visit.version += 1
    if visit.status == VisitStatus.DISRUPTED:
        visit.save(update_fields=["version"])
    else:
        step_visit(visit, VisitStatus.DISRUPTED, "version")
    task = RepairTask.objects.filter(visit=visit, status__in=OPEN_REPAIRS).first()
    if task is None:
        task = RepairTask.objects.create(
            incident=incident,
            visit=visit,
            organization=visit.organization or lost[0].organization,
            owner=_owner(visit),
            due_on=_due(visit, lost),
            opened_at=clock.now(),
        )
        record("repair.opened", task, by=by)
    task.lost.add(*lost)
    return task


def _owner(visit: Visit) -> StaffMember | None:
    """Return who looks after the person, if she still works for whoever booked."""
    candidates = [
        visit.person.case_lead,
        getattr(visit.booked_by, "staff_member", None) if visit.booked_by else None,
    ]
    for member in candidates:
        if member is None or member.left_on is not None:
            continue
        if member.organization_id == visit.organization_id:
            return member
    return None


def _due(visit: Visit, lost: list[Appointment]) -> dt.date:
    """Return the working day before the first lost appointment, or today."""
    first = min(clock.local_day(it.starts_at) for it in lost)
    return max(before_workdays(first, 1, visit.network.land), clock.today())
