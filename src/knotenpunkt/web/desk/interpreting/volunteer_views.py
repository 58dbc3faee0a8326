"""The way of volunteers into the interpreter pool, for interpreter coordination; and the wish to
interpret, in the file of a person. The two pages know nothing of each other."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.availability.enums import InterpreterRank
from knotenpunkt.casework.actions.wishes import pass_on_wish
from knotenpunkt.casework.models import InterpreterWish
from knotenpunkt.people.actions import log_read
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.visits.actions.volunteers import admit, begin_path, end_path, note_step
from knotenpunkt.visits.errors import StepsOpen
from knotenpunkt.visits.interpreting import COORDINATING
from knotenpunkt.visits.models import InterpreterPath
from knotenpunkt.visits.models.volunteers import VolunteerStep
from knotenpunkt.visits.volunteers import paths_visible_to
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.interpreting.volunteer_forms import (
    STEP_NAMES,
    AdmitForm,
    StepForm,
    VolunteerForm,
    WishForm,
)

PAGE_SIZE = 20


@staff(roles=COORDINATING)
def volunteers(request: DeskRequest) -> HttpResponse:
    """List who is on the way into the pool, and how far; by POST, begin with somebody."""
    form = VolunteerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        network = request.user.staff_member.organization.network
        path = begin_path(network=network, **form.cleaned_data, by=request.user)
        messages.success(request, _("Noted. The first step is a talk."))
        return redirect("desk:volunteer", path.pk)
    page = Paginator(paths_visible_to(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(it, [STEP_NAMES[step] for step in it.missing]) for it in page]
    context = {"form": form, "page": page, "rows": rows, "nav": "interpreting"}
    status = 422 if form.errors else 200
    return render(request, "desk/interpreting/volunteers.html", context, status=status)


@staff(roles=COORDINATING)
def volunteer(request: DeskRequest, path_id: UUID) -> HttpResponse:
    """Show one volunteer; by POST, note the day of a step."""
    path = get_object_or_404(paths_visible_to(request.user), pk=path_id)
    form = StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        step = VolunteerStep(form.cleaned_data["step"])
        try:
            note_step(path=path, step=step, on=form.cleaned_data["on"], by=request.user)
        except StepsOpen:
            messages.error(request, _("She is in the pool: this step stays."))
        else:
            messages.success(request, _("Saved."))
        return redirect("desk:volunteer", path.pk)
    return _page(request, path, form)


def _page(request: DeskRequest, path: InterpreterPath, sent: StepForm) -> HttpResponse:
    steps: list[tuple[Any, Any, StepForm]] = []
    for step in VolunteerStep:
        is_sent = sent.is_bound and sent.data.get("step") == step
        initial = {"step": step.value, "on": path.done_on(step)}
        form = sent if is_sent else StepForm(initial=initial, auto_id=f"id_{step.value}_%s")
        steps.append((STEP_NAMES[step], path.done_on(step), form))
    context = {"path": path, "steps": steps, "admit": AdmitForm(), "nav": "interpreting"}
    status = 422 if sent.errors else 200
    return render(request, "desk/interpreting/volunteer.html", context, status=status)


@require_POST
@staff(roles=COORDINATING)
def volunteer_admit(request: DeskRequest, path_id: UUID) -> HttpResponse:
    """Put her into the pool, once every step is done."""
    path = get_object_or_404(paths_visible_to(request.user), pk=path_id)
    form = AdmitForm(request.POST)
    if form.is_valid():
        try:
            admit(path=path, rank=InterpreterRank(form.cleaned_data["rank"]), by=request.user)
        except StepsOpen as error:
            names = ", ".join(str(STEP_NAMES[VolunteerStep(it)]) for it in error.steps)
            messages.error(request, _("Still missing: %(steps)s") % {"steps": names})
        else:
            messages.success(request, _("She is in the pool and can be asked."))
    return redirect("desk:volunteer", path.pk)


@staff(roles=COORDINATING)
def volunteer_end(request: DeskRequest, path_id: UUID) -> HttpResponse:
    """Ask, then delete what was noted of somebody who does not go on."""
    path = get_object_or_404(paths_visible_to(request.user).filter(interpreter=None), pk=path_id)
    if request.method != "POST":
        context = {"path": path, "nav": "interpreting"}
        return render(request, "desk/interpreting/volunteer_end.html", context)
    end_path(path=path, by=request.user)
    messages.success(request, _("Deleted."))
    return redirect("desk:volunteers")


@staff(roles=CASE_ROLES)
def interpreter_wish(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Note that she wants to interpret for others, and pass on exactly what she agreed to."""
    found = persons_visible_to(request.user).select_related("network")
    person = get_object_or_404(found, pk=person_id)
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="interpreter wish")
    wish = InterpreterWish.objects.filter(person=person).select_related("noted_by").first()
    initial = {
        "name": str(person), "email": person.email,
        "languages": [code for code in person.languages if code != "de"],
    }  # fmt: skip
    form = WishForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        pass_on_wish(person=person, **form.passed_on(), by=request.user)
        messages.success(request, _("Passed on. Interpreter coordination gets in touch with her."))
        return redirect("desk:interpreter_wish", person.pk)
    context = {"person": person, "wish": wish, "form": form, "nav": "persons"}
    status = 422 if form.errors else 200
    return render(request, "desk/interpreting/wish.html", context, status=status)
