"""Case conferences: ask, see the consent lights, meet, write, follow up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.casework.actions import conferences as actions
from knotenpunkt.casework.errors import Identifying, IllegalStep, NotShared, StillOpen, TooEarly
from knotenpunkt.casework.models import CaseConference
from knotenpunkt.casework.queries.conferences import (
    conferences_visible_to,
    guest_view,
    lights_of,
    steps_of,
    with_names,
)
from knotenpunkt.people.actions import log_read
from knotenpunkt.people.enums import Purpose
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.casework import conference_forms as ours
from knotenpunkt.web.desk.casework.consent_views import consent_sheet
from knotenpunkt.web.desk.findings import lines_of
from knotenpunkt.web.templatetags.knotenpunkt import day_name

PAGE_SIZE = 20


@staff(roles=CASE_ROLES)
def conferences(request: DeskRequest) -> HttpResponse:
    found = with_names(conferences_visible_to(request.user)).order_by("-created_at", "id")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    persons = {it.person.pk: it.person for it in page.object_list if it.person}
    with transaction.atomic():
        log_read(persons=persons.values(), by=request.user, what="conferences")
    context = {"page": page, "steps": steps_of(request.user), "nav": "cases"}
    return render(request, "desk/casework/conferences.html", context)


@staff(roles=CASE_ROLES)
def conference_new(request: DeskRequest) -> HttpResponse:
    """Ask one question without a name: the usual way."""
    return _ask(request, None)


@staff(roles=CASE_ROLES)
def conference_named(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Ask about a person by name; nobody may read it before the consent lights are green."""
    person = get_object_or_404(persons_visible_to(request.user), pk=person_id)
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="new conference")
    return _ask(request, person)


def _ask(request: DeskRequest, person: Person | None) -> HttpResponse:
    own = request.user.staff_member.organization
    form = ours.RequestForm(request.POST or None, own=own, is_named=person is not None)
    findings: list[str] = []
    if request.method == "POST" and form.is_valid():
        wanted = actions.ConferenceRequest(
            form.cleaned_data["question"], tuple(form.cleaned_data["members"]), person
        )
        try:
            made = _request(request, wanted, form.cleaned_data.get("starts_at"))
        except Identifying as error:
            findings = lines_of(error.findings)
        else:
            return redirect("desk:conference", made.pk)
    context = {"form": form, "person": person, "findings": findings, "nav": "cases"}
    status = 422 if form.errors or findings else 200
    return render(request, "desk/casework/conference_new.html", context, status=status)


@transaction.atomic
def _request(
    request: DeskRequest, wanted: actions.ConferenceRequest, starts_at: dt.datetime | None
) -> CaseConference:
    """Ask, and with a proposed time invite at once: nobody's consent is needed without a name."""
    made = actions.request_conference(request=wanted, by=request.user)
    if starts_at is None:
        return made
    return actions.schedule_conference(
        conference=made, starts_at=starts_at, minutes=made.minutes, location=None, by=request.user
    )


def _found(request: DeskRequest, conference_id: UUID) -> CaseConference:
    return get_object_or_404(with_names(conferences_visible_to(request.user)), pk=conference_id)


@staff(roles=CASE_ROLES)
def conference(request: DeskRequest, conference_id: UUID) -> HttpResponse:
    """Show the whole to members; to a guest the one item, at its time."""
    visible = with_names(conferences_visible_to(request.user)).filter(pk=conference_id).first()
    if visible is None:
        view = guest_view(request.user, conference_id)
        if view is None:
            raise Http404
        context = {"view": view, "nav": "cases"}
        return render(request, "desk/casework/conference_guest.html", context)
    with transaction.atomic():
        log_read(
            persons=[visible.person] if visible.person else [],
            by=request.user,
            what="conference",
        )
    return _page(request, visible)


@staff(roles=CASE_ROLES)
def conference_lights(request: DeskRequest, conference_id: UUID) -> HttpResponse:
    """Show the consent lights alone, as they are now. They tell nothing of the person: no entry."""
    found = _found(request, conference_id)
    context = {"conference": found, "lights": lights_of(found)}
    return render(request, "desk/casework/_lights.html", context)


def _page(
    request: DeskRequest, found: CaseConference, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "conference": found,
        "lights": lights_of(found),
        "agenda": found.agenda.prefetch_related("guests__staff_member"),
        "steps": found.steps.select_related("owner__organization", "deputy"),
        "corrections": found.corrections.select_related("author"),
        "is_chair": found.chair_id == request.user.staff_member.pk,
        "me": request.user.staff_member,
        "schedule_form": ours.ScheduleForm(conference=found),
        "item_form": ours.ItemForm(),
        "guest_form": ours.GuestForm(conference=found),
        "minutes_form": ours.MinutesForm(initial={"text": found.record}),
        "correction_form": ours.CorrectionForm(),
        "step_form": ours.StepForm(conference=found),
        "evidence_form": ours.EvidenceForm(),
        "nav": "cases",
        **more,
    }
    return render(request, "desk/casework/conference.html", context, status=status)


def _chaired(request: DeskRequest, conference_id: UUID) -> CaseConference:
    mine = conferences_visible_to(request.user).filter(chair=request.user.staff_member)
    return get_object_or_404(with_names(mine), pk=conference_id)


