"""Programmes and their phases: data that the coordinator changes, no code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account
from knotenpunkt.programmes.errors import NoAlternative, PhasesOverlap
from knotenpunkt.programmes.models import Criterion, Programme, ProgrammePhase
from knotenpunkt.routing.conditions import when_of

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class PhaseDraft:
    """What a phase is to be. `criteria` are unsaved rows; `conditions` as in `routing`."""

    name: Mapping[str, str]
    first_on: dt.date | None = None
    last_on: dt.date | None = None
    conditions: Mapping[str, Any] = field(default_factory=dict)
    has_childcare: bool = False
    has_female_interpreter: bool = False
    criteria: Sequence[Criterion] = ()


@transaction.atomic
def save_programme(
    *,
    programme: Programme,
    services: Sequence[Service],
    alternatives: Sequence[Service],
    by: Account,
) -> Programme:
    """Write a new or changed programme with what it opens and what helps everyone else.

    Raises `NoAlternative`: a programme that can only refuse is not written.
    """
    if not alternatives:
        raise NoAlternative
    programme.save()
    programme.services.set(services)
    programme.alternatives.set(alternatives)
    record("programme.saved", programme, by=by)
    return programme


@transaction.atomic
def save_phase(*, phase: ProgrammePhase, draft: PhaseDraft, by: Account) -> ProgrammePhase:
    """Write a new or changed phase with all it asks for. Raises `PhasesOverlap`."""
    when_of(dict(draft.conditions))
    Programme.objects.select_for_update(of=("self",)).get(pk=phase.programme_id)
    _refuse_overlap(phase, draft.first_on, draft.last_on)
    phase.name, phase.conditions = dict(draft.name), dict(draft.conditions)
    phase.first_on, phase.last_on = draft.first_on, draft.last_on
    phase.has_childcare = draft.has_childcare
    phase.has_female_interpreter = draft.has_female_interpreter
    phase.save()
    phase.criteria.all().delete()
    for criterion in draft.criteria:
        criterion.phase = phase
    Criterion.objects.bulk_create(draft.criteria)
    record("programme.phase_saved", phase, by=by)
    return phase


@transaction.atomic
def switch_phase(*, phase: ProgrammePhase, by: Account) -> ProgrammePhase:
    """Let this phase run from today on, and the one that is running end yesterday.

    A phase that began today itself has no day left and waits without dates; so a switch is undone
    by switching back. Raises `PhasesOverlap` when a third phase begins before this one ends.
    """
    Programme.objects.select_for_update(of=("self",)).get(pk=phase.programme_id)
    phase.refresh_from_db()
    today = clock.today()
    if phase.is_running_on(today):
        return phase
    others = list(phase.programme.phases.exclude(pk=phase.pk))
    for running in (it for it in others if it.is_running_on(today)):
        is_new = running.first_on == today
        running.first_on = None if is_new else running.first_on
        running.last_on = None if is_new else today - ONE_DAY
        running.save(update_fields=["first_on", "last_on"])
    was_yesterday = phase.is_running_on(today - ONE_DAY)
    phase.first_on = phase.first_on if was_yesterday else today
    phase.last_on = phase.last_on if phase.last_on and phase.last_on >= today else None
    _refuse_overlap(phase, phase.first_on, phase.last_on)
    phase.save(update_fields=["first_on", "last_on"])
    record("programme.phase_switched", phase, by=by, changed_fields=["first_on", "last_on"])
    return phase


def _refuse_overlap(phase: ProgrammePhase, first: dt.date | None, last: dt.date | None) -> None:
    if first is None:
        return
    others = ProgrammePhase.objects.filter(programme=phase.programme_id).exclude(pk=phase.pk)
    for other in others.exclude(first_on=None):
        begins_before = last is None or (other.first_on is not None and other.first_on <= last)
        if begins_before and (other.last_on is None or other.last_on >= first):
            raise PhasesOverlap(other)
