"""What must come first, and proposals with switches. Nothing is held or stored here."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Network
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.plan import Malformed, read_plan
from knotenpunkt.visits.planning.proposals import Proposals, propose_visits
from knotenpunkt.visits.planning.wish import MOST_NEEDS, BadWish
from knotenpunkt.web.access import anyone
from knotenpunkt.web.public.answers import (
    SWITCHES,
    Answers,
    clearing_talk,
    keep_answers,
    public_network,
    read_answers,
    without,
)
from knotenpunkt.web.public.forms import SwitchForm, TakeForm
from knotenpunkt.web.public.limits import limited, note_search
from knotenpunkt.web.public.load import asked_under_load
from knotenpunkt.web.public.shown import (
    ShownProposal,
    ShownRefusal,
    shown_proposals,
    shown_refusal,
)
from knotenpunkt.web.public.start_views import STEPS
from knotenpunkt.web.public.wishes import (
    SCHOOL_RUN,
    MissingState,
    is_as_booked,
    missing_states,
    order_of,
    wish_of_answers,
)


@anyone
def order(request: HttpRequest) -> HttpResponse:
    """Show what comes after what; ask whether she has what is missing, or plan it too."""
    network, answers = public_network(), read_answers(request)
    if not answers.needs:
        return redirect("public:needs")
    missing = missing_states(network, answers)
    if request.method == "POST":
        answers = _answered(request, network, answers, missing)
        keep_answers(request, answers)
        return redirect("public:order" if missing_states(network, answers) else "public:proposals")
    steps = order_of(network, answers)
    if not missing and not any(step.waits_for for step in steps):
        return redirect("public:proposals")
    context = {"missing": missing, "order": steps, "step": 3, "steps": STEPS}
    return render(request, "public/order.html", context)


def _answered(
    request: HttpRequest, network: Network, answers: Answers, missing: list[MissingState]
) -> Answers:
    """Return the answers with what she said of each missing state; silence changes nothing."""
    held, needs = set(answers.held_tokens), list(answers.needs)
    for state in missing:
        said = request.POST.get(f"state_{state.token.id}", "")
        if said == "have":
            held.add(state.token.id)
        elif said == "talk":
            needs = [*without(needs, *(it.id for it in state.needed_for))]
            needs.append(clearing_talk(network).id)
        else:
            needs += [it.id for it in state.producers if str(it.id) == said]
    kept = without(needs)[:MOST_NEEDS]
    return answers.model_copy(update={"held_tokens": frozenset(held), "needs": kept})


@anyone
@limited
@asked_under_load
def proposals(request: HttpRequest) -> HttpResponse:
    """Show the best visits, or why there is none and what is nearest. By POST, turn a switch."""
    answers = read_answers(request)
    if request.method == "POST":
        form = SwitchForm(request.POST)
        if form.is_valid():
            _turn(request, answers, form)
        return redirect("public:proposals" if read_answers(request).needs else "public:needs")
    return proposals_page(request, answers)


def proposals_page(
    request: HttpRequest, answers: Answers, *, is_gone: bool = False
) -> HttpResponse:
    """Return the page of proposals; `is_gone` says that someone was faster (409)."""
    network = public_network()
    if not answers.needs:
        return redirect("public:needs")
    if missing_states(network, answers):
        return redirect("public:order")
    note_search(request)
    try:
        found, shown, refusal = _searched(network, answers)
    except BadWish:  # a service has been taken out of the directory meanwhile
        keep_answers(request, answers, needs=(), plan="")
        return redirect("public:matters")
    context = {
        "answers": answers,
        "old_code": _code_of(answers),
        "proposals": shown,
        "refusal": refusal,
        "is_complete": found.is_complete,
        "is_gone": is_gone,
        "after": _day_after(shown),
        "switches": [(it, it in answers.switches) for it in SWITCHES if it != "school"],
        "fetch_at": answers.fetch_at or SCHOOL_RUN,
        "is_fetching": bool(answers.fetch_at) or "school" in answers.switches,
        "step": 4,
        "steps": STEPS,
    }
    return render(request, "public/proposals.html", context, status=409 if is_gone else 200)


@transaction.atomic  # one transaction for all that is read, instead of one each
def _searched(
    network: Network, answers: Answers
) -> tuple[Proposals, list[ShownProposal], ShownRefusal | None]:
    """Return what the search found and how it is shown. Raises `BadWish`."""
    found = propose_visits(wish_of_answers(network, answers))
    shown = shown_proposals(network, _other_times(found, answers))
    return found, shown, shown_refusal(network, found)


def _other_times(found: Proposals, answers: Answers) -> Proposals:
    """Return the proposals; for a visit to change, only those that are not what is booked."""
    if answers.changes is None:
        return found
    others = [it for it in found.proposals if not is_as_booked(it.plan, answers.changes)]
    return replace(found, proposals=tuple(others))


def _code_of(answers: Answers) -> str:
    """Return the code of the visit to change; an empty text when a new one is planned."""
    if answers.changes is None:
        return ""
    with system_scope("the visit that her session changes"):
        return Visit.objects.values_list("code", flat=True).get(pk=answers.changes)


def _day_after(shown: list[ShownProposal]) -> dt.date | None:
    """Return the day from which "another day" searches: after all that is shown."""
    days = [day.picture.day for it in shown for day in it.days]
    return max(days) + dt.timedelta(days=1) if days else None


def _turn(request: HttpRequest, answers: Answers, form: SwitchForm) -> None:
    """Keep the answers with one thing changed."""
    values = form.cleaned_data
    changed: dict[str, Any] = {}
    if values["switch"] == "school" and answers.fetch_at:
        changed = {"fetch_at": None, "switches": answers.switches - {"school"}}
    elif values["switch"]:
        changed = {"switches": answers.switches ^ {values["switch"]}}
    if "after" in request.POST:
        is_later = values["after"] is not None and values["after"] > clock.today()
        changed["first_day"] = values["after"] if is_later else None
    if values["leave_out"]:
        changed["needs"] = without(answers.needs, values["leave_out"])
    if values["talk"]:
        changed["needs"] = (clearing_talk(public_network()).id,)
    keep_answers(request, answers, **changed)


@require_POST
@anyone
@limited
def take(request: HttpRequest) -> HttpResponse:
    """Keep the chosen proposal in the session; it is held when she says how to reach her."""
    form = TakeForm(request.POST)
    answers = read_answers(request)
    try:
        if not form.is_valid():
            return proposals_page(request, answers, is_gone=True)
        read_plan(form.cleaned_data["plan"])
    except Malformed:
        return proposals_page(request, answers, is_gone=True)
    keep_answers(request, answers, plan=form.cleaned_data["plan"], key="")
    return redirect("public:bring")
