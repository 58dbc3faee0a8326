"""Programmes and their phases: for everyone to read, for the coordinator to change."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _

from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import Role
from knotenpunkt.programmes.actions.phases import save_phase, save_programme, switch_phase
from knotenpunkt.programmes.errors import PhasesOverlap
from knotenpunkt.programmes.models import Programme, ProgrammePhase
from knotenpunkt.programmes.queries import (
    conditions_of,
    next_phase,
    programmes_visible_to,
    running_phase,
)
from knotenpunkt.web.access import EVERYONE, DeskRequest, staff
from knotenpunkt.web.desk.programmes.forms import PhaseForm, ProgrammeForm

EDITING = frozenset({Role.COORDINATOR})


@staff(roles=EVERYONE)
def programmes(request: DeskRequest) -> HttpResponse:
    """List the programmes, their phases, and which one runs today."""
    today = clock.today()
    found = [
        (
            it,
            running_phase(it, today),
            next_phase(it, today),
            [(phase, conditions_of(phase)) for phase in it.phases.all()],
        )
        for it in programmes_visible_to(request.user)
    ]
    may_edit = request.user.staff_member.role in EDITING
    context = {"programmes": found, "may_edit": may_edit, "nav": "programmes"}
    return render(request, "desk/programmes/list.html", context)


@staff(roles=EDITING)
def programme_new(request: DeskRequest) -> HttpResponse:
    """Begin a programme; its phases come after."""
    return _programme_page(request, None)


@staff(roles=EDITING)
def programme_change(request: DeskRequest, programme_id: UUID) -> HttpResponse:
    """Change who runs it, what it opens and what helps everyone else."""
    return _programme_page(
        request, get_object_or_404(programmes_visible_to(request.user), pk=programme_id)
    )


def _programme_page(request: DeskRequest, programme: Programme | None) -> HttpResponse:
    network = request.user.staff_member.organization.network
    form = ProgrammeForm(request.POST or None, network=network, programme=programme)
    if request.method == "POST" and form.is_valid():
        row = programme or Programme(network=network, code=_code(form.name["de"], network.pk))
        row.name, row.organization = form.name, form.cleaned_data["organization"]
        save_programme(
            programme=row,
            services=list(form.cleaned_data["services"]),
            alternatives=list(form.cleaned_data["alternatives"]),
            by=request.user,
        )
        messages.success(request, _("Saved."))
        return redirect("desk:programmes")
    context = {"form": form, "programme": programme, "nav": "programmes"}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "desk/programmes/programme.html", context, status=status)


def _code(name: str, network_id: UUID) -> str:
    """Return a code that no programme of the network has."""
    base = slugify(name)[:40] or "programme"
    taken = set(Programme.objects.filter(network=network_id).values_list("code", flat=True))
    codes = (base if n == 1 else f"{base}-{n}" for n in range(1, len(taken) + 2))
    return next(it for it in codes if it not in taken)


@staff(roles=EDITING)
def phase_new(request: DeskRequest, programme_id: UUID) -> HttpResponse:
    """Add a phase to a programme."""
    found = get_object_or_404(programmes_visible_to(request.user), pk=programme_id)
    return _phase_page(
        request, ProgrammePhase(programme=found), PhaseForm(request.POST or None, phase=None)
    )


@staff(roles=EDITING)
def phase_change(request: DeskRequest, phase_id: UUID) -> HttpResponse:
    """Change the days of a phase and what it asks for."""
    phase = _phase(request, phase_id)
    return _phase_page(request, phase, PhaseForm(request.POST or None, phase=phase))


def _phase_page(request: DeskRequest, phase: ProgrammePhase, form: PhaseForm) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                save_phase(phase=phase, draft=form.draft, by=request.user)
            except PhasesOverlap as error:
                form.add_error("first_on", _overlap(error))
            else:
                messages.success(request, _("Saved."))
                return redirect("desk:programmes")
    context = {"form": form, "phase": phase, "nav": "programmes"}
    return render(request, "desk/programmes/phase.html", context, status=status)


@staff(roles=EDITING)
def phase_switch(request: DeskRequest, phase_id: UUID) -> HttpResponse:
    """Ask, then let this phase run from today."""
    phase = _phase(request, phase_id)
    if request.method != "POST":
        running = running_phase(phase.programme, clock.today())
        context = {"phase": phase, "running": running, "nav": "programmes"}
        return render(request, "desk/programmes/switch.html", context)
    try:
        switch_phase(phase=phase, by=request.user)
    except PhasesOverlap as error:
        messages.error(request, _overlap(error))
        return redirect("desk:phase_change", phase.pk)
    messages.success(request, _("Switched. It counts from today, on all pages."))
    return redirect("desk:programmes")


def _overlap(error: PhasesOverlap) -> str:
    return _("“%(other)s” runs on some of these days. Change one of the two.") % {
        "other": error.other
    }


def _phase(request: DeskRequest, phase_id: UUID) -> ProgrammePhase:
    own = programmes_visible_to(request.user)
    found = ProgrammePhase.objects.filter(programme__in=own).select_related("programme")
    return get_object_or_404(found, pk=phase_id)
