"""Changing a booked visit: choose, look at what changes for whom, then book it.

Whoever looks at an old state of the visit gets 409 and the state of now; nothing is changed.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.people.actions import log_read
from knotenpunkt.visits.actions import cancel_appointment
from knotenpunkt.visits.actions.changing import hold_change
from knotenpunkt.visits.enums import LIVING_VISITS
from knotenpunkt.visits.errors import BadPlan, IllegalStep, Overtaken, TimesTaken
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.plan import Malformed, read_plan
from knotenpunkt.visits.planning.mending import ahead_of
from knotenpunkt.visits.planning.options import (
    Option,
    options_to_add,
    options_to_move,
    options_to_swap,
)
from knotenpunkt.visits.planning.wish import BadWish
from knotenpunkt.visits.queries import after_change, visits_visible_to, with_everything
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.day_picture import day_pictures
from knotenpunkt.web.desk.visits.forms import AddForm, ChangeForm, HowForm, VersionForm
from knotenpunkt.web.legs import shown_legs


def _visit(request: DeskRequest, visit_id: UUID) -> Visit:
    found = get_object_or_404(with_everything(visits_visible_to(request.user)), pk=visit_id)
    with transaction.atomic():
        log_read(persons=[found.person], by=request.user, what="visit change")
    return found


@staff(roles=CASE_ROLES)
def change(request: DeskRequest, visit_id: UUID) -> HttpResponse:
    """Show what can be changed: each appointment, and one more need."""
    return _change_page(request, _visit(request, visit_id))


def _change_page(
    request: DeskRequest, visit: Visit, fault: str = "", status: int = 200
) -> HttpResponse:
    form = AddForm(request.GET or None, visit=visit)
    added: list[tuple[Option, object]] = []
    if "service" in request.GET and form.is_valid() and not fault:
        added = _shown(options_to_add(visit, form.cleaned_data["service"].pk))
        fault = "" if added else _("This need fits nowhere around what is booked.")
    context = {
        "visit": visit,
        "legs": ahead_of(visit) if visit.status in LIVING_VISITS else [],
        "form": form,
        "options": added,
        "fault": fault,
        "nav": "persons",
    }
    return render(request, "desk/visits/change.html", context, status=status)


def _shown(options: list[Option]) -> list[tuple[Option, object]]:
    """Return each option with the one leg that is new, as pages show legs."""
    legs = shown_legs(option.plan for option in options)
    return [
        (option, found[option.plan.legs.index(option.leg)])
        for option, found in zip(options, legs, strict=True)
    ]


@staff(roles=CASE_ROLES)
def options(request: DeskRequest, visit_id: UUID, appointment_id: UUID) -> HttpResponse:
    """List other times for an appointment, or who else could have it, the nearest first."""
    visit = _visit(request, visit_id)
    appointment = get_object_or_404(visit.appointments, pk=appointment_id)
    form = HowForm(request.GET)
    if not form.is_valid():
        return _change_page(request, visit, _("Choose what is to happen."), 422)
    find = options_to_move if form.cleaned_data["how"] == "move" else options_to_swap
    context = {
        "visit": visit,
        "appointment": appointment,
        "how": form.cleaned_data["how"],
        "options": _shown(find(visit, appointment)),
        "nav": "persons",
    }
    return render(request, "desk/visits/options.html", context)


@require_POST
@staff(roles=CASE_ROLES)
def hold(request: DeskRequest, visit_id: UUID) -> HttpResponse:
    """Hold a change, so that it can be looked at. Nothing of the visit itself changes yet."""
    visit = _visit(request, visit_id)
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return _change_page(request, visit, _("This proposal could not be read."), 422)
    try:
        held = hold_change(
            visit=visit,
            plan=read_plan(form.cleaned_data["plan"]),
            seen_version=form.cleaned_data["version"],
            by=request.user,
        )
    except Overtaken:
        return _overtaken(request, visit.id)
    except TimesTaken:
        return _change_page(request, visit, _("Someone was faster. Please choose again."), 409)
    except (BadPlan, BadWish, Malformed):
        return _change_page(request, visit, _("This proposal is no longer valid."), 422)
    return redirect("desk:visit_preview", held.id)


def _overtaken(request: DeskRequest, visit_id: UUID) -> HttpResponse:
    """Show how the visit is now."""
    now = get_object_or_404(with_everything(visits_visible_to(request.user)), pk=visit_id)
    text = _("Meanwhile this visit was changed. This is how it is now; nothing was overwritten.")
    return _change_page(request, now, text, 409)


@staff(roles=CASE_ROLES)
def preview(request: DeskRequest, visit_id: UUID) -> HttpResponse:
    """Show a held change before and after, and for whom something changes."""
    held = _visit(request, visit_id)
    if held.changes_id is None:
        return redirect("desk:visit", held.id)
    before = list(_visit(request, held.changes_id).appointments.all())
    after = after_change(before, held)
    right_to_left = get_language_bidi()
    moved = {it.moved_from_id for it in held.appointments.all()}
    context = {
        "visit": held,
        "before": day_pictures(before, right_to_left=right_to_left),
        "after": day_pictures(after, right_to_left=right_to_left),
        "moved": moved,
        "new": {it.pk for it in after} - {it.pk for it in before},
        "leaving": [it for it in before if it.pk in moved],
        "coming": list(held.appointments.all()),
        "nav": "persons",
    }
    return render(request, "desk/visits/preview.html", context)


@staff(roles=CASE_ROLES)
def cancel_one(request: DeskRequest, visit_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Show what one cancellation changes for whom; by POST, cancel and show the receipt."""
    visit = _visit(request, visit_id)
    appointment = get_object_or_404(visit.appointments, pk=appointment_id)
    if request.method != "POST":
        context = {"visit": visit, "leg": appointment, "nav": "persons"}
        return render(request, "desk/visits/cancel_one.html", context)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return _change_page(request, visit, _("This proposal could not be read."), 422)
    try:
        cancel_appointment(
            appointment=appointment, by=request.user, seen_version=form.cleaned_data["version"]
        )
    except Overtaken:
        return _overtaken(request, visit.id)
    except IllegalStep:
        messages.error(request, _("This appointment can no longer be cancelled."))
    else:
        messages.success(request, _("The appointment is cancelled, the others stay."))
    return redirect("desk:visit", visit.id)
