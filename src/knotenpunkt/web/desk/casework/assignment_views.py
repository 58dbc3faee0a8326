"""The queue of the central team, and the warm hand-over to one named person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.casework.actions import assignments as actions
from knotenpunkt.casework.actions.packets import take_packet
from knotenpunkt.casework.enums import AssignmentKind
from knotenpunkt.casework.errors import IllegalStep, Incomplete, NotShared
from knotenpunkt.casework.models import Assignment, NeedsAssessment
from knotenpunkt.casework.queries.assignments import (
    assignments_visible_to,
    birthdays_ahead,
    late_assignments,
    queue_of,
    under_way,
)
from knotenpunkt.casework.queries.diary import last_records
from knotenpunkt.casework.queries.packets import packet_of
from knotenpunkt.casework.queries.plans import facts_of, plan_view
from knotenpunkt.casework.responsibility import LawBook, law_book_of
from knotenpunkt.network.models import StaffMember
from knotenpunkt.people.actions import log_read
from knotenpunkt.people.enums import Purpose
from knotenpunkt.people.queries import persons_visible_to, possible_duplicates
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.casework import assignment_forms as ours
from knotenpunkt.web.desk.casework.consent_views import consent_sheet
from knotenpunkt.web.desk.casework.own_system import text_of_handover

PAGE_SIZE = 20


@staff(roles=CASE_ROLES)
def assignments(request: DeskRequest) -> HttpResponse:
    """Show the queue, what is under way, and whose birthday moves her on."""
    page = Paginator(queue_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    running = list(under_way(request.user)[:PAGE_SIZE])
    birthdays = birthdays_ahead(request.user)[:PAGE_SIZE]
    persons = {it.person.pk: it.person for it in (*page.object_list, *running)}
    persons |= {it.person.pk: it.person for it in birthdays}
    with transaction.atomic():
        log_read(persons=persons.values(), by=request.user, what="assignments")
    context = {
        "page": page,
        "running": running,
        "birthdays": birthdays,
        "late": late_assignments(request.user),
        "nav": "cases",
    }
    return render(request, "desk/casework/assignments.html", context)


@staff(roles=CASE_ROLES)
def needs_assess(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Write the one assessment, and put the person into the queue."""
    own = persons_visible_to(request.user).select_related("network", "organization")
    person = get_object_or_404(own, pk=person_id)
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="needs")
    law = law_book_of(person)
    known = NeedsAssessment.objects.filter(person=person).prefetch_related("needs").first()
    initial: dict[str, Any] = {"words": known.words} if known else {}
    initial |= {it.area: it.urgency for it in known.needs.all()} if known else {}
    if law and law.is_a_change:
        initial["kind"] = AssignmentKind.REGIME_CHANGE
    form = ours.NeedsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.assess_needs(
                person=person, words=form.cleaned_data["words"], needs=form.needs, by=request.user
            )
        except Incomplete:
            form.add_error(None, _("Tap at least one area that matters."))
        else:
            opened = actions.open_assignment(
                person=person, kind=form.cleaned_data["kind"], by=request.user
            )
            return redirect("desk:assignment", opened.pk)
    context = {"person": person, "form": form, "known": known, "law": law, "nav": "cases"}
    status = 422 if form.errors else 200
    return render(request, "desk/casework/needs.html", context, status=status)


def _found(request: DeskRequest, assignment_id: UUID) -> Assignment:
    return get_object_or_404(assignments_visible_to(request.user), pk=assignment_id)


@staff(roles=CASE_ROLES)
def assignment(request: DeskRequest, assignment_id: UUID) -> HttpResponse:
    found = _found(request, assignment_id)
    with transaction.atomic():
        log_read(persons=[found.person], by=request.user, what="assignment")
    return _page(request, found)


def _page(request: DeskRequest, found: Assignment, status: int = 200, **more: Any) -> HttpResponse:
    me = request.user.staff_member
    assessment = NeedsAssessment.objects.filter(person=found.person).prefetch_related("needs")
    context = {
        "assignment": found,
        "assessment": assessment.select_related("author").first(),
        "packet": packet_of(found, request.user),
        "is_mine": found.assigned_to_id == me.pk,
        "is_ours": found.organization_id == me.organization_id,
        "assign_form": ours.AssignForm(own=me.organization, me=me),
        "bounce_form": ours.BounceForm(),
        "law": _law_of(found, me),
        "nav": "cases",
        **more,
    }
    return render(request, "desk/casework/assignment.html", context, status=status)


def _law_of(found: Assignment, me: StaffMember) -> LawBook | None:
    """Return why the law book changes, to those who see her residence paper: the own house."""
    is_change = found.kind == AssignmentKind.REGIME_CHANGE
    is_own = found.person.organization_id == me.organization_id
    return law_book_of(found.person) if is_change and is_own else None


