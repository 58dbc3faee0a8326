"""Deciding what becomes of a hurt visit: a replacement, without the lost appointment, or as it was.

A replacement is the least change the planner can find; it is held for a day, so that somebody can
look at it. One or all: each repair is a transaction of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.network.models import Account
from knotenpunkt.visits.actions.booking import confirm_visit
from knotenpunkt.visits.actions.cancelling import cancel_appointment
from knotenpunkt.visits.actions.changing import hold_change
from knotenpunkt.visits.actions.steps import step_repair, step_visit
from knotenpunkt.visits.actions.tasks import free_hold
from knotenpunkt.visits.enums import (
    ACTIVE_APPOINTMENTS,
    OPEN_REPAIRS,
    AppointmentStatus,
    IncidentKind,
    RepairStatus,
    VisitStatus,
)
from knotenpunkt.visits.errors import (
    BadPlan,
    HoldExpired,
    IllegalStep,
    NoReplacement,
    Overtaken,
    TimesTaken,
)
from knotenpunkt.visits.models import Appointment, RepairTask, Visit
from knotenpunkt.visits.planning.repairing import least_change
from knotenpunkt.visits.planning.wish import BadWish

KEPT = dt.timedelta(hours=24)


@in_system_scope("propose repair")
@transaction.atomic
def propose_repair(*, task: RepairTask, by: Account | None) -> RepairTask:
    """Find the least disruptive replacement and hold it for a day; harmless when repeated.

    Raises `NoReplacement`, `TimesTaken`, `IllegalStep` for a task that is finished.
    """
    task = _locked(task)
    if task.status not in OPEN_REPAIRS:
        raise IllegalStep("repairtask", task.id, task.status, RepairStatus.PROPOSED)
    if task.proposal is not None and _is_good(task, task.proposal):
        return task
    give_up_proposal(task)
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=task.visit_id)
    lost = list(task.lost.prefetch_related("staff"))
    try:
        plan = least_change(visit, lost)
    except BadWish as error:
        raise NoReplacement([it.id for it in lost]) from error
    if plan is None:
        raise NoReplacement([it.id for it in lost])
    task.proposal = hold_change(
        visit=visit, plan=plan, seen_version=visit.version, by=by, lasts=KEPT
    )
    step_repair(task, RepairStatus.PROPOSED, "proposal")
    record("repair.proposed", task, by=by)
    return task


@in_system_scope("confirm repair")
@transaction.atomic
def confirm_repair(*, task: RepairTask, by: Account | None) -> Visit:
    """Book the replacement that is held; everyone concerned is told. Harmless when repeated.

    Raises `HoldExpired` (propose anew), `Overtaken`, `IllegalStep`.
    """
    task = _locked(task)
    if task.status == RepairStatus.REPAIRED and task.proposal is not None:
        return task.proposal
    if task.status != RepairStatus.PROPOSED or task.proposal is None:
        raise IllegalStep("repairtask", task.id, task.status, RepairStatus.REPAIRED)
    return confirm_visit(visit=task.proposal, by=by)


@in_system_scope("drop lost")
@transaction.atomic
def drop_lost(*, task: RepairTask, by: Account | None) -> RepairTask:
    """Decide that the lost appointments are cancelled and the rest stays; she is told."""
    task = _locked(task)
    if task.status == RepairStatus.DROPPED:
        return task
    _refuse_finished(task, RepairStatus.DROPPED)
    give_up_proposal(task)
    _finish(task, RepairStatus.DROPPED, by)
    for appointment in task.lost.filter(status__in=ACTIVE_APPOINTMENTS).order_by("pk"):
        cancel_appointment(appointment=appointment, by=by, for_person=False)
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=task.visit_id)
    _mend_or_end(visit)
    return task


@in_system_scope("settle")
@transaction.atomic
def settle(*, task: RepairTask, by: Account | None) -> RepairTask:
    """Decide that it takes place after all, as it was booked. Raises `IllegalStep`.

    What the office has cancelled cannot come back by this: then `IllegalStep`.
    """
    task = _locked(task)
    if task.status == RepairStatus.SETTLED:
        return task
    _refuse_finished(task, RepairStatus.SETTLED)
    if task.incident.kind == IncidentKind.FIXED_ELSEWHERE:
        raise IllegalStep("repairtask", task.id, task.status, RepairStatus.SETTLED)
    gone = task.lost.exclude(status__in=ACTIVE_APPOINTMENTS).first()
    if gone is not None:
        raise IllegalStep("appointment", gone.id, gone.status, AppointmentStatus.BOOKED)
    give_up_proposal(task)
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=task.visit_id)
    if visit.status == VisitStatus.DISRUPTED:
        step_visit(visit, VisitStatus.REPAIRED)
    _finish(task, RepairStatus.SETTLED, by)
    return task


@dataclass(frozen=True)
class Outcome:
    """How many of several tasks went well, which need somebody, and which were not begun."""

    done: int
    left: tuple[RepairTask, ...]
    waiting: tuple[RepairTask, ...] = ()


def in_no_hurry() -> bool:
    """Whether the time is over for whoever waits for no answer: never."""
    return False


def propose_all(
    *,
    tasks: Iterable[RepairTask],
    by: Account | None,
    is_late: Callable[[], bool] = in_no_hurry,
) -> Outcome:
    """Hold a replacement for each of these tasks; what fails is left for somebody to decide.

    Once `is_late`, no further task is begun; at least one is.
    """
    return _each(tasks, lambda task: propose_repair(task=task, by=by), is_late)


def confirm_all(
    *,
    tasks: Iterable[RepairTask],
    by: Account | None,
    is_late: Callable[[], bool] = in_no_hurry,
) -> Outcome:
    """Book every replacement that is held for these tasks, until `is_late`."""
    return _each(tasks, lambda task: confirm_repair(task=task, by=by), is_late)


def _each(
    tasks: Iterable[RepairTask], do: Callable[[RepairTask], object], is_late: Callable[[], bool]
) -> Outcome:
    done, given = 0, list(tasks)
    left: list[RepairTask] = []
    for place, task in enumerate(given):
        if place and is_late():
            return Outcome(done, tuple(left), tuple(given[place:]))
        try:
            do(task)
            done += 1
        except (NoReplacement, TimesTaken, BadPlan, HoldExpired, Overtaken, IllegalStep):
            left.append(task)
    return Outcome(done, tuple(left))


def give_up_proposal(task: RepairTask) -> None:
    """Free a replacement that is held for a task but no longer wanted."""
    if task.proposal is not None and task.proposal.status == VisitStatus.HELD:
        free_hold(Visit.objects.select_for_update(of=("self",)).get(pk=task.proposal.pk))
    task.proposal = None
    if task.status == RepairStatus.PROPOSED:
        step_repair(task, RepairStatus.OPEN, "proposal")


def _locked(task: RepairTask) -> RepairTask:
    rows = RepairTask.objects.select_for_update(of=("self",)).select_related("proposal")
    return rows.get(pk=task.pk)


def _is_good(task: RepairTask, held: Visit) -> bool:
    is_current = held.changes_version == task.visit.version
    return held.status == VisitStatus.HELD and not held.is_expired and is_current


def _refuse_finished(task: RepairTask, new: RepairStatus) -> None:
    if task.status not in OPEN_REPAIRS:
        raise IllegalStep("repairtask", task.id, task.status, new)


def _finish(task: RepairTask, new: RepairStatus, by: Account | None) -> None:
    task.decided_at, task.decided_by = clock.now(), by
    step_repair(task, new, "decided_at", "decided_by")
    record(f"repair.{new}", task, by=by)


def _mend_or_end(visit: Visit) -> None:
    """What is left of a disrupted visit goes on; if nothing is left, it is over."""
    if visit.status != VisitStatus.DISRUPTED:
        return
    rows = Appointment.objects.filter(visit=visit)
    if rows.filter(status__in=ACTIVE_APPOINTMENTS).exists():
        step_visit(visit, VisitStatus.REPAIRED)
    elif rows.filter(status=AppointmentStatus.ATTENDED).exists():
        step_visit(visit, VisitStatus.PARTLY_COMPLETED)
    else:
        visit.cancelled_at = clock.now()
        step_visit(visit, VisitStatus.CANCELLED, "cancelled_at")
