"""Promises: each with how it is counted, its years, and what shows it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from knotenpunkt.cooperation.actions.commitments import (
    add_evidence,
    end_commitment,
    make_commitment,
    set_target,
)
from knotenpunkt.cooperation.models import Commitment
from knotenpunkt.cooperation.queries.agreements import WRITING_ROLES
from knotenpunkt.evaluation.standing import standings_of
from knotenpunkt.foundation import clock
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.agreements.commitment_forms import (
    CommitmentForm,
    EndCommitmentForm,
    EvidenceForm,
    TargetForm,
)
from knotenpunkt.web.desk.agreements.pages import agreement_or_404, form_page, written_or_404

YEARS_SHOWN = 3


@staff(roles=EVERYONE)
def commitment(request: DeskRequest, agreement_id: UUID, commitment_id: UUID) -> HttpResponse:
    """Show one promise: how it is counted, its years, its evidence."""
    found = agreement_or_404(request, agreement_id)
    promise = get_object_or_404(found.commitments, pk=commitment_id)
    this_year = clock.today().year
    first = max(promise.first_on.year, this_year - YEARS_SHOWN + 1)
    years = [
        standing
        for year in range(this_year, first - 1, -1)
        for standing in standings_of([found], year)[found.pk]
        if standing.commitment == promise
    ]
    context = {
        "agreement": found,
        "commitment": promise,
        "years": years,
        "standing": years[0] if years else None,
        "evidence": promise.evidence.select_related("entered_by__organization"),
        "may_write": request.user.staff_member.role in WRITING_ROLES,
        "nav": "agreements",
    }
    return render(request, "desk/agreements/commitment.html", context)


@staff(roles=WRITING_ROLES)
def make(request: DeskRequest, agreement_id: UUID) -> HttpResponse:
    """Add a promise."""
    found = written_or_404(request, agreement_id)
    form = CommitmentForm(
        request.POST or None, agreement=found, initial={"first_on": clock.today()}
    )
    if request.method == "POST" and form.is_valid():
        made = make_commitment(
            agreement=found,
            promise=form.promise,
            target=form.cleaned_data["target"],
            by=request.user,
        )
        messages.success(request, _("Saved."))
        return redirect("desk:agreement_commitment", found.pk, made.pk)
    return form_page(request, found, form, _("Add a promise"))


def _written(request: DeskRequest, agreement_id: UUID, commitment_id: UUID) -> Commitment:
    found = written_or_404(request, agreement_id)
    return get_object_or_404(found.commitments.select_related("agreement"), pk=commitment_id)


def _back(request: DeskRequest, promise: Commitment) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("desk:agreement_commitment", promise.agreement_id, promise.pk)


@staff(roles=WRITING_ROLES)
def target(request: DeskRequest, agreement_id: UUID, commitment_id: UUID) -> HttpResponse:
    """Set the target from a year on."""
    promise = _written(request, agreement_id, commitment_id)
    form = TargetForm(request.POST or None, initial={"year": clock.today().year})
    if request.method == "POST" and form.is_valid():
        set_target(commitment=promise, by=request.user, **form.cleaned_data)
        return _back(request, promise)
    return form_page(
        request, promise.agreement, form, _("Set a target"), about=promise.text,
        lead=_("It holds from this year on, until another one takes its place."),
    )  # fmt: skip


@staff(roles=WRITING_ROLES)
def evidence(request: DeskRequest, agreement_id: UUID, commitment_id: UUID) -> HttpResponse:
    """Enter a figure with what shows it; the older ones stay."""
    promise = _written(request, agreement_id, commitment_id)
    form = EvidenceForm(request.POST or None, initial={"year": clock.today().year})
    if request.method == "POST" and form.is_valid():
        add_evidence(commitment=promise, by=request.user, **form.cleaned_data)
        return _back(request, promise)
    return form_page(
        request, promise.agreement, form, _("Enter evidence"), about=promise.text,
        lead=_("The newest figure of a year counts. Older ones stay to be read."),
    )  # fmt: skip


@staff(roles=WRITING_ROLES)
def end(request: DeskRequest, agreement_id: UUID, commitment_id: UUID) -> HttpResponse:
    """End a promise; its figures stay."""
    promise = _written(request, agreement_id, commitment_id)
    form = EndCommitmentForm(request.POST or None, initial={"last_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        end_commitment(commitment=promise, by=request.user, **form.cleaned_data)
        return _back(request, promise)
    return form_page(
        request, promise.agreement, form, _("End a promise"), about=promise.text, save=_("End it")
    )
