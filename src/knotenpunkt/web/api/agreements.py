"""Agreements for machines: parties, texts, and where the promises of a year stand. Read only."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from knotenpunkt.cooperation.models import CooperationAgreement
from knotenpunkt.cooperation.queries.agreements import (
    agreements_visible_to,
    stage_steps,
    with_state,
)
from knotenpunkt.evaluation.standing import Standing, standings_of
from knotenpunkt.foundation import clock
from knotenpunkt.web.access import EVERYONE
from knotenpunkt.web.api.access import REFUSALS, TokenAuth, account_of

router = Router(tags=["agreements"], auth=TokenAuth(EVERYONE))
Year = Annotated[int | None, Query(ge=1990, le=2199)]


class PartyOut(Schema):
    """`left_on` is the first day without the party."""

    organization: UUID
    name: str
    legal_form: str
    joined_on: dt.date
    left_on: dt.date | None


class AgreementOut(Schema):
    """`state` is that of today; `stage` the last one reached, null before the first."""

    id: UUID
    title: str
    purpose: str
    state: str
    stage: str | None
    project_starts_on: dt.date | None
    council_body: str
    council_number: str
    council_decided_on: dt.date | None
    parties: list[PartyOut]

    @classmethod
    def of(cls, it: CooperationAgreement) -> AgreementOut:
        return cls(
            id=it.pk,
            title=it.title,
            purpose=it.purpose,
            state=it.state_on(clock.today()),
            stage=next((step.stage for step in stage_steps(it) if step.is_current), None),
            project_starts_on=it.project_starts_on,
            council_body=it.council_body,
            council_number=it.council_number,
            council_decided_on=it.council_decided_on,
            parties=[
                PartyOut(
                    organization=party.organization_id,
                    name=party.organization.name,
                    legal_form=party.legal_form,
                    joined_on=party.joined_on,
                    left_on=party.left_on,
                )
                for party in it.parties.all()
            ],
        )


class CommitmentOut(Schema):
    """A promise in a year. `value` is null when nothing is known or `is_hidden` (fewer than five).

    `organization` is null when all parties promise together.
    """

    id: UUID
    text: str
    organization: UUID | None
    indicator: str
    how_counted: str
    unit: str
    direction: str
    target: float | None
    value: float | None
    is_hidden: bool
    light: str

    @classmethod
    def of(cls, it: Standing) -> CommitmentOut:
        promise = it.commitment
        indicator = it.indicator
        return cls(
            id=promise.pk,
            text=promise.text,
            organization=promise.organization_id,
            indicator=promise.indicator,
            how_counted=str(indicator.definition) if indicator else promise.how_counted,
            unit=promise.unit,
            direction=promise.direction,
            target=it.target,
            value=it.value,
            is_hidden=it.is_hidden,
            light=it.light,
        )


def _agreement(request: HttpRequest, agreement_id: UUID) -> CooperationAgreement:
    found = with_state(agreements_visible_to(account_of(request)))
    return get_object_or_404(found, pk=agreement_id)


@router.get("/agreements", response={200: list[AgreementOut], **REFUSALS})
def agreements(request: HttpRequest) -> Any:
    """List the agreements of which the own organization is a party."""
    found = with_state(agreements_visible_to(account_of(request)))
    return [AgreementOut.of(it) for it in found]


@router.get("/agreements/{uuid:agreement_id}", response={200: AgreementOut, **REFUSALS})
def agreement(request: HttpRequest, agreement_id: UUID) -> Any:
    """Return one agreement of the own organization."""
    return AgreementOut.of(_agreement(request, agreement_id))


@router.get(
    "/agreements/{uuid:agreement_id}/commitments", response={200: list[CommitmentOut], **REFUSALS}
)
def commitments(request: HttpRequest, agreement_id: UUID, year: Year = None) -> Any:
    """List where the promises of a year stand (this year)."""
    found = _agreement(request, agreement_id)
    standings = standings_of([found], year or clock.today().year)
    return [CommitmentOut.of(it) for it in standings[found.pk]]


class FigureOut(Schema):
    """A frozen line. `value` is null when nothing was known or `is_hidden` (fewer than five)."""

    title: str
    by_whom: str
    is_outcome: bool
    how_counted: str
    unit: str
    direction: str
    target: float | None
    value: float | None
    is_hidden: bool


class EvaluationOut(Schema):
    """`adopted_on` is null until the parties have adopted it."""

    year: int
    frozen_on: dt.date
    adopted_on: dt.date | None
    adopted_by: str
    figures: list[FigureOut]


@router.get(
    "/agreements/{uuid:agreement_id}/evaluations/{int:year}",
    response={200: EvaluationOut, **REFUSALS},
)
def evaluation(request: HttpRequest, agreement_id: UUID, year: int) -> Any:
    """Return the frozen figures of a year."""
    found = get_object_or_404(_agreement(request, agreement_id).evaluations, year=year)
    names = FigureOut.model_fields
    return EvaluationOut(
        year=found.year,
        frozen_on=found.frozen_on,
        adopted_on=found.adopted_on,
        adopted_by=found.adopted_by,
        figures=[
            FigureOut(**{name: getattr(it, name) for name in names}) for it in found.figures.all()
        ],
    )
