"""Referrals: list, write, send, answer, close."""

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
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.casework import sharing
from knotenpunkt.casework.actions import letters, referral_ends
from knotenpunkt.casework.actions import referrals as actions
from knotenpunkt.casework.enums import UNANSWERED
from knotenpunkt.casework.errors import IllegalStep, NotResponsibleToday, NotShared
from knotenpunkt.casework.models import Referral
from knotenpunkt.casework.queries.free_times import free_times
from knotenpunkt.casework.queries.referrals import (
    answers_for,
    late_answers,
    late_referrals,
    received_by,
    referrals_visible_to,
    sent_by_house,
    waiting_for,
    with_names,
)
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Organization
from knotenpunkt.people.actions import log_read
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.visits.enums import ACTIVE_APPOINTMENTS
from knotenpunkt.visits.errors import BadPlan, TimesTaken, TooManyHolds
from knotenpunkt.visits.models import Appointment
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.queries import visits_visible_to
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.casework import forms as ours

PAGE_SIZE = 20


@staff(roles=CASE_ROLES)
def referrals(request: DeskRequest) -> HttpResponse:
    """Show what waits for an answer, what was answered, and all that was sent or received."""
    everything = with_names(sent_by_house(request.user) | received_by(request.user))
    page = Paginator(everything.order_by("-created_at", "id"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    waiting, answers = list(waiting_for(request.user)), list(answers_for(request.user))
    persons = {it.person_id: it.person for it in (*waiting, *answers, *page.object_list)}
    with transaction.atomic():
        log_read(persons=persons.values(), by=request.user, what="referrals")
    context = {
        "page": page,
        "waiting": waiting,
        "answers": answers,
        "late": late_answers(request.user),
        "own": request.user.staff_member.organization_id,
        "nav": "cases",
    }
    return render(request, "desk/casework/referrals.html", context)


@staff(roles=CASE_ROLES)
def referral_new(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Choose an organization, then write. Saved as a draft: nothing has left yet."""
    person = get_object_or_404(
        persons_visible_to(request.user).select_related("network"), pk=person_id
    )
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="new referral")
    own = request.user.staff_member.organization
    chosen = ours.ToWhomForm(request.GET or None, own=own)
    to = chosen.cleaned_data["organization"] if chosen.is_valid() else None
    context: dict[str, Any] = {"person": person, "chosen": chosen, "to": to, "nav": "cases"}
    if to is None:
        status = 422 if chosen.is_bound and chosen.errors else 200
        return render(request, "desk/casework/referral_new.html", context, status=status)
    return _write(request, person, to, context)


def _write(
    request: DeskRequest, person: Person, to: Organization, context: dict[str, Any]
) -> HttpResponse:
    form = ours.ReferralForm(
        request.POST or None,
        to=to,
        appointments=_appointments(request, person, to),
        initial={"service": request.GET.get("service")},
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        draft = actions.ReferralDraft(
            to_organization=to,
            recipients=tuple(values["recipients"]),
            question=values["question"],
            purpose=values["purpose"],
            message=values["message"],
            service=values["service"],
            appointment=values.get("appointment"),
            answer_workdays=values["answer_workdays"],
        )
        referral = actions.draft_referral(person=person, draft=draft, by=request.user)
        return redirect("desk:referral", referral.id)
    context["form"] = form
    status = 422 if form.errors else 200
    return render(request, "desk/casework/referral_new.html", context, status=status)


def _appointments(request: DeskRequest, person: Person, to: Organization) -> Any:
    return Appointment.objects.filter(
        visit__in=visits_visible_to(request.user).filter(person=person),
        organization=to,
        status__in=ACTIVE_APPOINTMENTS,
    ).select_related("service")


def _referral(request: DeskRequest, referral_id: UUID) -> Referral:
    return get_object_or_404(with_names(referrals_visible_to(request.user)), pk=referral_id)


@staff(roles=CASE_ROLES)
def referral(request: DeskRequest, referral_id: UUID) -> HttpResponse:
    found = _referral(request, referral_id)
    is_own = found.from_organization_id == request.user.staff_member.organization_id
    with transaction.atomic():
        log_read(persons=[found.person], by=request.user, what="referral")
        if not is_own:
            actions.open_referral(referral=found, by=request.user)
            found.refresh_from_db(fields=["status"])
    return _page(request, found)


def _page(request: DeskRequest, found: Referral, status: int = 200, **more: Any) -> HttpResponse:
    is_own = found.from_organization_id == request.user.staff_member.organization_id
    context = {
        "referral": found,
        "is_own": is_own,
        "uncovered": sharing.without_grant(found) if is_own else [],
        "times": [] if is_own or found.status not in UNANSWERED else free_times(found),
        "is_in_own_file": persons_visible_to(request.user).filter(pk=found.person_id).exists(),
        "send_form": ours.SendForm(),
        "accept_form": ours.TimedAcceptForm(),
        "decline_form": ours.DeclineForm(),
        "ask_form": ours.AskForm(),
        "inform_form": ours.InformForm(),
        "complete_form": ours.CompleteForm(),
        "letter_form": ours.LetterForm(initial={"address": found.to_organization.email}),
        "nav": "cases",
        **more,
    }
    return render(request, "desk/casework/referral.html", context, status=status)


@require_POST
@staff(roles=CASE_ROLES)
def referral_send(request: DeskRequest, referral_id: UUID) -> HttpResponse:
    """Send; if by rule somebody else is responsible, say so and ask for a reason."""
    found = _own(request, referral_id)
    form = ours.SendForm(request.POST)
    reason = form.cleaned_data["override_reason"] if form.is_valid() else ""
    try:
        actions.send_referral(referral=found, by=request.user, override_reason=reason)
    except NotResponsibleToday as error:
        return _page(request, found, 422, warning=error, send_form=form)
    except NotShared as error:
        return _page(request, found, 422, not_shared=error.names, send_form=form)
    except IllegalStep:
        return _too_late(request, found)
    messages.success(request, _("Sent. You will see the answer here and under Today."))
    return redirect("desk:referral", found.id)


def _own(request: DeskRequest, referral_id: UUID) -> Referral:
    return get_object_or_404(with_names(sent_by_house(request.user)), pk=referral_id)


def _received(request: DeskRequest, referral_id: UUID) -> Referral:
    return get_object_or_404(with_names(received_by(request.user)), pk=referral_id)


def _too_late(request: DeskRequest, found: Referral) -> HttpResponse:
    """Someone was faster: show where it stands now."""
    found.refresh_from_db(fields=["status"])
    messages.warning(request, _("This had changed meanwhile. Here is where it stands now."))
    return _page(request, found, 409)


Act = Callable[..., object]


def _answer(
    request: DeskRequest, found: Referral, name: str, form: forms.Form, act: Act, said: str
) -> HttpResponse:
    """Run one action with what the form holds; bad input and lost races come back to the page."""
    if not form.is_valid():
        return _page(request, found, 422, **{name: form})
    try:
        act(referral=found, by=request.user, **form.cleaned_data)
    except IllegalStep:
        return _too_late(request, found)
    messages.success(request, said)
    return redirect("desk:referral", found.id)


def _accept(*, plan: BookingPlan | None, **more: Any) -> Referral:
    if plan is None:
        return actions.accept_referral(**more)
    return actions.accept_with_time(plan=plan, **more)


@require_POST
@staff(roles=CASE_ROLES)
def referral_accept(request: DeskRequest, referral_id: UUID) -> HttpResponse:
    """Take it up, with one of the free times or without."""
    found = _received(request, referral_id)
    form = ours.TimedAcceptForm(request.POST)

    said = _("Accepted. You are the responsible person now.")
    try:
        return _answer(request, found, "accept_form", form, _accept, said)
    except (TimesTaken, BadPlan, TooManyHolds):
        messages.warning(request, _("This time was just taken. Please choose again."))
        return _page(request, found, 409)


@require_POST
@staff(roles=CASE_ROLES)
def referral_decline(request: DeskRequest, referral_id: UUID) -> HttpResponse:
    return _answer(
        request,
        _received(request, referral_id),
        "decline_form",
        ours.DeclineForm(request.POST),
        actions.decline_referral,
        _("Declined. The other side sees your alternative."),
    )


@require_POST
@staff(roles=CASE_ROLES)
def referral_ask(request: DeskRequest, referral_id: UUID) -> HttpResponse:
    return _answer(
        request,
        _received(request, referral_id),
        "ask_form",
        ours.AskForm(request.POST),
        actions.ask_about_referral,
        _("Asked. The answer date stays."),
    )


@require_POST
@staff(roles=CASE_ROLES)
def referral_inform(request: DeskRequest, referral_id: UUID) -> HttpResponse:
    return _answer(
        request,
        _own(request, referral_id),
        "inform_form",
        ours.InformForm(request.POST),
        actions.add_information,
        _("Sent."),
    )


@require_POST
@staff(roles=CASE_ROLES)
def referral_complete(request: DeskRequest, referral_id: UUID) -> HttpResponse:
    return _answer(
        request,
        _referral(request, referral_id),
        "complete_form",
        ours.CompleteForm(request.POST),
        actions.complete_referral,
        _("Closed."),
    )


@require_POST
@staff(roles=CASE_ROLES)
def referral_withdraw(request: DeskRequest, referral_id: UUID) -> HttpResponse:
    return _answer(
        request,
        _own(request, referral_id),
        "send_form",
        forms.Form(request.POST),
        referral_ends.withdraw_referral,
        _("Taken back. The other side sees it no longer."),
    )


@require_POST
@staff(roles=CASE_ROLES)
def referral_nudge(request: DeskRequest, referral_id: UUID) -> HttpResponse:
    """Remind the other side of a late answer; the reader learns no more than before."""
    with system_scope("remind of a late answer without reading it"):
        late = get_object_or_404(late_referrals(request.user), pk=referral_id)
        referral_ends.nudge_referral(referral=late, by=request.user)
    messages.success(request, _("Reminded."))
    return redirect("desk:referrals")


@require_POST
@staff(roles=CASE_ROLES)
def referral_letter_write(request: DeskRequest, referral_id: UUID) -> HttpResponse:
    """Mail the link, and show once the code to be told by telephone."""
    found = _own(request, referral_id)
    form = ours.LetterForm(request.POST)
    if not form.is_valid():
        return _page(request, found, 422, letter_form=form)
    try:
        code = letters.write_letter(referral=found, by=request.user, **form.cleaned_data)
    except IllegalStep:
        return _too_late(request, found)
    return _page(request, found, letter_code=code)
