"""The yearly evaluation: frozen, read on one page, decided upon, adopted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

from knotenpunkt.cooperation.actions.meetings import decide
from knotenpunkt.cooperation.models import CooperationAgreement
from knotenpunkt.cooperation.queries.agreements import WRITING_ROLES, with_state
from knotenpunkt.evaluation.actions import adopt_evaluation, correct_evaluation, freeze_year
from knotenpunkt.evaluation.annual import report_of
from knotenpunkt.evaluation.errors import YearNotOver
from knotenpunkt.evaluation.models import AnnualEvaluation
from knotenpunkt.foundation import clock
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.agreements.meeting_forms import DecisionForm
from knotenpunkt.web.desk.agreements.pages import agreement_or_404, form_page, written_or_404
from knotenpunkt.web.desk.agreements.plot import target_plot

YEARS_OFFERED = 3


class FreezeForm(forms.Form):
    """Nothing to fill in: a question that is answered by its button."""


class AdoptForm(forms.Form):
    adopted_by = forms.CharField(
        label=gettext_lazy("Adopted by"),
        max_length=200,
        help_text=gettext_lazy("The meeting or committee, no names of people."),
    )


class CorrectForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("What turned out later?"), max_length=500)


def _of_year(found: CooperationAgreement, year: int) -> AnnualEvaluation:
    return get_object_or_404(found.evaluations, year=year)


def _to_report(found: CooperationAgreement, year: int) -> HttpResponse:
    return redirect("desk:agreement_evaluation", found.pk, year)


@staff(roles=EVERYONE)
def evaluations(request: DeskRequest, agreement_id: UUID) -> HttpResponse:
    """List the years: frozen, adopted, or waiting to be frozen."""
    found = agreement_or_404(request, agreement_id)
    rows = list(found.evaluations.all())
    begun = [it.first_on.year for it in found.commitments.all()]
    last = clock.today().year - 1
    frozen = {it.year for it in rows}
    waiting = [
        year
        for year in range(last, last - YEARS_OFFERED, -1)
        if year not in frozen and begun and year >= min(begun)
    ]
    context = {
        "agreement": found, "evaluations": rows, "waiting": waiting, "today": clock.today(),
        "may_write": request.user.staff_member.role in WRITING_ROLES, "nav": "agreements",
    }  # fmt: skip
    return render(request, "desk/agreements/evaluations.html", context)


@staff(roles=EVERYONE)
def evaluation(request: DeskRequest, agreement_id: UUID, year: int) -> HttpResponse:
    """Show the report of a year on one page, to print."""
    found = agreement_or_404(request, agreement_id)
    report = report_of(_of_year(found, year))
    context: dict[str, Any] = {
        "agreement": found,
        "evaluation": report.evaluation,
        "report": report,
        "plot": target_plot(report.promises, right_to_left=get_language_bidi()),
        "corrections": report.evaluation.corrections.all(),
        "may_write": request.user.staff_member.role in WRITING_ROLES,
        "nav": "agreements",
    }
    return render(request, "desk/agreements/evaluation.html", context)


@staff(roles=WRITING_ROLES)
def freeze(request: DeskRequest, agreement_id: UUID, year: int) -> HttpResponse:
    """Ask once, then freeze the figures of a year that is over."""
    found = written_or_404(request, agreement_id)
    if request.method == "POST":
        whole = with_state(CooperationAgreement.objects.filter(pk=found.pk)).get()
        try:
            freeze_year(agreement=whole, year=year, by=request.user)
        except YearNotOver as error:
            raise Http404 from error
        messages.success(request, _("Frozen. The figures stay as they are now."))
        return _to_report(found, year)
    return form_page(
        request, found, FreezeForm(), _("Freeze the figures of %(year)s") % {"year": year},
        lead=_("They never change afterwards. Figures by hand have to be entered before."),
        save=_("Freeze"),
    )  # fmt: skip


@staff(roles=WRITING_ROLES)
def adopt(request: DeskRequest, agreement_id: UUID, year: int) -> HttpResponse:
    """Note who has adopted the evaluation; then it is closed."""
    found = written_or_404(request, agreement_id)
    one = _of_year(found, year)
    form = AdoptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        adopt_evaluation(evaluation=one, by=request.user, **form.cleaned_data)
        messages.success(request, _("Adopted."))
        return _to_report(found, year)
    return form_page(
        request, found, form, _("Adopt the evaluation of %(year)s") % {"year": year},
        lead=_("Afterwards nothing of it can be changed. Corrections stand beside it."),
        save=_("Adopt"),
    )  # fmt: skip


@staff(roles=WRITING_ROLES)
def decision(request: DeskRequest, agreement_id: UUID, year: int) -> HttpResponse:
    """Write down what is decided because of the figures; until the evaluation is adopted."""
    found = written_or_404(request, agreement_id)
    one = _of_year(found, year)
    if one.adopted_on is not None:
        raise Http404
    form = DecisionForm(request.POST or None, agreement=found)
    if request.method == "POST" and form.is_valid():
        decide(agreement=found, decided=form.decided, year=year, by=request.user)
        return _to_report(found, year)
    return form_page(request, found, form, _("Add a decision"))


@staff(roles=WRITING_ROLES)
def correct(request: DeskRequest, agreement_id: UUID, year: int) -> HttpResponse:
    """Note beside the figures what turned out later."""
    found = written_or_404(request, agreement_id)
    form = CorrectForm(request.POST or None)
    one = _of_year(found, year)
    if request.method == "POST" and form.is_valid():
        correct_evaluation(evaluation=one, by=request.user, **form.cleaned_data)
        return _to_report(found, year)
    return form_page(request, found, form, _("Add a correction"))
