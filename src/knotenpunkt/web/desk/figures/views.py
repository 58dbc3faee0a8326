"""Capacity: how long regular clients wait, and what programmes pay for. Figures, never a person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from knotenpunkt.availability.actions.pools import release_pool
from knotenpunkt.evaluation.actions import report_regular_wait
from knotenpunkt.evaluation.ledger import (
    LedgerLine,
    ledger_of,
    pool_uses,
    pools_accounted_to,
)
from knotenpunkt.evaluation.ring_fence import capacities, shortfalls
from knotenpunkt.evaluation.waits import regular_waits
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.people.actions import log_read
from knotenpunkt.web.access import FIGURE_ROLES, DeskRequest, staff
from knotenpunkt.web.desk.figures.forms import CheckForm, MonthForm, ReleaseForm
from knotenpunkt.web.desk.figures.plot import wait_plot

PAGE_SIZE = 50


@staff(roles=FIGURE_ROLES)
def waits(request: DeskRequest) -> HttpResponse:
    """Show waits against the baseline, per organization, as bars and as a table."""
    found = regular_waits(request.user.staff_member.organization.network)
    context = {
        "waits": found,
        "plot": wait_plot(found, right_to_left=get_language_bidi()),
        "alarming": [it for it in found if it.is_alarming],
        "nav": "capacity",
    }
    return render(request, "desk/figures/waits.html", context)


@staff(roles=FIGURE_ROLES)
def report(request: DeskRequest) -> HttpResponse:
    """Take in a month of the own organization's calendar."""
    form = MonthForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        report_regular_wait(**form.cleaned_data, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("desk:capacity")
    context = {"form": form, "nav": "capacity"}
    return render(request, "desk/figures/report.html", context, status=422 if form.errors else 200)


@staff(roles=FIGURE_ROLES)
def check(request: DeskRequest) -> HttpResponse:
    """Show that regular time is the same with and without programmes, per organization."""
    form = CheckForm(request.GET or {})
    context: dict[str, Any] = {"form": form, "nav": "pools"}
    if form.is_valid():
        network = request.user.staff_member.organization.network
        first, last = form.span
        context |= {
            "first": first,
            "last": last,
            "capacities": capacities(network, first, last),
            "days": sorted({it.day for it in shortfalls(network, first, last)}),
            "form": CheckForm(initial=form.cleaned_data),
        }
    return render(request, "desk/figures/check.html", context, status=422 if form.errors else 200)


@staff(roles=FIGURE_ROLES)
def pools(request: DeskRequest) -> HttpResponse:
    """Show each pool: who pays, what was used, what is still kept, and who released what."""
    context = {"uses": pool_uses(pools_accounted_to(request.user)), "nav": "pools"}
    return render(request, "desk/figures/pools.html", context)


@staff(roles=FIGURE_ROLES)
def ledger(request: DeskRequest, pool_id: UUID) -> HttpResponse:
    """List who used what of a pool's time; codes only of visits of the own organization."""
    pool = get_object_or_404(pools_accounted_to(request.user), pk=pool_id)
    rows = ledger_of(pool, request.user)
    with system_scope("the ledger of a programme, without names of other houses"):
        page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
        lines = [LedgerLine.of(row) for row in page]
    with transaction.atomic():
        persons = [it.person for it in lines if it.person]
        log_read(persons=persons, by=request.user, what="ledger")
    use = pool_uses(pools_accounted_to(request.user).filter(pk=pool.pk))[0]
    context = {"use": use, "page": page, "lines": lines, "nav": "pools"}
    return render(request, "desk/figures/ledger.html", context)


@staff(roles=FIGURE_ROLES)
def release(request: DeskRequest, pool_id: UUID) -> HttpResponse:
    """Give days of a pool to everyone before their time, with a note."""
    pool = get_object_or_404(pools_accounted_to(request.user), pk=pool_id)
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        release_pool(pool=pool, **form.cleaned_data, by=request.user)
        messages.success(request, _("Released. These times are for everyone now."))
        return redirect("desk:pools")
    context = {"form": form, "pool": pool, "nav": "pools"}
    return render(request, "desk/figures/release.html", context, status=422 if form.errors else 200)