def _do(
    request: DeskRequest,
    found: Assignment,
    name: str,
    form: forms.Form,
    act: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    """Run one action; whatever stands against it is said on the page."""
    if not form.is_valid():
        return _page(request, found, 422, **{name: form})
    try:
        act(form.cleaned_data)
    except NotShared as error:
        to = form.cleaned_data["to"]
        return _page(request, found, 422, not_shared=error.names, wanted=to, **{name: form})
    except Incomplete:
        messages.warning(request, _("The needs are not assessed yet."))
        return _page(request, found, 422, **{name: form})
    except IllegalStep:
        messages.warning(request, _("This had changed meanwhile. Here is where it stands now."))
        return _page(request, found, 409)
    messages.success(request, _("Saved."))
    return redirect("desk:assignments")


@require_POST
@staff(roles=CASE_ROLES)
def assignment_assign(request: DeskRequest, assignment_id: UUID) -> HttpResponse:
    found, me = _found(request, assignment_id), request.user.staff_member
    form = ours.AssignForm(request.POST, own=me.organization, me=me)
    return _do(
        request, found, "assign_form", form,
        lambda values: actions.assign(assignment=found, by=request.user, **values),
    )  # fmt: skip


def _mine(request: DeskRequest, assignment_id: UUID) -> Assignment:
    mine = assignments_visible_to(request.user).filter(assigned_to=request.user.staff_member)
    return get_object_or_404(mine, pk=assignment_id)


@require_POST
@staff(roles=CASE_ROLES)
def assignment_accept(request: DeskRequest, assignment_id: UUID) -> HttpResponse:
    found = _mine(request, assignment_id)
    return _do(
        request, found, "bounce_form", forms.Form(request.POST),
        lambda _values: actions.accept_assignment(assignment=found, by=request.user),
    )  # fmt: skip


@require_POST
@staff(roles=CASE_ROLES)
def assignment_bounce(request: DeskRequest, assignment_id: UUID) -> HttpResponse:
    found = _mine(request, assignment_id)
    return _do(
        request, found, "bounce_form", ours.BounceForm(request.POST),
        lambda values: actions.bounce_assignment(assignment=found, by=request.user, **values),
    )  # fmt: skip


@require_POST
@staff(roles=CASE_ROLES)
def assignment_finish(request: DeskRequest, assignment_id: UUID) -> HttpResponse:
    """Both have met: the hand-over is done."""
    found = _found(request, assignment_id)
    return _do(
        request, found, "bounce_form", forms.Form(request.POST),
        lambda _values: actions.hand_over(assignment=found, by=request.user),
    )  # fmt: skip


@require_POST
@staff(roles=CASE_ROLES)
def assignment_take(request: DeskRequest, assignment_id: UUID) -> HttpResponse:
    """Take the packet into the own file; somebody alike may be there already."""
    found = _mine(request, assignment_id)
    try:
        taken = take_packet(assignment=found, by=request.user)
    except (NotShared, IllegalStep):
        messages.warning(request, _("This had changed meanwhile. Here is where it stands now."))
        return _page(request, found, 409)
    if possible_duplicates(taken, for_account=request.user):
        return redirect("desk:person_duplicates", taken.pk)
    messages.success(request, _("In your files now. Nothing had to be typed."))
    return redirect("desk:person", taken.pk)


@staff(roles=CASE_ROLES)
def assignment_consent(request: DeskRequest, assignment_id: UUID) -> HttpResponse:
    """Let the person approve what is handed on, and to whom."""
    found = _found(request, assignment_id)
    own = request.user.staff_member.organization
    experts = StaffMember.objects.exclude(organization=own).select_related("organization")
    member = get_object_or_404(experts, pk=_uuid(request.GET.get("to", "")))
    return consent_sheet(
        request,
        person=found.person,
        recipients=[member],
        purpose=Purpose.COUNSELLING,
        question=found.get_kind_display(),
        back=reverse("desk:assignment", args=[found.pk]),
    )


def _uuid(text: str) -> UUID:
    """Return the id, or one that nobody has."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


@staff(roles=CASE_ROLES)
def handover_page(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Show one page to print or copy: what the next office needs, so that nobody asks again."""
    person = get_object_or_404(
        persons_visible_to(request.user).select_related("municipality", "case_lead"), pk=person_id
    )
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="hand-over page")
    context: dict[str, Any] = {
        "person": person,
        "assessment": NeedsAssessment.objects.filter(person=person)
        .prefetch_related("needs")
        .first(),
        "view": plan_view(request.user, person),
        "facts": facts_of(person, request.user),
        "last": last_records(request.user, [person.pk]).get(person.pk),
        "tokens": person.held_tokens.select_related("token"),
        "nav": "persons",
    }
    context["text"] = text_of_handover(context)
    return render(request, "desk/casework/handover.html", context)
