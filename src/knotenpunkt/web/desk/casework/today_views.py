"""Today: what a counsellor needs before the next person comes in, and how a talk is closed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.casework.actions.diary import (
    TalkEnd,
    close_talk,
    note_follow_up,
    settle_follow_up,
)
from knotenpunkt.casework.models import FollowUp
from knotenpunkt.casework.queries.diary import (
    follow_ups_of,
    last_records,
    talk_records_visible_to,
)
from knotenpunkt.casework.queries.today import today_of
from knotenpunkt.foundation import clock
from knotenpunkt.people.actions import log_read
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.visits.models import Appointment
from knotenpunkt.visits.queries import appointments_visible_to
from knotenpunkt.web.access import CASE_ROLES, EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.casework.forms import FOLLOW_UPS, FollowUpForm, TalkForm
from knotenpunkt.web.desk.casework.own_system import text_of_talk

PAGE_SIZE = 20


@staff(roles=EVERYONE)
def today(request: DeskRequest) -> HttpResponse:
    """Show the day of whoever works with persons; everybody else goes to the day of the house."""
    if request.user.staff_member.role not in CASE_ROLES:
        return redirect("desk:day")
    found = today_of(request.user)
    with transaction.atomic():
        log_read(persons=found.persons, by=request.user, what="today")
    context = {"today": found, "day": clock.today(), "nav": "today"}
    return render(request, "desk/casework/today.html", context)


def _talk(request: DeskRequest, appointment_id: UUID) -> Appointment:
    return get_object_or_404(
        appointments_visible_to(request.user)
        .filter(staff=request.user.staff_member)
        .select_related(
            "visit__person", "service", "location", "room", "organization", "joint_session"
        ),
        pk=appointment_id,
    )


@staff(roles=CASE_ROLES)
def talk(request: DeskRequest, appointment_id: UUID) -> HttpResponse:
    """Show what was agreed last time; by POST, close the talk with two taps."""
    appointment = _talk(request, appointment_id)
    person = appointment.visit.person
    is_own = persons_visible_to(request.user).filter(pk=person.pk).exists()
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="talk")
    form = TalkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        end = TalkEnd(values["outcome"], values["agreed"], values["note"], values["follow_up"])
        close_talk(person=person, end=end, by=request.user, appointment=appointment)
        return redirect("desk:talk_done", appointment.id)
    context = {
        "appointment": appointment,
        "person": person,
        "is_own": is_own,
        "last": last_records(request.user, [person.id]).get(person.id),
        "form": form,
        "follow_ups": FOLLOW_UPS,
        "nav": "today",
    }
    status = 422 if form.errors else 200
    return render(request, "desk/casework/talk.html", context, status=status)


@staff(roles=CASE_ROLES)
def talk_done(request: DeskRequest, appointment_id: UUID) -> HttpResponse:
    """Offer the text for the office's own system: nothing is typed twice."""
    appointment = _talk(request, appointment_id)
    record = talk_records_visible_to(request.user).filter(appointment=appointment).first()
    if record is None:
        raise Http404
    with transaction.atomic():
        log_read(persons=[appointment.visit.person], by=request.user, what="talk")
    context = {
        "appointment": appointment,
        "record": record,
        "text": text_of_talk(record, appointment),
        "nav": "today",
    }
    return render(request, "desk/casework/talk_done.html", context)


@staff(roles=CASE_ROLES)
def follow_ups(request: DeskRequest) -> HttpResponse:
    page = Paginator(follow_ups_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    with transaction.atomic():
        persons = {it.person_id: it.person for it in page.object_list}
        log_read(persons=persons.values(), by=request.user, what="follow-ups")
    context = {"page": page, "day": clock.today(), "nav": "today"}
    return render(request, "desk/casework/follow_ups.html", context)


@staff(roles=CASE_ROLES)
def follow_up_new(request: DeskRequest, person_id: UUID) -> HttpResponse:
    person = get_object_or_404(persons_visible_to(request.user), pk=person_id)
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="follow-up")
    form = FollowUpForm(request.POST or None, initial={"due_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        note_follow_up(person=person, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("desk:person", person.id)
    context = {"person": person, "form": form, "nav": "today"}
    status = 422 if form.errors else 200
    return render(request, "desk/casework/follow_up_new.html", context, status=status)


@require_POST
@staff(roles=CASE_ROLES)
def follow_up_settle(request: DeskRequest, follow_up_id: UUID) -> HttpResponse:
    """Tick a reminder off, or take the tick back."""
    mine = FollowUp.objects.filter(
        staff_member=request.user.staff_member, person__in=persons_visible_to(request.user)
    )
    found = get_object_or_404(mine, pk=follow_up_id)
    is_done = "reopen" not in request.POST
    settle_follow_up(follow_up=found, by=request.user, is_done=is_done)
    if is_done:
        messages.success(request, _("Done."))
    back = "desk:follow_ups" if "list" in request.POST else "desk:home"
    return redirect(reverse(back))
