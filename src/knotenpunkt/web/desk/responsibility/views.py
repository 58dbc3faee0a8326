"""Who is responsible? Without a person, short questions one at a time, every answer changeable."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from knotenpunkt.network.models import Network
from knotenpunkt.routing.actions import note_review, override_responsibility
from knotenpunkt.routing.enums import Matter
from knotenpunkt.routing.facts import Facts
from knotenpunkt.routing.queries import (
    REVIEWERS,
    Responsibility,
    overrides_visible_to,
    responsible_for,
    rows_of,
)
from knotenpunkt.web.access import CASE_ROLES, EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.responsibility.forms import FactsForm, OverrideForm
from knotenpunkt.web.desk.responsibility.shown import (
    helpers,
    known_questions,
    next_question,
    shown_answer,
)

PAGE_SIZE = 20


def network_of(request: DeskRequest) -> Network:
    """Return the network of whoever asks."""
    return request.user.staff_member.organization.network


@staff(roles=EVERYONE)
def responsibility(request: DeskRequest) -> HttpResponse:
    """Answer, or ask the next question. Facts come by POST alone: none of them is in an address."""
    if request.method != "POST":
        return _page(request, FactsForm(), None, Facts())
    form = FactsForm(request.POST)
    if not form.is_valid():
        return _page(request, form, None, Facts(), status=422)
    answer = responsible_for(
        network_of(request), form.cleaned_data["matter"], form.facts, form.cleaned_data["on"]
    )
    return _page(request, form, answer, form.facts)


def _page(
    request: DeskRequest,
    form: FactsForm,
    answer: Responsibility | None,
    facts: Facts,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "answer": answer, "nav": "responsibility"}
    if answer:
        rows = rows_of(network_of(request))
        today = answer.today.next_question
        context |= {
            "matter": Matter(answer.matter).label,
            "known": known_questions(facts, rows, answer.on),
            "question": next_question(today or answer.if_drafts_pass.next_question),
            "is_draft_question": today is None,
            "today": shown_answer(answer.today, answer),
            "later": shown_answer(answer.if_drafts_pass, answer),
            "also_helps": helpers(answer.today.also_helps, answer),
            "may_also_help": helpers(answer.today.may_also_help, answer),
            "override": _override_form(request, answer),
        }
    return render(request, "desk/responsibility/page.html", context, status=status)


def _override_form(request: DeskRequest, answer: Responsibility) -> OverrideForm | None:
    if not answer.today.is_decided or request.user.staff_member.role not in CASE_ROLES:
        return None
    rules = " ".join(str(row.id) for row in answer.today.rules)
    initial = {"matter": answer.matter, "on": answer.on, "rules": rules}
    return OverrideForm(initial=initial, network=network_of(request))


@require_POST
@staff(roles=CASE_ROLES)
def override(request: DeskRequest) -> HttpResponse:
    """Note another way than that of the rules, with its reason."""
    form = OverrideForm(request.POST, network=network_of(request))
    if not form.is_valid():
        context = {"form": form, "nav": "responsibility"}
        return render(request, "desk/responsibility/override.html", context, status=422)
    override_responsibility(**form.cleaned_data, by=request.user)
    messages.success(request, _("Noted. The next review of the rules reads it."))
    return redirect("desk:responsibility")


@staff(roles=CASE_ROLES)
def overrides(request: DeskRequest) -> HttpResponse:
    """List what specialists did differently: all for those who review, otherwise the own."""
    found = overrides_visible_to(request.user).prefetch_related("rules")
    context = {
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "may_review": request.user.staff_member.role in REVIEWERS,
        "nav": "responsibility",
    }
    return render(request, "desk/responsibility/overrides.html", context)


@require_POST
@staff(roles=frozenset(REVIEWERS))
def override_review(request: HttpRequest, override_id: UUID) -> HttpResponse:
    found = get_object_or_404(overrides_visible_to(request.user), pk=override_id)  # type: ignore[arg-type]
    note_review(override=found, by=request.user)  # type: ignore[arg-type]
    return redirect("desk:responsibility_overrides")
