"""What to bring, how to reach her, hold, confirm. Only here a person is stored."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from knotenpunkt.foundation.idempotency import Answer, KeyReused, fingerprint, once
from knotenpunkt.foundation.scope import look_as_person, system_scope
from knotenpunkt.newcomers.actions import HerSelf, hold_by_herself
from knotenpunkt.visits.actions import cancel_visit, confirm_visit
from knotenpunkt.visits.actions.booking import new_idempotency_key
from knotenpunkt.visits.actions.changing import hold_change
from knotenpunkt.visits.enums import VisitStatus
from knotenpunkt.visits.errors import (
    BadPlan,
    HoldExpired,
    IllegalStep,
    Overtaken,
    TimesTaken,
    TooManyHolds,
)
from knotenpunkt.visits.models import Appointment, Visit
from knotenpunkt.visits.plan import BookingPlan, Malformed, read_plan
from knotenpunkt.visits.planning.wish import VisitWish
from knotenpunkt.visits.queries import after_change, with_everything
from knotenpunkt.web.access import anyone
from knotenpunkt.web.public.answers import (
    Answers,
    forget_answers,
    keep_answers,
    public_network,
    read_answers,
    sent,
)
from knotenpunkt.web.public.forms import BringForm, HerselfForm, text
from knotenpunkt.web.public.limits import limited, note_hold
from knotenpunkt.web.public.load import asked_under_load
from knotenpunkt.web.public.papers import papers_of
from knotenpunkt.web.public.plan_views import proposals_page
from knotenpunkt.web.public.shown import days_of_plan
from knotenpunkt.web.public.start_views import STEPS
from knotenpunkt.web.public.wishes import wish_of_answers
from knotenpunkt.web.slip.view import slip_of

VISIT = "own_visit"


def _plan(answers: Answers) -> BookingPlan | None:
    """Return the chosen plan; None when there is none, or it is of another time."""
    try:
        return read_plan(answers.plan) if answers.plan else None
    except Malformed:
        return None


@anyone
def bring(request: HttpRequest) -> HttpResponse:
    """List each paper once, to tick, with help for what is missing."""
    answers = read_answers(request)
    plan = _plan(answers)
    if plan is None:
        return redirect("public:proposals")
    papers = papers_of([leg.service for leg in plan.legs])
    if request.method == "POST":
        form = BringForm(request.POST, papers=[paper.document.id for paper in papers])
        if form.is_valid():
            keep_answers(request, answers, packed=form.cleaned_data["packed"])
            return redirect("public:book")
    context = {"papers": papers, "packed": answers.packed, "step": 5, "steps": STEPS}
    return render(request, "public/bring.html", context)


@anyone
@limited
@asked_under_load
def book(request: HttpRequest) -> HttpResponse:
    """Ask how to reach her, and hold. Sent twice, it holds once."""
    answers = read_answers(request)
    plan = _plan(answers)
    if plan is None:
        return redirect("public:proposals")
    if not answers.key:
        answers = keep_answers(request, answers, key=new_idempotency_key())
    form = HerselfForm(sent(request))
    if request.method == "POST" and form.is_valid():
        return _hold(request, answers, plan, form)
    return _book_page(request, answers, plan, form)


def _book_page(
    request: HttpRequest, answers: Answers, plan: BookingPlan, form: HerselfForm
) -> HttpResponse:
    context = {
        "form": form,
        "answers": answers,
        "days": days_of_plan(public_network(), plan),
        "step": 5,
        "steps": STEPS,
    }
    return render(request, "public/book.html", context, status=422 if form.errors else 200)


def _hold(
    request: HttpRequest, answers: Answers, plan: BookingPlan, form: HerselfForm
) -> HttpResponse:
    """Hold and go on to confirm; if someone was faster, propose anew at once."""
    herself = HerSelf(
        given_name=form.cleaned_data["given_name"],
        phone=form.phone,
        email=form.email,
        word=form.cleaned_data["word"],
        municipality=answers.municipality,
        language=(get_language() or "de")[:2],
        packed=answers.packed,
    )
    wish = wish_of_answers(public_network(), answers)
    note_hold(request, form.phone or form.email or str(answers.changes or ""))
    try:
        answer = once(
            scope="herself",
            key=answers.key,
            request=fingerprint(answers.plan),
            do=lambda: Answer(201, {"id": str(_held(answers, plan, wish, herself).id)}),
        )
    except TooManyHolds:
        form.add_error("contact", text("contact_full"))
        return _book_page(request, answers, plan, form)
    except Overtaken:
        return _overtaken(request, answers)
    except (TimesTaken, BadPlan, KeyReused):
        answers = keep_answers(request, answers, plan="", key="")
        return proposals_page(request, answers, is_gone=True)
    request.session[VISIT] = answer.body["id"]
    return redirect("public:confirm")


def _held(answers: Answers, plan: BookingPlan, wish: VisitWish, herself: HerSelf) -> Visit:
    """Hold for a new person, or another time for a visit there is."""
    if answers.changes is None:
        return hold_by_herself(plan=plan, wish=wish, herself=herself)
    with system_scope("the visit that her session changes"):
        old = Visit.objects.get(pk=answers.changes)
    look_as_person(old.person_id)
    return hold_change(visit=old, plan=plan, seen_version=answers.seen_version, by=None, wish=wish)


def own_visit(request: HttpRequest) -> Visit | None:
    """Return the visit that this browser holds, read with everything; None if there is none."""
    try:
        visit_id = UUID(request.session.get(VISIT, ""))
    except ValueError:
        return None
    with system_scope("the visit that her session holds"):
        visit = with_everything(Visit.objects.filter(pk=visit_id)).first()
    if visit is not None:
        look_as_person(visit.person_id)
    return visit


@anyone
@limited
def confirm(request: HttpRequest) -> HttpResponse:
    """Show what is held and until when; by POST, book it."""
    visit = own_visit(request)
    if visit is None:
        return redirect("public:proposals")
    if request.method == "POST":
        return _confirmed(request, visit)
    if visit.status != VisitStatus.HELD:
        return redirect("public:slip", visit.code)
    slip = slip_of(visit, _as_it_will_be(visit))
    context = {"visit": visit, "slip": slip, "step": 5, "steps": STEPS}
    return render(request, "public/confirm.html", context)


def _as_it_will_be(visit: Visit) -> list[Appointment]:
    """Return what is held, and for a change also what stays of the visit that it changes."""
    if visit.changes_id is None:
        return list(visit.appointments.all())
    old = with_everything(Visit.objects.filter(pk=visit.changes_id)).get()
    return after_change(list(old.appointments.all()), visit)


def _confirmed(request: HttpRequest, visit: Visit) -> HttpResponse:
    try:
        confirm_visit(visit=visit, by=None)
    except Overtaken:
        return _overtaken(request, read_answers(request))
    except (HoldExpired, IllegalStep, TimesTaken):
        answers = keep_answers(request, read_answers(request), plan="", key="")
        request.session.pop(VISIT, None)
        return proposals_page(request, answers, is_gone=True)
    forget_answers(request)  # the next person on this phone finds nothing
    return redirect("public:slip", visit.code)


def _overtaken(request: HttpRequest, answers: Answers) -> HttpResponse:
    """Lead back to the slip: the visit is no longer the one for which she sought another time."""
    old = Visit.objects.filter(pk=answers.changes).first() if answers.changes else None
    forget_answers(request)
    messages.error(request, text("visit_has_changed"))
    return redirect("public:slip", old.code) if old else redirect("public:start")


@require_POST
@anyone
def rather_not(request: HttpRequest) -> HttpResponse:
    """Give the held times back and return to the proposals."""
    visit = own_visit(request)
    if visit is not None and visit.status == VisitStatus.HELD:
        cancel_visit(visit=visit, by=None)
    request.session.pop(VISIT, None)
    keep_answers(request, read_answers(request), plan="", key="")
    return redirect("public:proposals")
