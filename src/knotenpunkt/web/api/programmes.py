"""Programmes and their phases for machines, and who can join: never a refusal alone."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from knotenpunkt.foundation import clock
from knotenpunkt.programmes.models import Programme, ProgrammePhase
from knotenpunkt.programmes.queries import (
    Answer,
    programmes_visible_to,
    running_phase,
    standings_of,
)
from knotenpunkt.web.access import CASE_ROLES
from knotenpunkt.web.api.access import REFUSALS, TokenAuth, account_of, person_of

router = Router(tags=["programmes"])
OF_PERSONS = TokenAuth(CASE_ROLES)


class CriterionOut(Schema):
    """Of one `choice` any fact is enough; all choices must be met."""

    fact: str
    choice: int
    must_be_checked: bool


class PhaseOut(Schema):
    """Local days, both included; no first day: not planned yet."""

    id: UUID
    name: dict[str, str]
    first_on: dt.date | None
    last_on: dt.date | None
    has_childcare: bool
    has_female_interpreter: bool
    conditions: dict[str, Any]
    criteria: list[CriterionOut]

    @classmethod
    def of(cls, it: ProgrammePhase) -> PhaseOut:
        return cls(
            id=it.id,
            name=it.name,
            first_on=it.first_on,
            last_on=it.last_on,
            has_childcare=it.has_childcare,
            has_female_interpreter=it.has_female_interpreter,
            conditions=it.conditions,
            criteria=[CriterionOut.from_orm(row) for row in it.criteria.all()],
        )


class ProgrammeOut(Schema):
    """What a programme opens, what helps everyone else, and which phase runs today."""

    id: UUID
    code: str
    name: dict[str, str]
    organization: UUID
    services: list[UUID]
    alternatives: list[UUID]
    running_phase: UUID | None
    phases: list[PhaseOut]

    @classmethod
    def of(cls, it: Programme) -> ProgrammeOut:
        running = running_phase(it, clock.today())
        return cls(
            id=it.id,
            code=it.code,
            name=it.name,
            organization=it.organization_id,
            services=[service.id for service in it.services.all()],
            alternatives=[service.id for service in it.alternatives.all()],
            running_phase=running.id if running else None,
            phases=[PhaseOut.of(phase) for phase in it.phases.all()],
        )


class StandingOut(Schema):
    """Whether she can join today. `reasons` by language; `next` is the smallest missing fact.

    `alternatives` is empty only when she can join.
    """

    programme: UUID
    phase: UUID | None
    standing: str
    reasons: list[dict[str, str]]
    next: str | None
    to_check: list[str]
    alternatives: list[UUID]

    @classmethod
    def of(cls, it: Answer) -> StandingOut:
        return cls(
            programme=it.programme.id,
            phase=it.phase.id if it.phase else None,
            standing=it.verdict.standing,
            reasons=[dict(reason) for reason in it.reasons],
            next=it.verdict.next.value if it.verdict.next else None,
            to_check=list(it.verdict.to_check),
            alternatives=[service.id for service in it.alternatives],
        )


@router.get("/programmes", response={200: list[ProgrammeOut], **REFUSALS})
def programmes(request: HttpRequest) -> Any:
    """List the programmes of the network with their phases."""
    return [ProgrammeOut.of(it) for it in programmes_visible_to(account_of(request))]


@router.get(
    "/persons/{uuid:person_id}/programmes",
    response={200: list[StandingOut], **REFUSALS},
    auth=OF_PERSONS,
)
def standings(request: HttpRequest, person_id: UUID) -> Any:
    """Say for each programme whether a person of one's own can join today."""
    person = person_of(request, person_id, "api programmes")
    return [StandingOut.of(it) for it in standings_of(person, clock.today())]
