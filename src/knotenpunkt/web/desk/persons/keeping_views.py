"""How long a file is kept, what a person may take along, and what is erased."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.languages import direction, reading_language
from knotenpunkt.network.enums import Role
from knotenpunkt.people.actions import log_read
from knotenpunkt.people.actions.keeping import ask_erasure, delete_due, place_hold
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.people.retention import (
    holds_of,
    is_overdue,
    persons_due,
    retention_rules,
    review_of_periods,
)
from knotenpunkt.people.subject_access import SubjectAccess, subject_access
from knotenpunkt.web.access import DeskRequest, staff
from knotenpunkt.web.desk.persons.sharing_views import SHARING_ROLES
from knotenpunkt.web.slip.pdf import pdf_of

OFFICERS: frozenset[str] = frozenset({Role.DATA_PROTECTION_OFFICER})
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class LaterDay(forms.DateField):
    """A day that lies ahead."""

    def clean(self, value: Any) -> Any:
        """Refuse today and before."""
        day: dt.date | None = super().clean(value)
        if day is not None and day <= clock.today():
            raise forms.ValidationError(_("Choose a day that lies ahead."))
        return day


class DueForm(forms.Form):
    """Delete a due file, or keep it until a day for a reason."""

    person = forms.UUIDField()
    answer = forms.ChoiceField(choices=[("delete", ""), ("hold", "")])
    is_sure = forms.BooleanField(required=False)
    reason = forms.CharField(max_length=200, required=False, label=gettext_lazy("Reason"))
    until = LaterDay(required=False, label=gettext_lazy("Until"), widget=DAY)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        is_hold = given.get("answer") == "hold"
        if is_hold and not (given.get("reason") and given.get("until")):
            raise forms.ValidationError(_("Keeping a file needs a reason and a day."))
        return given


class ErasureForm(forms.Form):
    """Until when a duty keeps the own notes, and which."""

    until = LaterDay(label=gettext_lazy("Own notes must be kept until"), widget=DAY)
    because = forms.CharField(label=gettext_lazy("By which duty"), max_length=120)


@staff(roles=OFFICERS)
def retention(request: DeskRequest) -> HttpResponse:
    """Propose what is due, without a name; by POST, delete one file (asked once) or keep it."""
    form, due = DueForm(request.POST or None), persons_due(request.user)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        person = next((it for it in due if it.pk == given["person"]), None)
        if person is None:
            raise Http404
        if given["answer"] == "delete" and not given["is_sure"]:
            asked = {"person": person, "nav": "retention"}
            return render(request, "desk/persons/retention_delete.html", asked)
        if given["answer"] == "delete":
            delete_due(person=person, by=request.user)
            messages.success(request, _("Deleted. A restore will delete it again."))
        else:
            place_hold(person=person, reason=given["reason"], until=given["until"], by=request.user)
            messages.success(request, _("Kept until that day; then it is proposed again."))
        return redirect("desk:retention")
    context = {
        "form": form,
        "due": due,
        "holds": holds_of(request.user),
        "is_overdue": is_overdue(),
        "rules": retention_rules().values(),
        "review": review_of_periods(),
        "nav": "retention",
    }
    status = 422 if form.errors else 200
    return render(request, "desk/persons/retention.html", context, status=status)


@staff(roles=SHARING_ROLES)
def subject_access_page(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Ask for the form; by POST, hand out everything as PDF or JSON, in her language."""
    person = get_object_or_404(persons_visible_to(request.user), pk=person_id)
    with transaction.atomic():
        log_read(persons=[person], by=request.user, what="subject access")
    if request.method != "POST":
        context = {"person": person, "nav": "persons"}
        return render(request, "desk/persons/access.html", context)
    with override(reading_language(list(person.languages))):
        found = subject_access(person, request.user)
        kind = request.POST.get("kind")
        if kind == "portable":
            return _as_json(found.portable)
        return _as_pdf(found) if kind == "pdf" else _as_json(dataclasses.asdict(found))


def _as_json(found: dict[str, Any]) -> HttpResponse:
    body = json.dumps(found, ensure_ascii=False, indent=1)
    answer = HttpResponse(body, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="auskunft.json"'
    return answer


def _as_pdf(found: SubjectAccess) -> HttpResponse:
    language = (get_language() or "de")[:2]
    context = {"found": found, "language": language, "direction": direction(language)}
    page = render_to_string("desk/persons/access_print.html", context)
    answer = HttpResponse(pdf_of(page), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="auskunft.pdf"'
    return answer


@staff(roles=SHARING_ROLES)
def erasure(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """End every sharing at once; own notes are sealed while a duty keeps them."""
    person = get_object_or_404(persons_visible_to(request.user), pk=person_id)
    form = ErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ask_erasure(person=person, by=request.user, **form.cleaned_data)
        messages.success(request, _("Sharing has ended, and the notes are sealed until that day."))
        return redirect("desk:person_sharing", person.pk)
    context = {"person": person, "form": form, "nav": "persons"}
    status = 422 if form.errors else 200
    return render(request, "desk/persons/erasure.html", context, status=status)
