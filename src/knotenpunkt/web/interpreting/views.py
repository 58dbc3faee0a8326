"""Where a volunteer answers: a signed address, a page with two buttons, and nothing to sign in to.

She sees date, place, language, first name and topic, nothing else. Opening the page changes
nothing: mail scanners follow links.
"""

from __future__ import annotations

import contextlib
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.people.actions import log_read
from knotenpunkt.visits.actions.interpreting import accept, assignment_of_key, decline
from knotenpunkt.visits.enums import InterpreterStatus
from knotenpunkt.visits.errors import IllegalStep
from knotenpunkt.visits.interpreting import with_place
from knotenpunkt.visits.models import InterpreterAssignment
from knotenpunkt.web.access import anyone

ANSWERED = (InterpreterStatus.ACCEPTED, InterpreterStatus.DONE, InterpreterStatus.SETTLED)


class AnswerForm(forms.Form):
    """Yes or no."""

    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])


@anyone
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """Show the offer; by POST, take the answer. An old or foreign key shows the same page."""
    with system_scope("an interpreter opens her offer"):
        return _answer(request, key)


def _answer(request: HttpRequest, key: str) -> HttpResponse:
    found = assignment_of_key(key)
    is_open = found is not None and found.status == InterpreterStatus.OFFERED
    form = AnswerForm(request.POST or None)
    if found is not None and request.method == "POST" and form.is_valid():
        with contextlib.suppress(IllegalStep):  # the page then says how it stands
            (accept if form.cleaned_data["answer"] == "yes" else decline)(assignment=found, by=None)
        return redirect("interpreting:answer", key)
    context: dict[str, Any] = {"state": "gone"}
    if found is not None and (is_open or found.status in ANSWERED):
        context = {"state": "open" if is_open else "accepted", "it": _shown(found)}
    elif found is not None and found.status == InterpreterStatus.UNFILLED:
        context["state"] = "declined"
    return render(request, "interpreting/answer.html", context)


def _shown(found: InterpreterAssignment) -> InterpreterAssignment:
    rows = with_place(InterpreterAssignment.objects.filter(pk=found.pk))
    shown = rows.select_related(
        "interpreter",
        "appointment__location",
        "appointment__room",
        "appointment__service__topic",
        "appointment__visit__person",
    ).get()
    log_read(persons=[shown.appointment.visit.person], by=None, what="interpreter's offer")
    return shown
