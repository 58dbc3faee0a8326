"""The one plan of a person: written together, confirmed by her, printed on one page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.casework.actions import facts, plans
from knotenpunkt.casework.errors import Incomplete
from knotenpunkt.casework.models import CarePlan, PlanGoal, PlanStep
from knotenpunkt.casework.queries.helpers import helpers_of
from knotenpunkt.casework.queries.plans import PlanView, facts_of, person_of_plan, plan_view
from knotenpunkt.casework.queries.referrals import taken_up_for
from knotenpunkt.casework.sharing import plan_partners
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.languages import reading_language
from knotenpunkt.network.models import Organization
from knotenpunkt.people.actions import log_read
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.casework import plan_forms as ours
from knotenpunkt.web.desk.casework.helpers_picture import helpers_picture
from knotenpunkt.web.desk.casework.plan_pdf import plan_as_pdf


def _readable(request: DeskRequest, person_id: UUID) -> tuple[Person, PlanView]:
    person = person_of_plan(request.user, person_id)
    view = plan_view(request.user, person) if person else None
    if person is None or view is None:
        raise Http404
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="plan")
    return person, view


@staff(roles=CASE_ROLES)
def plan(request: DeskRequest, person_id: UUID) -> HttpResponse:
    person, view = _readable(request, person_id)
    return _page(request, person, view)


def _page(
    request: DeskRequest, person: Person, view: PlanView, status: int = 200, **more: Any
) -> HttpResponse:
    offices = Organization.objects.filter(network=person.network).order_by("name")
    context = {
        "person": person,
        "view": view,
        "plan": view.plan,
        "language": reading_language(person.languages),
        "facts": facts_of(person, request.user) if view.is_own else [],
        "taken_up": taken_up_for(person, request.user) if view.is_own else [],
        "strengths_form": ours.StrengthsForm(
            initial={"words": view.plan.strengths, "german": view.plan.strengths_german}
            if view.plan
            else {}
        ),
        "goal_form": ours.GoalForm(),
        "step_form": ours.PlanStepForm(owners=plan_partners(person)),
        "stage_form": ours.StageForm(),
        "level_form": ours.LevelForm(initial={"on": clock.today()}),
        "official_form": ours.OfficialPlanForm(offices=offices),
        "fact_form": ours.FactForm(),
        "nav": "persons",
        **more,
    }
    return render(request, "desk/casework/plan.html", context, status=status)


def _own(request: DeskRequest, person_id: UUID) -> Person:
    return get_object_or_404(
        persons_visible_to(request.user).select_related("network"), pk=person_id
    )


def _write(
    request: DeskRequest,
    person: Person,
    name: str,
    form: forms.Form,
    act: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    """Run one action of the plan; bad input comes back with all that was typed."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except Incomplete:
            form.add_error(None, _("Something is still missing: strengths and words come first."))
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:plan", person.pk)
    view = plan_view(request.user, person)
    if view is None:
        raise Http404
    return _page(request, person, view, 422, bad_form=form, **{name: form})


@require_POST
@staff(roles=CASE_ROLES)
def plan_strengths(request: DeskRequest, person_id: UUID) -> HttpResponse:
    person = _own(request, person_id)
    return _write(
        request, person, "strengths_form", ours.StrengthsForm(request.POST),
        lambda values: plans.write_strengths(person=person, by=request.user, **values),
    )  # fmt: skip


def _plan(person: Person) -> CarePlan:
    return get_object_or_404(CarePlan, person=person)


@require_POST
@staff(roles=CASE_ROLES)
def plan_goal(request: DeskRequest, person_id: UUID) -> HttpResponse:
    person = _own(request, person_id)
    return _write(
        request, person, "goal_form", ours.GoalForm(request.POST),
        lambda values: plans.add_goal(plan=_plan(person), by=request.user, **values),
    )  # fmt: skip


@require_POST
@staff(roles=CASE_ROLES)
def plan_stage(request: DeskRequest, person_id: UUID) -> HttpResponse:
    person = _own(request, person_id)
    return _write(
        request, person, "stage_form", ours.StageForm(request.POST),
        lambda values: plans.add_stage(
            plan=_plan(person), stage=plans.Stage(**values), by=request.user
        ),
    )  # fmt: skip


@require_POST
@staff(roles=CASE_ROLES)
def plan_confirm(request: DeskRequest, person_id: UUID) -> HttpResponse:
    person = _own(request, person_id)
    return _write(
        request, person, "stage_form", forms.Form(request.POST),
        lambda _values: plans.confirm_path(plan=_plan(person), by=request.user),
    )  # fmt: skip


@require_POST
@staff(roles=CASE_ROLES)
def plan_level(request: DeskRequest, person_id: UUID) -> HttpResponse:
    person = _own(request, person_id)
    return _write(
        request, person, "level_form", ours.LevelForm(request.POST),
        lambda values: plans.note_level(
            person=person, level=plans.Level(**values), by=request.user
        ),
    )  # fmt: skip


@require_POST
@staff(roles=CASE_ROLES)
def plan_official(request: DeskRequest, person_id: UUID) -> HttpResponse:
    person = _own(request, person_id)
    offices = Organization.objects.filter(network=person.network)
    return _write(
        request, person, "official_form", ours.OfficialPlanForm(request.POST, offices=offices),
        lambda values: plans.link_official_plan(plan=_plan(person), by=request.user, **values),
    )  # fmt: skip


@require_POST
@staff(roles=CASE_ROLES)
def plan_fact(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """State what the own office holds to be true; another office may hold something else."""
    person = _own(request, person_id)
    return _write(
        request, person, "fact_form", ours.FactForm(request.POST),
        lambda values: facts.state_fact(person=person, by=request.user, **values),
    )  # fmt: skip


@require_POST
@staff(roles=CASE_ROLES)
def plan_step(request: DeskRequest, goal_id: UUID) -> HttpResponse:
    goal = get_object_or_404(
        PlanGoal.objects.select_related("plan__person__network"),
        pk=goal_id,
        plan__person__in=persons_visible_to(request.user),
    )
    person = goal.plan.person
    form = ours.PlanStepForm(request.POST, owners=plan_partners(person))
    return _write(
        request, person, "step_form", form,
        lambda values: plans.add_step(goal=goal, by=request.user, **values),
    )  # fmt: skip


@require_POST
@staff(roles=CASE_ROLES)
def plan_tick(request: DeskRequest, step_id: UUID) -> HttpResponse:
    """Tick a step off, or take the tick back."""
    step = get_object_or_404(
        PlanStep, pk=step_id, goal__plan__person__in=persons_visible_to(request.user)
    )
    plans.tick_step(step=step, by=request.user, is_done="reopen" not in request.POST)
    return redirect("desk:plan", step.goal.plan.person_id)


@staff(roles=CASE_ROLES)
def plan_pdf(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Give her the plan as her own PDF, in her language beside German."""
    person, view = _readable(request, person_id)
    if not view.is_own or view.plan is None:
        raise Http404
    answer = HttpResponse(
        plan_as_pdf(person, view, facts_of(person, None), helpers_of(person)),
        content_type="application/pdf",
    )
    answer["Content-Disposition"] = 'inline; filename="plan.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@staff(roles=CASE_ROLES)
def helpers(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Show the net around her, as picture and as table."""
    person = _own(request, person_id)
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="helpers")
    found = helpers_of(person)
    context = {
        "person": person,
        "helpers": found,
        "picture": helpers_picture(found, right_to_left=get_language_bidi()),
        "nav": "persons",
    }
    return render(request, "desk/casework/helpers.html", context)
