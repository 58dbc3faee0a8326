"""Emergency access: ask without learning anything; decide as the second person."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.limits import Limit, TooManyTries, note_try
from knotenpunkt.network.enums import Role
from knotenpunkt.people.actions import (
    Wanted,
    ask_emergency_access,
    decide_emergency,
    end_emergency,
    log_read,
)
from knotenpunkt.people.errors import MayNotShare
from knotenpunkt.people.queries import emergencies_to_decide, emergencies_visible_to
from knotenpunkt.web.access import DeskRequest, staff
from knotenpunkt.web.desk.persons.faults import sentence_of
from knotenpunkt.web.desk.persons.sharing_views import SHARING_ROLES

ASKING = Limit("emergency", most=5, minutes=60)
LOOKING = SHARING_ROLES | {Role.DATA_PROTECTION_OFFICER}
SHOWN_FOR = dt.timedelta(days=90)


class WantedForm(forms.Form):
    """Whom one believes in danger, exactly as one knows her."""

    given_name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    family_name = forms.CharField(label=gettext_lazy("Family name"), max_length=120, required=False)
    birth_date = forms.DateField(
        label=gettext_lazy("Born"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Which danger, and why it cannot wait"), max_length=300
    )


class DecisionForm(forms.Form):
    """Yes, no, or over before its time."""

    answer = forms.ChoiceField(choices=[("yes", ""), ("no", ""), ("end", "")])


@staff(roles=LOOKING)
def emergency(request: DeskRequest) -> HttpResponse:
    """Show what waits for a decision here; by POST, ask another house for a file in an emergency.

    The answer is the same whether or not somebody holds such a file.
    """
    is_officer = request.user.staff_member.role == Role.DATA_PROTECTION_OFFICER
    form = WantedForm(request.POST or None)
    if request.method == "POST" and not is_officer and form.is_valid():
        try:
            note_try(ASKING, str(request.user.pk))
            ask_emergency_access(wanted=Wanted(**form.cleaned_data), by=request.user)
        except TooManyTries:
            form.add_error(None, _("Too many requests. Please call the police: 110."))
        except MayNotShare as refused:
            for fault in refused.faults:
                form.add_error(None, str(sentence_of(fault)))
        else:
            messages.success(request, _("Passed on. You hear by mail if somebody opens a file."))
            return redirect("desk:emergency")
    context = {"form": form, "is_officer": is_officer, "nav": "persons", **_rows(request)}
    status = 422 if form.errors else 200
    return render(request, "desk/persons/emergency.html", context, status=status)


def _rows(request: DeskRequest) -> dict[str, Any]:
    """Return what waits and what was decided lately, each look at a name logged."""
    waiting = list(emergencies_to_decide(request.user))
    decided = emergencies_visible_to(request.user).exclude(decided_at=None)
    recent = list(decided.filter(decided_at__gt=clock.now() - SHOWN_FOR)[:50])
    named = {it.subject_id: it.subject for it in (*waiting, *recent)}
    if named:
        with transaction.atomic():
            log_read(persons=named.values(), by=request.user, what="emergency")
    return {"waiting": waiting, "decided": recent, "now": clock.now()}


@require_POST
@staff(roles=SHARING_ROLES)
def emergency_decide(request: DeskRequest, emergency_id: UUID) -> HttpResponse:
    access = get_object_or_404(emergencies_visible_to(request.user), pk=emergency_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please choose one of the answers."))
    elif form.cleaned_data["answer"] == "end":
        end_emergency(access=access, by=request.user)
        messages.success(request, _("Closed."))
    else:
        granted = form.cleaned_data["answer"] == "yes"
        decide_emergency(access=access, is_granted=granted, by=request.user)
        messages.success(
            request, _("Open for four hours.") if granted else _("Refused. Nothing was shown.")
        )
    return redirect("desk:emergency")