def _do(
    request: DeskRequest,
    found: CaseConference,
    name: str,
    form: forms.Form,
    act: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    """Run one action; whatever stands against it is said on the page, with nothing lost."""
    if not form.is_valid():
        return _page(request, found, 422, **{name: form})
    try:
        act(form.cleaned_data)
    except Identifying as error:
        return _page(request, found, 422, findings=lines_of(error.findings), **{name: form})
    except NotShared as error:
        return _page(request, found, 422, not_shared=error.names, **{name: form})
    except (TooEarly, StillOpen, IllegalStep) as error:
        messages.warning(request, _why(error))
        return _page(request, found, 409)
    messages.success(request, _("Saved."))
    return redirect("desk:conference", found.pk)


def _why(error: Exception) -> str:
    if isinstance(error, TooEarly):
        return _("Every party may correct until {day}. Then it can be released.").format(
            day=day_name(error.day)
        )
    if isinstance(error, StillOpen):
        return _("Steps are still open: {count}").format(count=error.count)
    return _("This had changed meanwhile. Here is where it stands now.")


@require_POST
@staff(roles=CASE_ROLES)
def conference_schedule(request: DeskRequest, conference_id: UUID) -> HttpResponse:
    found = _chaired(request, conference_id)
    form = ours.ScheduleForm(request.POST, conference=found)
    return _do(
        request, found, "schedule_form", form,
        lambda _values: actions.schedule_conference(
            conference=found, by=request.user, **form.when
        ),
    )  # fmt: skip


@require_POST
@staff(roles=CASE_ROLES)
def conference_item(request: DeskRequest, conference_id: UUID) -> HttpResponse:
    found = _chaired(request, conference_id)
    return _do(
        request, found, "item_form", ours.ItemForm(request.POST),
        lambda values: actions.add_agenda_item(conference=found, by=request.user, **values),
    )  # fmt: skip


@require_POST
@staff(roles=CASE_ROLES)
def conference_guest(request: DeskRequest, conference_id: UUID) -> HttpResponse:
    found = _chaired(request, conference_id)
    return _do(
        request, found, "guest_form", ours.GuestForm(request.POST, conference=found),
        lambda values: actions.invite_guest(by=request.user, **values),
    )  # fmt: skip


@require_POST
@staff(roles=CASE_ROLES)
def conference_minutes(request: DeskRequest, conference_id: UUID) -> HttpResponse:
    found = _chaired(request, conference_id)
    return _do(
        request, found, "minutes_form", ours.MinutesForm(request.POST),
        lambda values: actions.write_minutes(conference=found, by=request.user, **values),
    )  # fmt: skip


@require_POST
@staff(roles=CASE_ROLES)
def conference_correct(request: DeskRequest, conference_id: UUID) -> HttpResponse:
    found = _found(request, conference_id)
    return _do(
        request, found, "correction_form", ours.CorrectionForm(request.POST),
        lambda values: actions.correct_minutes(conference=found, by=request.user, **values),
    )  # fmt: skip


@require_POST
@staff(roles=CASE_ROLES)
def conference_step(request: DeskRequest, conference_id: UUID) -> HttpResponse:
    found = _chaired(request, conference_id)
    return _do(
        request, found, "step_form", ours.StepForm(request.POST, conference=found),
        lambda values: actions.agree_step(conference=found, by=request.user, **values),
    )  # fmt: skip


SIMPLE: dict[str, Callable[..., object]] = {
    "release": actions.release_minutes,
    "close": actions.close_conference,
    "anonymous": actions.turn_anonymous,
    "cancel": actions.cancel_conference,
}


@require_POST
@staff(roles=CASE_ROLES)
def conference_do(request: DeskRequest, conference_id: UUID, word: str) -> HttpResponse:
    """Release, close, turn anonymous or cancel: one button each."""
    found = _chaired(request, conference_id)
    if word not in SIMPLE:
        raise Http404
    return _do(
        request, found, "item_form", forms.Form(request.POST),
        lambda _values: SIMPLE[word](conference=found, by=request.user),
    )  # fmt: skip


@require_POST
@staff(roles=CASE_ROLES)
def step_done(request: DeskRequest, step_id: UUID) -> HttpResponse:
    """Finish an own task with its evidence; works even when the rest is no longer visible."""
    agreed = get_object_or_404(steps_of(request.user), pk=step_id)
    form = ours.EvidenceForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Please say how one sees that it is done."))
    else:
        actions.finish_step(agreed=agreed, by=request.user, **form.cleaned_data)
        messages.success(request, _("Done."))
    return redirect("desk:conferences")


@staff(roles=CASE_ROLES)
def conference_consent(request: DeskRequest, conference_id: UUID) -> HttpResponse:
    """Show the consent sheet for the members whose light is red."""
    found = _chaired(request, conference_id)
    recipients = actions.uncovered(found)
    if found.person is None or not recipients:
        return redirect("desk:conference", found.pk)
    return consent_sheet(
        request,
        person=found.person,
        recipients=recipients,
        purpose=Purpose.CASE_CONFERENCE,
        question=found.question,
        back=reverse("desk:conference", args=[found.pk]),
    )
