"""Agreements: what was promised, where it stands, and who takes part."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from knotenpunkt.cooperation.actions.agreements import (
    begin_agreement,
    change_agreement,
    terminate_agreement,
)
from knotenpunkt.cooperation.enums import LegalForm
from knotenpunkt.cooperation.models import AgreementDocument
from knotenpunkt.cooperation.queries.agreements import (
    WRITING_ROLES,
    agreements_visible_to,
    stage_steps,
    task_lines,
    with_state,
)
from knotenpunkt.evaluation.standing import standings_of
from knotenpunkt.foundation import clock
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.agreements.forms import AgreementForm, EndForm, NewAgreementForm
from knotenpunkt.web.desk.agreements.pages import agreement_or_404, form_page, written_or_404

PAGE_SIZE = 20


@staff(roles=EVERYONE)
def agreements(request: DeskRequest) -> HttpResponse:
    """List the agreements of the own house with their lights."""
    rows = with_state(agreements_visible_to(request.user)).order_by("title", "pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    today = clock.today()
    standings = standings_of(page.object_list, today.year)
    lines = []
    for agreement in page:
        found = standings[agreement.pk]
        shown = [it.newest for it in found if it.newest is not None]
        lines.append(
            {
                "agreement": agreement,
                "state": agreement.state_on(today),
                "stage": next((it for it in stage_steps(agreement) if it.is_current), None),
                "parties": [it for it in agreement.parties.all() if it.left_on is None],
                "standings": found,
                "newest": max(shown, key=lambda it: it.entered_at, default=None),
            }
        )
    context = {
        "page": page, "lines": lines, "year": today.year, "nav": "agreements",
        "may_write": request.user.staff_member.role in WRITING_ROLES,
    }  # fmt: skip
    return render(request, "desk/agreements/list.html", context)


@staff(roles=EVERYONE)
def agreement(request: DeskRequest, agreement_id: UUID) -> HttpResponse:
    """Show one agreement: stages, parties, texts, promises, tasks."""
    found = agreement_or_404(request, agreement_id)
    today = clock.today()
    tasks = task_lines(found)
    context: dict[str, Any] = {
        "agreement": found,
        "state": found.state_on(today),
        "steps": stage_steps(found),
        "parties": [it for it in found.parties.all() if it.left_on is None],
        "left": [it for it in found.parties.all() if it.left_on is not None],
        "versions": found.versions.all(),
        "standings": standings_of([found], today.year)[found.pk],
        "year": today.year,
        "tasks": tasks,
        "conflicts": [it for it in tasks if it.is_orphan or it.is_doubled],
        "may_write": request.user.staff_member.role in WRITING_ROLES,
        "nav": "agreements",
    }
    return render(request, "desk/agreements/agreement.html", context)


@staff(roles=WRITING_ROLES)
def begin(request: DeskRequest) -> HttpResponse:
    """Open an agreement; the own house is its first party."""
    form = NewAgreementForm(request.POST or None, initial={"legal_form": LegalForm.OTHER})
    if request.method == "POST" and form.is_valid():
        begun = begin_agreement(
            text=form.text, legal_form=form.cleaned_data["legal_form"], by=request.user
        )
        messages.success(request, _("Begun. Now add the other parties and what is promised."))
        return redirect("desk:agreement", begun.pk)
    return form_page(request, None, form, _("New agreement"))


@staff(roles=WRITING_ROLES)
def change(request: DeskRequest, agreement_id: UUID) -> HttpResponse:
    """Write the head of an agreement anew."""
    found = written_or_404(request, agreement_id)
    initial = {name: getattr(found, name) for name in AgreementForm.base_fields}
    form = AgreementForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_agreement(agreement=found, text=form.text, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("desk:agreement", found.pk)
    return form_page(request, found, form, _("Change the agreement"))


@staff(roles=WRITING_ROLES)
def end(request: DeskRequest, agreement_id: UUID) -> HttpResponse:
    """Say when the agreement ends, and why. The form asks once more."""
    found = written_or_404(request, agreement_id)
    initial = {"last_on": found.terminated_on, "reason": found.termination_reason}
    form = EndForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        terminate_agreement(agreement=found, **form.cleaned_data, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("desk:agreement", found.pk)
    return form_page(
        request,
        found,
        form,
        _("End the agreement"),
        lead=_("All parties see it. The agreement and its figures stay readable."),
        save=_("End it"),
    )


@staff(roles=EVERYONE)
def document(request: DeskRequest, agreement_id: UUID, version_id: UUID) -> HttpResponse:
    """Hand out the signed paper as a file."""
    found = agreement_or_404(request, agreement_id)
    paper = get_object_or_404(AgreementDocument, version=version_id, version__agreement=found)
    answer = HttpResponse(bytes(paper.content), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="agreement.pdf"'
    return answer
