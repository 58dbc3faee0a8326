"""The main job: needs, proposals, hold, confirm, change of mind."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.casework.models import JointSession
from knotenpunkt.directory.models import Topic
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.idempotency import Answer, KeyReused, fingerprint, once
from knotenpunkt.people.actions import log_read, note_held_tokens, note_needs
from knotenpunkt.people.enums import GenderWish
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.visits.actions import (
    cancel_visit,
    confirm_visit,
    extend_hold,
    hold_visit,
)
from knotenpunkt.visits.actions.booking import new_idempotency_key
from knotenpunkt.visits.errors import (
    BadPlan,
    HoldExpired,
    IllegalStep,
    Overtaken,
    TimesTaken,
    TooManyHolds,
)
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.plan import Malformed, read_plan
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import BadWish, VisitWish, wish_of
from knotenpunkt.visits.queries import visits_visible_to, with_everything
from knotenpunkt.web.access import CASE_ROLES, DeskRequest, staff
from knotenpunkt.web.day_picture import day_pictures
from knotenpunkt.web.desk.visits.finding import FindForm, services_for
from knotenpunkt.web.desk.visits.forms import HoldForm, VersionForm, WishForm
from knotenpunkt.web.desk.visits.vanished import before_of, why_vanished
from knotenpunkt.web.desk.visits.wishes import shown_proposals, shown_refusal, wish_from

USUAL_HORIZON = dt.timedelta(days=21)


@staff(roles=CASE_ROLES)
def visit_new(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Ask for needs and options; by POST, show proposals or why there are none."""
    person = _person(request, person_id)
    if request.method != "POST":
        return _wish_page(request, person, _first_form(person))
    if "find" in request.POST:
        return _tiles_page(request, person)
    form = WishForm(request.POST, network=person.network)
    if not form.is_valid():
        return _wish_page(request, person, form)
    if form.cleaned_data["held_tokens"]:
        note_held_tokens(person=person, tokens=form.cleaned_data["held_tokens"], by=request.user)
    note_needs(
        person=person, services=[it.id for it in form.cleaned_data["services"]], by=request.user
    )
    return _proposals_page(request, person, form)


def _proposals_page(
    request: HttpRequest, person: Person, form: WishForm, gone: list[str] | None = None
) -> HttpResponse:
    """Show what fits a valid form; `gone` says which times of an earlier proposal were taken."""
    wish = wish_from(person, form.cleaned_data)
    try:
        found = propose_visits(wish)
    except BadWish as error:
        form.add_error(None, str(error))
        return _wish_page(request, person, form)
    context = {
        "person": person,
        "form": form,
        "gone": gone,
        "vanished": [] if gone else why_vanished(form.cleaned_data["before"], found, wish),
        "before": before_of(found),
        "proposals": shown_proposals(found, right_to_left=get_language_bidi()),
        "refusal": shown_refusal(found),
        "is_complete": found.is_complete,
        "key": new_idempotency_key(),
        "nav": "persons",
    }
    return render(request, "desk/visits/proposals.html", context, status=409 if gone else 200)


def _person(request: DeskRequest, person_id: UUID) -> Person:
    person = get_object_or_404(
        persons_visible_to(request.user).select_related("network"), pk=person_id
    )
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="new visit")
    return person


def _first_form(person: Person) -> WishForm:
    today = clock.today()
    initial = {
        "services": list(person.needs.filter(status="open").values_list("service_id", flat=True)),
        "first_day": today,
        "last_day": today + USUAL_HORIZON,
        "interpreter_gender": person.interpreter_gender,
    }
    return WishForm(initial=initial, network=person.network)


def _tiles_page(request: DeskRequest, person: Person) -> HttpResponse:
    """Show tiles for the words that were typed; what was chosen before stays chosen."""
    asked = FindForm(request.POST)
    words = asked.cleaned_data["words"] if asked.is_valid() else ""
    kept: dict[str, Any] = {name: request.POST.get(name) for name in WishForm.base_fields}
    kept["services"] = request.POST.getlist("services")
    form = WishForm(initial=kept, network=person.network)
    found = services_for(words, request.user)
    return _wish_page(request, person, form, words=words, found=found)


def _wish_page(
    request: HttpRequest, person: Person, form: WishForm, **more: object
) -> HttpResponse:
    topics = Topic.objects.filter(network=person.network).prefetch_related("services__organization")
    chosen = {str(value) for value in form["services"].value() or ()}
    context = {
        "person": person,
        "form": form,
        "topics": topics,
        "chosen": chosen,
        "words": "",
        "found": [],
        "nav": "persons",
        **more,
    }
    return render(request, "desk/visits/new.html", context, status=422 if form.errors else 200)


