"""The finished year of an agreement in a region file: frozen and adopted."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.utils.translation import override

from knotenpunkt.config.region.actions.rows import put, row_id
from knotenpunkt.config.region.agreements import AgreementEntry, YearEntry
from knotenpunkt.config.region.schema import Region
from knotenpunkt.cooperation.enums import Direction, PointKind
from knotenpunkt.cooperation.models import OpenPoint
from knotenpunkt.evaluation.indicators.registry import INDICATORS
from knotenpunkt.evaluation.models import AnnualEvaluation, EvaluatedFigure
from knotenpunkt.evaluation.standing import Light
from knotenpunkt.network.models import Network, Organization


def load_last_years(network: Network, region: Region) -> None:
    """Write the evaluation of the year before the bookings; what is there already stays."""
    booked_on = region.meta.booking_made_on
    for entry in region.agreements:
        if entry.last_year is None:
            continue
        evaluation = AnnualEvaluation(
            id=row_id(network, "evaluation", f"{entry.id}/{booked_on.year - 1}"),
            agreement_id=row_id(network, "agreement", entry.id),
            year=booked_on.year - 1,
            frozen_on=min(booked_on, dt.date(booked_on.year, 1, 11)),
            adopted_on=min(booked_on, dt.date(booked_on.year, 2, 10)),
            adopted_by=entry.last_year.adopted_by,
        )
        AnnualEvaluation.objects.bulk_create([evaluation], ignore_conflicts=True)
        with override(settings.LANGUAGE_CODE):
            figures = [*_promises(network, entry, entry.last_year), *_outcomes(entry.last_year)]
        for position, figure in enumerate(figures, 1):
            figure.evaluation, figure.position = evaluation, position
            figure.id = row_id(network, "figure", f"{evaluation.pk}/{figure.key}")
        EvaluatedFigure.objects.bulk_create(figures, ignore_conflicts=True)
        put(OpenPoint, _decisions(network, entry, evaluation))


def _promises(network: Network, entry: AgreementEntry, it: YearEntry) -> list[EvaluatedFigure]:
    names = dict(Organization.objects.filter(network=network).values_list("code", "name"))
    found = []
    for one in entry.commitments:
        if one.id not in it.promises:
            continue
        indicator = INDICATORS.get(one.indicator)
        value, target = it.promises[one.id], one.targets.get(-1)
        found.append(
            EvaluatedFigure(
                key=str(row_id(network, "commitment", one.id)),
                is_outcome=False,
                title=one.text,
                by_whom=names.get(one.org or "", ""),
                how_counted=str(indicator.definition) if indicator else one.how,
                unit=one.unit,
                direction=one.direction,
                target=target,
                value=value,
                is_hidden=value is None,
                light=_light(value, target),
            )
        )
    return found


def _light(value: Decimal | None, target: Decimal | None) -> Light:
    if value is None or target is None:
        return Light.GREY
    return Light.GREEN if value >= target else Light.RED


def _outcomes(it: YearEntry) -> list[EvaluatedFigure]:
    return [
        EvaluatedFigure(
            key=code,
            is_outcome=True,
            title=str(INDICATORS[code].name),
            how_counted=str(INDICATORS[code].definition),
            unit=INDICATORS[code].unit,
            direction=Direction.AT_LEAST,
            value=value,
            is_hidden=value is None,
            light=Light.GREY,
        )
        for code, value in it.outcomes.items()
    ]


def _decisions(
    network: Network, entry: AgreementEntry, evaluation: AnnualEvaluation
) -> list[OpenPoint]:
    assert entry.last_year is not None
    return [
        OpenPoint(
            id=row_id(network, "open_point", f"{evaluation.pk}/{number}"),
            agreement_id=evaluation.agreement_id,
            kind=PointKind.DECISION,
            text=one.text,
            organization_id=row_id(network, "organization", one.org),
            due_on=one.due_on,
            raised_on=evaluation.adopted_on or evaluation.frozen_on,
            year=evaluation.year,
        )
        for number, one in enumerate(entry.last_year.decisions, 1)
    ]
