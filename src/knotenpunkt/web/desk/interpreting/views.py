"""The interpreter coordinator: tomorrow's gaps, whom to ask, the telephone, the allowances."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from knotenpunkt.foundation import clock
from knotenpunkt.visits.actions import interpreting as actions
from knotenpunkt.visits.enums import InterpreterStatus
from knotenpunkt.visits.errors import CannotInterpret, IllegalStep, TimesTaken, WishOpen
from knotenpunkt.visits.interpreting import (
    COORDINATING,
    assignments_visible_to,
    candidates,
    gaps,
    on_day,
    with_place,
)
from knotenpunkt.visits.models import InterpreterAssignment
from knotenpunkt.web.access import DeskRequest, staff
from knotenpunkt.web.desk.interpreting.forms import AgreedForm, AskForm, DayForm, GapsForm
from knotenpunkt.web.interpreting.links import answer_address
from knotenpunkt.web.interpreting.words import reason_words

DAY = dt.timedelta(days=1)


@staff(roles=COORDINATING)
def overview(request: DeskRequest) -> HttpResponse:
    """Show a day, its gaps first, and what is to be settled; without a day, tomorrow."""
    form = DayForm(request.GET)
    day = (form.cleaned_data["day"] if form.is_valid() else None) or clock.today() + DAY
    visible = assignments_visible_to(request.user)
    open_ones = list(with_place(gaps(visible, day)))
    done = with_place(visible.filter(status=InterpreterStatus.DONE))[:50]
    context = {
        "day": day,
        "is_tomorrow": day == clock.today() + DAY,
        "before": day - DAY,
        "after": day + DAY,
        "gaps": open_ones,
        "others": [it for it in with_place(on_day(visible, day)) if it not in open_ones],
        "to_settle": [(it, actions.due_cents(it) / 100) for it in done],
        "gaps_form": GapsForm(visible=visible),
        "nav": "interpreting",
    }
    return render(request, "desk/interpreting/overview.html", context)


@require_POST
@staff(roles=COORDINATING)
def telephone(request: DeskRequest) -> HttpResponse:
    """Give the chosen ones to the telephone service, each by itself."""
    form = GapsForm(request.POST, visible=assignments_visible_to(request.user))
    if not form.is_valid():
        messages.error(request, _("Please choose at least one."))
        return redirect("desk:interpreting")
    agreed = form.cleaned_data["person_agreed"]
    switched = 0
    for chosen in with_place(form.cleaned_data["assignments"]):
        try:
            actions.switch_to_telephone(assignment=chosen, by=request.user, person_agreed=agreed)
            switched += 1
        except (WishOpen, CannotInterpret, IllegalStep) as error:
            messages.warning(request, f"{_line(chosen)}: {_why(error)}")
    said = ngettext(
        "One talk is interpreted by telephone now.",
        "%(number)s talks are interpreted by telephone now.",
        switched,
    )
    if switched:
        messages.success(request, said % {"number": switched})
    return redirect("desk:interpreting")


def _line(assignment: InterpreterAssignment) -> str:
    local = assignment.appointment.starts_at.astimezone(clock.LOCAL)
    return f"{local:%H:%M} {assignment.appointment.location}"


def _why(error: Exception) -> str:
    if isinstance(error, WishOpen):
        return _("She made a condition on the gender. Please ask her first, and say so below.")
    if isinstance(error, CannotInterpret):
        return ", ".join(reason_words(error.reasons))
    if isinstance(error, TimesTaken):
        return _("Someone was faster: the interpreter was just taken.")
    return _("That is not possible any more. This is how it stands now.")


def _own(request: DeskRequest, assignment_id: UUID) -> InterpreterAssignment:
    return get_object_or_404(
        with_place(assignments_visible_to(request.user)).select_related(
            "appointment__visit__network", "interpreter",
            "appointment__location", "appointment__room", "appointment__service__topic",
        ),
        pk=assignment_id,
    )  # fmt: skip


@staff(roles=COORDINATING)
def assignment(request: DeskRequest, assignment_id: UUID) -> HttpResponse:
    """Show one assignment: how it stands, where she answers, who else could come."""
    found = _own(request, assignment_id)
    context = {
        "it": found,
        "candidates": [(one, reason_words(one.reasons)) for one in candidates(found)],
        "address": answer_address(found) if found.status == InterpreterStatus.OFFERED else "",
        "steps": _possible(found),
        "nav": "interpreting",
    }
    return render(request, "desk/interpreting/assignment.html", context)


def _possible(found: InterpreterAssignment) -> list[tuple[str, str]]:
    """Return (step, words) of the buttons that this state has."""
    words = {
        "offer": _("Ask to come"),
        "accept": _("Has said yes"),
        "decline": _("Has said no"),
        "done": _("Was there"),
        "settle": _("Settle"),
    }
    of_state = {
        InterpreterStatus.REQUESTED: ("offer", "accept", "decline"),
        InterpreterStatus.OFFERED: ("accept", "decline"),
        InterpreterStatus.ACCEPTED: ("done", "decline"),
        InterpreterStatus.TELEPHONE: ("done",),
        InterpreterStatus.DONE: ("settle",),
    }
    names = of_state.get(InterpreterStatus(found.status), ())
    return [(name, words[name]) for name in names]


@require_POST
@staff(roles=COORDINATING)
def assignment_step(request: DeskRequest, assignment_id: UUID, step: str) -> HttpResponse:
    """One step in the life of an assignment."""
    found = _own(request, assignment_id)
    steps = _steps(request, found)
    if step not in steps:
        raise Http404
    try:
        with transaction.atomic():
            steps[step]()
    except (CannotInterpret, IllegalStep, TimesTaken, WishOpen) as error:
        messages.error(request, _why(error))
    else:
        messages.success(request, _("Noted."))
    return redirect("desk:interpreter_assignment", found.id)


def _steps(request: DeskRequest, found: InterpreterAssignment) -> dict[str, Callable[[], object]]:
    by = request.user
    return {
        "offer": lambda: actions.offer(assignment=found, address=answer_address(found), by=by),
        "accept": lambda: actions.accept(assignment=found, by=by),
        "decline": lambda: actions.decline(assignment=found, by=by),
        "done": lambda: actions.note_done(assignment=found, by=by),
        "settle": lambda: actions.settle(assignment=found, by=by),
        "telephone": lambda: _telephone(request, found),
        "another": lambda: _another(request, found),
    }


def _telephone(request: DeskRequest, found: InterpreterAssignment) -> None:
    form = AgreedForm(request.POST)
    agreed = form.is_valid() and form.cleaned_data["person_agreed"]
    actions.switch_to_telephone(assignment=found, by=request.user, person_agreed=agreed)


def _another(request: DeskRequest, found: InterpreterAssignment) -> None:
    form = AskForm(request.POST, network=found.appointment.visit.network)
    if not form.is_valid():
        raise CannotInterpret(("unknown",))
    actions.ask_another(
        assignment=found, interpreter=form.cleaned_data["interpreter"], by=request.user
    )