@require_POST
@staff(roles=CASE_ROLES)
def visit_hold(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Hold the chosen plan; if someone was faster, say what is gone and let her choose anew."""
    person = _person(request, person_id)
    form = HoldForm(request.POST)
    if not form.is_valid():
        return _gone(request, person, [_("This proposal could not be read.")], 422)
    try:
        plan = read_plan(form.cleaned_data["plan"])
        services = tuple(leg.service for leg in plan.legs)
        wish = wish_of(person, services, clock.today(), clock.today())
        wish = replace(wish, interpreter_gender=GenderWish(form.cleaned_data["interpreter_gender"]))
        answer = once(
            scope=f"account/{request.user.pk}",
            key=str(form.cleaned_data["key"]),
            request=fingerprint(str(person.id), form.cleaned_data["plan"]),
            do=lambda: Answer(
                201,
                {"id": str(hold_visit(person=person, plan=plan, wish=wish, by=request.user).id)},
            ),
        )
    except TimesTaken as error:
        return _taken(request, person, wish, error)
    except TooManyHolds:
        return _gone(request, person, [_("Other visits are still held for this person.")], 409)
    except (BadPlan, Malformed, KeyReused):
        return _gone(request, person, [_("This proposal is no longer valid.")], 422)
    return redirect("desk:visit", answer.body["id"])


def _taken(
    request: HttpRequest, person: Person, wish: VisitWish, error: TimesTaken
) -> HttpResponse:
    """Say which times are gone, and propose anew for the same needs."""
    form = WishForm(
        {
            "services": [str(service) for service in wish.services],
            "first_day": clock.today(),
            "last_day": clock.today() + USUAL_HORIZON,
            "max_days": wish.max_days,
            "interpreter_gender": wish.interpreter_gender,
            "with_interpreters": wish.with_interpreters,
        },
        network=person.network,
    )
    gone = [_("Appointment %(number)s was just taken.") % {"number": n + 1} for n in error.gone]
    return (
        _proposals_page(request, person, form, gone)
        if form.is_valid()
        else _wish_page(request, person, form)
    )


def _gone(request: HttpRequest, person: Person, reasons: list[str], status: int) -> HttpResponse:
    context = {"person": person, "reasons": reasons, "nav": "persons"}
    return render(request, "desk/visits/gone.html", context, status=status)


@staff(roles=CASE_ROLES)
def visit(request: DeskRequest, visit_id: UUID) -> HttpResponse:
    found = get_object_or_404(with_everything(visits_visible_to(request.user)), pk=visit_id)
    with transaction.atomic():
        log_read(persons=[found.person], by=request.user, what="visit")
    legs = list(found.appointments.all())
    context = {
        "visit": found,
        "pictures": day_pictures(legs, right_to_left=get_language_bidi()),
        "joint": JointSession.objects.filter(appointment__in=legs).first(),
        "nav": "persons",
    }
    return render(request, "desk/visits/visit.html", context)


def _own(request: DeskRequest, visit_id: UUID) -> Visit:
    return get_object_or_404(visits_visible_to(request.user), pk=visit_id)


@require_POST
@staff(roles=CASE_ROLES)
def visit_confirm(request: DeskRequest, visit_id: UUID) -> HttpResponse:
    found = _own(request, visit_id)
    try:
        confirm_visit(visit=found, by=request.user)
    except Overtaken:
        text = _("Meanwhile the visit was changed. Please look at how it is now.")
        return _gone(request, found.person, [text], 409)
    except (HoldExpired, IllegalStep, TimesTaken):
        return _gone(
            request, found.person, [_("The hold has ended. The times are free again.")], 409
        )
    messages.success(request, _("Booked. All appointments are fixed."))
    return redirect("desk:visit", found.id)


@require_POST
@staff(roles=CASE_ROLES)
def visit_extend(request: DeskRequest, visit_id: UUID) -> HttpResponse:
    found = _own(request, visit_id)
    try:
        extend_hold(visit=found, by=request.user)
    except HoldExpired:
        return _gone(
            request, found.person, [_("The hold has ended. The times are free again.")], 409
        )
    except IllegalStep:
        messages.warning(request, _("This hold cannot be extended again."))
    return redirect("desk:visit", found.id)


@staff(roles=CASE_ROLES)
def visit_cancel(request: DeskRequest, visit_id: UUID) -> HttpResponse:
    """Ask once, then cancel the whole visit."""
    found = get_object_or_404(with_everything(visits_visible_to(request.user)), pk=visit_id)
    if request.method != "POST":
        return _cancel_page(request, found)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return _cancel_page(request, found, status=422)
    try:
        cancel_visit(visit=found, by=request.user, seen_version=form.cleaned_data["version"])
    except Overtaken:
        now = with_everything(visits_visible_to(request.user)).get(pk=visit_id)
        return _cancel_page(request, now, status=409)
    except IllegalStep:
        messages.error(request, _("This visit can no longer be cancelled."))
        return redirect("desk:visit", found.id)
    messages.success(request, _("Cancelled. All times are free again."))
    return redirect("desk:visit", found.id)


def _cancel_page(request: DeskRequest, visit: Visit, status: int = 200) -> HttpResponse:
    context = {"visit": visit, "has_changed": status == 409, "nav": "persons"}
    return render(request, "desk/visits/cancel.html", context, status=status)
