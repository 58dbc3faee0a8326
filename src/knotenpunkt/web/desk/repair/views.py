"""Hurt visits: the list, before and after, and one action for one or all of them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.people.actions import log_read
from knotenpunkt.visits.actions.repairing import (
    Outcome,
    confirm_all,
    confirm_repair,
    drop_lost,
    propose_all,
    propose_repair,
    settle,
)
from knotenpunkt.visits.actions.telling import note_told
from knotenpunkt.visits.enums import OPEN_REPAIRS, RepairStatus
from knotenpunkt.visits.errors import (
    BadPlan,
    HoldExpired,
    IllegalStep,
    NoReplacement,
    Overtaken,
    TimesTaken,
)
from knotenpunkt.visits.models import Appointment
from knotenpunkt.visits.queries import (
    after_change,
    hand_notices_visible_to,
    repair_tasks_visible_to,
    with_repair,
)
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.day_picture import DayPicture, day_pictures
from knotenpunkt.web.desk.repair.forms import DecisionForm

PAGE_SIZE = 20
DECIDE = {
    "propose": propose_repair,
    "confirm": confirm_repair,
    "drop": drop_lost,
    "settle": settle,
}


@staff(roles=CASE_ROLES)
def tasks(request: DeskRequest) -> HttpResponse:
    """List the hurt visits of the own organization, the most urgent first, with the progress."""
    own = repair_tasks_visible_to(request.user)
    found = with_repair(own.filter(status__in=OPEN_REPAIRS)).order_by("due_on", "opened_at", "pk")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    with transaction.atomic():
        log_read(persons=[it.visit.person for it in page], by=request.user, what="repair list")
    counts = dict.fromkeys(RepairStatus, 0)
    for status in own.values_list("status", flat=True):
        counts[RepairStatus(status)] += 1
    total = sum(counts.values())
    context = {
        "page": page,
        "counts": counts,
        "total": total,
        "done": total - counts[RepairStatus.OPEN] - counts[RepairStatus.PROPOSED],
        "notices": hand_notices_visible_to(request.user).filter(done_at=None)[:PAGE_SIZE],
        "nav": "repair",
    }
    return render(request, "desk/repair/list.html", context)


@staff(roles=CASE_ROLES)
def task(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """Show a hurt visit as it was booked, and as it would be."""
    return _task_page(request, task_id)


def _task_page(
    request: DeskRequest, task_id: UUID, fault: str = "", status: int = 200
) -> HttpResponse:
    found = get_object_or_404(with_repair(repair_tasks_visible_to(request.user)), pk=task_id)
    with transaction.atomic():
        log_read(persons=[found.visit.person], by=request.user, what="repair")
    before = list(found.visit.appointments.all())
    held = found.proposal if found.status == RepairStatus.PROPOSED else None
    after = after_change(before, held) if held and not held.is_expired else []
    context = {
        "task": found,
        "lost": {it.pk for it in found.lost.all()},
        "before": _pictures(before),
        "after": _pictures(after),
        "new": {it.pk for it in after} - {it.pk for it in before},
        "is_open": found.status in OPEN_REPAIRS,
        "fault": fault,
        "nav": "repair",
    }
    return render(request, "desk/repair/task.html", context, status=status)


def _pictures(legs: list[Appointment]) -> list[DayPicture]:
    return day_pictures(legs, right_to_left=get_language_bidi())


@require_POST
@staff(roles=CASE_ROLES)
def decide(request: DeskRequest, task_id: UUID) -> HttpResponse:
    """Propose, confirm, cancel what is lost, or let it take place after all."""
    found = get_object_or_404(repair_tasks_visible_to(request.user), pk=task_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _task_page(request, task_id, _("Choose what is to happen."), 422)
    decision = form.cleaned_data["decision"]
    try:
        DECIDE[decision](task=found, by=request.user)
    except NoReplacement:
        return _task_page(
            request,
            task_id,
            _("Nothing fits in the next three weeks. Cancel what is lost, or plan anew."),
            409,
        )
    except (HoldExpired, TimesTaken, Overtaken, BadPlan):
        return _task_page(
            request, task_id, _("The replacement is no longer there. Look for another."), 409
        )
    except IllegalStep:
        return _task_page(request, task_id, _("This has been decided already."), 409)
    if decision != "propose":
        messages.success(request, _("Decided. Everyone concerned is told."))
        return redirect("desk:repair")
    return redirect("desk:repair_task", task_id)


@require_POST
@staff(roles=CASE_ROLES)
def propose_every(request: DeskRequest) -> HttpResponse:
    """Hold a replacement for every visit of the own organization that has none."""
    rows = repair_tasks_visible_to(request.user).filter(status=RepairStatus.OPEN)
    _say(request, propose_all(tasks=rows.order_by("due_on", "pk"), by=request.user), booked=False)
    return redirect("desk:repair")


@require_POST
@staff(roles=CASE_ROLES)
def confirm_every(request: DeskRequest) -> HttpResponse:
    """Book every replacement that is held."""
    rows = repair_tasks_visible_to(request.user).filter(status=RepairStatus.PROPOSED)
    _say(request, confirm_all(tasks=rows.order_by("due_on", "pk"), by=request.user), booked=True)
    return redirect("desk:repair")


def _say(request: DeskRequest, outcome: Outcome, *, booked: bool) -> None:
    text = (
        ngettext("One visit is repaired.", "%(count)s visits are repaired.", outcome.done)
        if booked
        else ngettext("One replacement is held.", "%(count)s replacements are held.", outcome.done)
    )
    messages.success(request, text % {"count": outcome.done})
    if outcome.left:
        left = ngettext(
            "One visit needs you: nothing fits by itself.",
            "%(count)s visits need you: nothing fits by itself.",
            len(outcome.left),
        )
        messages.warning(request, left % {"count": len(outcome.left)})


@require_POST
@staff(roles=CASE_ROLES)
def notice_done(request: DeskRequest, notice_id: UUID) -> HttpResponse:
    """Note that somebody has told a person who cannot be reached."""
    notice = get_object_or_404(hand_notices_visible_to(request.user), pk=notice_id)
    note_told(notice=notice, by=request.user)
    messages.success(request, _("Noted: she has been told."))
    return redirect("desk:repair")
