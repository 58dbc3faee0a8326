"""What changes a fair: steps, postponement, blocked rooms, answers for a stall."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from knotenpunkt.cooperation.actions.fairs import (
    answer_for_stall,
    block_room,
    postpone_fair,
    step_fair,
)
from knotenpunkt.cooperation.enums import ComingStatus
from knotenpunkt.cooperation.errors import IllegalFairStep, RoomsTaken
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.fairs.forms import BlockForm, PostponeForm, StallForm, StepForm
from knotenpunkt.web.desk.fairs.views import COORDINATORS, fair_or_404


@staff(roles=COORDINATORS)
def step(request: DeskRequest, fair_id: UUID) -> HttpResponse:
    """Ask what is needed for the step, then take it."""
    found = fair_or_404(request, fair_id)
    form = StepForm(request.POST or None, initial={"new": request.GET.get("new")})
    if request.method == "POST" and form.is_valid():
        try:
            step_fair(fair=found, by=request.user, **form.cleaned_data)
        except IllegalFairStep:
            messages.error(request, _("This step is not possible any more."))
        else:
            messages.success(request, _("Saved."))
        return redirect("desk:fair", found.id)
    context = {"fair": found, "form": form, "new": form["new"].value(), "nav": "fairs"}
    status = 422 if form.errors else 200
    return render(request, "desk/fairs/step.html", context, status=status)


@staff(roles=COORDINATORS)
def postpone(request: DeskRequest, fair_id: UUID) -> HttpResponse:
    """One form, one action: everyone keeps the registration, is told and asked again."""
    found = fair_or_404(request, fair_id)
    initial = {"capacity": found.capacity, "location": found.location, "has_online_edition": True}
    form = PostponeForm(request.POST or None, fair=found, initial=initial)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            successor = postpone_fair(
                fair=found,
                to=form.new_date,
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
        except RoomsTaken as error:
            reasons = ", ".join(error.reasons.values())
            form.add_error("rooms", _("Not free then: %(reasons)s") % {"reasons": reasons})
            status = 409
        except IllegalFairStep:
            form.add_error(None, _("This step is not possible any more."))
            status = 409
        else:
            return _postponed(request, successor.id, successor.registrations.count())
    told = found.registrations.exclude(status=ComingStatus.WITHDRAWN).count()
    context: dict[str, Any] = {
        "fair": found, "form": form, "told": told, "stalls": found.stalls.count(), "nav": "fairs",
    }  # fmt: skip
    return render(request, "desk/fairs/postpone.html", context, status=status)


def _postponed(request: DeskRequest, successor_id: UUID, kept: int) -> HttpResponse:
    text = ngettext(
        "Postponed. %(count)d registration is kept and asked again.",
        "Postponed. %(count)d registrations are kept and asked again.",
        kept,
    )
    messages.success(request, text % {"count": kept})
    return redirect("desk:fair", successor_id)


@staff(roles=COORDINATORS)
def block(request: DeskRequest, fair_id: UUID) -> HttpResponse:
    """Block a room in an emergency; say which fairs lose it."""
    found = fair_or_404(request, fair_id)
    form = BlockForm(request.POST or None, fair=found)
    if request.method == "POST" and form.is_valid():
        lost = block_room(
            room=form.cleaned_data["room"],
            during=form.during,
            reason=form.cleaned_data["reason"],
            by=request.user,
        )
        messages.warning(request, _("Blocked.") + " " + ", ".join(str(it) for it in lost))
        return redirect("desk:fair", found.id)
    context = {"fair": found, "form": form, "nav": "fairs"}
    return render(request, "desk/fairs/block.html", context, status=422 if form.errors else 200)


@require_POST
@staff(roles=CASE_ROLES)
def stall(request: DeskRequest, fair_id: UUID) -> HttpResponse:
    """Say whether the own stall comes."""
    found = fair_or_404(request, fair_id)
    own = get_object_or_404(found.stalls, organization=request.user.staff_member.organization)
    form = StallForm(request.POST)
    if form.is_valid():
        answer_for_stall(stall=own, status=form.cleaned_data["status"], by=request.user)
    return redirect("desk:fair", found.id)
