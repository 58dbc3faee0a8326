"""A confirmed change: the new visit takes the place of the old one, appointment by appointment.

What stays keeps its id and moves over with its time; what moved stays behind as `rescheduled`. The
old code leads to the new visit.
"""

from __future__ import annotations

from uuid import UUID

from knotenpunkt.availability.actions.occupancy import (
    ClaimTaken,
    hand_over,
    occupy,
    release,
)
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.prepared import lock_row
from knotenpunkt.network.models import Account
from knotenpunkt.visits.actions.steps import step_appointment, step_visit
from knotenpunkt.visits.actions.tasks import close_tasks, drop_held_changes
from knotenpunkt.visits.actions.telling import stop_reminders, tell_about_visit, tell_staff
from knotenpunkt.visits.actions.telling_interpreters import release_interpreters
from knotenpunkt.visits.actions.writing import claims_of
from knotenpunkt.visits.enums import (
    ACTIVE_APPOINTMENTS,
    IN_LINE,
    LIVING_VISITS,
    OPEN_REPAIRS,
    AppointmentStatus,
    RepairStatus,
    VisitStatus,
)
from knotenpunkt.visits.errors import Overtaken, TimesTaken
from knotenpunkt.visits.models import Appointment, RepairTask, Visit, WaitingEntry
from knotenpunkt.visits.planning.mending import planned
from knotenpunkt.visits.signals import appointment_moved

GOES_ALONG = (*ACTIVE_APPOINTMENTS, AppointmentStatus.ATTENDED, AppointmentStatus.EXCUSED)


def lock_both(visit: Visit) -> tuple[Visit | None, Visit]:
    """Lock a visit, and before it the one it changes; (old or None, visit).

    Whoever locks a visit and then the changes held for it takes them in this order too.
    """
    old = lock_row(Visit, visit.changes_id) if visit.changes_id else None
    return old, lock_row(Visit, visit.pk)


def status_after_change(old: Visit) -> VisitStatus:
    """Return what the new visit is: repaired if the old one was disrupted."""
    if old.status == VisitStatus.DISRUPTED:
        return VisitStatus.REPAIRED
    return VisitStatus.RUNNING if old.status == VisitStatus.RUNNING else VisitStatus.BOOKED


def take_over(*, old: Visit, new: Visit, by: Account | None) -> None:
    """Let the new visit, just confirmed, replace the old one; both are locked.

    Raises `Overtaken` if the old one is no longer what it was when the change was worked out.
    """
    if old.status not in LIVING_VISITS or old.version != new.changes_version:
        raise Overtaken(old.id)
    fresh = list(new.appointments.select_for_update(of=("self",)).order_by("pk"))
    moved = _moved(old, fresh)
    for before in moved.values():
        step_appointment(before, AppointmentStatus.RESCHEDULED)
        release(holder=old.id, part=before.id)
    after = {it.moved_from_id: it for it in fresh if it.moved_from_id in moved and it.moved_from_id}
    release_interpreters(moved.values(), after)
    _carry_over(old, new, {it.id for it in moved.values()}, {it.position for it in fresh})
    release(holder=new.id)
    _occupy_whole(new, fresh)
    hand_over(old=old.id, new=new.id, parts=[it.id for it in _going_along(new, fresh)])
    old.replaced_by, old.version = new, old.version + 1
    step_visit(old, VisitStatus.REPLACED, "replaced_by", "version")
    drop_held_changes(visit=old, but=new)
    _follow_task(old, new, by)
    WaitingEntry.objects.filter(visit=old, status__in=IN_LINE).update(visit=new)
    record("visit.replaced", old, by=by)
    _tell(old, new, moved, fresh)
    for before_id, moved_to in after.items():
        appointment_moved.send(Appointment, old=moved[before_id], new=moved_to, by=by)


def _follow_task(old: Visit, new: Visit, by: Account | None) -> None:
    """A repair is done when every lost service has a time again; else the task goes along."""
    task = RepairTask.objects.filter(visit=old, status__in=OPEN_REPAIRS).first()
    if task is None:
        return
    lost = set(task.lost.values_list("service_id", flat=True))
    has = new.appointments.filter(status__in=GOES_ALONG).exclude(pk__in=task.lost.values("pk"))
    if lost <= set(has.values_list("service_id", flat=True)):
        close_tasks(visit=old, new=RepairStatus.REPAIRED, by=by)
        return
    task.visit = new
    task.save(update_fields=["visit"])
    step_visit(new, VisitStatus.DISRUPTED)


def _moved(old: Visit, fresh: list[Appointment]) -> dict[UUID, Appointment]:
    ids = [it.moved_from_id for it in fresh if it.moved_from_id]
    rows = old.appointments.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    return {row.id: row for row in rows}


def _carry_over(old: Visit, new: Visit, moved: set[UUID], used: set[int]) -> None:
    """Give what stays a place in the new visit that nothing there has."""
    stays = old.appointments.filter(status__in=GOES_ALONG).exclude(pk__in=moved)
    free = (number for number in range(1000) if number not in used)
    for appointment in stays.order_by("starts_at", "position"):
        appointment.visit, appointment.position = new, next(free)
        appointment.save(update_fields=["visit", "position"])


def _going_along(new: Visit, fresh: list[Appointment]) -> list[Appointment]:
    return list(new.appointments.exclude(pk__in=[it.id for it in fresh]))


def _occupy_whole(new: Visit, fresh: list[Appointment]) -> None:
    """Take the whole time of what is new; while it was held, the old visit covered a part."""
    if not fresh:
        return
    legs = {it.position: planned(it) for it in fresh}
    try:
        occupy(holder=new.id, claims=claims_of(new, legs, fresh), expires_at=None)
    except ClaimTaken as error:
        parts = {claim.part for claim in error.claims}
        raise TimesTaken([it.position for it in fresh if it.id in parts]) from error


def _tell(old: Visit, new: Visit, moved: dict[UUID, Appointment], fresh: list[Appointment]) -> None:
    stop_reminders(old)
    tell_staff(appointments=moved.values(), purpose="staff.moved_away")
    tell_staff(appointments=fresh, purpose="staff.moved_here")
    same_times = all(
        it.moved_from_id in moved
        and moved[it.moved_from_id].starts_at == it.starts_at
        and moved[it.moved_from_id].location_id == it.location_id
        for it in fresh
    )
    first = new.appointments.order_by("starts_at")[0]
    changed = min(fresh, key=lambda it: it.starts_at) if fresh else first
    tell_about_visit(
        visit=new,
        purpose="visit.staff_changed" if same_times else "visit.changed",
        once_key=f"visit.changed/{new.id}",
        values={"when": changed.starts_at if same_times else first.starts_at},
    )
