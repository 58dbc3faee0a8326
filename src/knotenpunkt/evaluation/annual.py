"""The yearly evaluation of an agreement: what is frozen, and the report read from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from knotenpunkt.cooperation.enums import Direction
from knotenpunkt.cooperation.models import CooperationAgreement, OpenPoint
from knotenpunkt.cooperation.queries.agreements import houses_of
from knotenpunkt.evaluation.indicators.kinds import Asked
from knotenpunkt.evaluation.indicators.outcomes import PATH_STAGES
from knotenpunkt.evaluation.indicators.registry import INDICATORS
from knotenpunkt.evaluation.models import AnnualEvaluation, EvaluatedFigure
from knotenpunkt.evaluation.standing import Light, standings_of
from knotenpunkt.foundation.scope import system_scope

# What people reached beside work (S4-6), counted from plans for all parties together.
OUTCOMES = (
    "language_level", "recognition", "goals_met", "among_people",
    *(it.code for it in PATH_STAGES),
)  # fmt: skip


def promised_figures(agreement: CooperationAgreement, year: int) -> Iterator[EvaluatedFigure]:
    """Yield the promises of a year as unsaved lines."""
    for it in standings_of([agreement], year)[agreement.pk]:
        promise = it.commitment
        counted = str(it.indicator.definition) if it.indicator else promise.how_counted
        yield EvaluatedFigure(
            key=str(promise.pk),
            is_outcome=False,
            title=promise.text,
            by_whom=promise.organization.name if promise.organization else "",
            how_counted=counted[:500],
            unit=promise.unit,
            direction=promise.direction,
            target=_decimal(it.target),
            value=_decimal(it.value),
            is_hidden=it.is_hidden,
            light=it.light,
        )


def reached_figures(agreement: CooperationAgreement, year: int) -> Iterator[EvaluatedFigure]:
    """Yield what people reached in a year as unsaved lines, each person counted once."""
    everybody = frozenset().union(*houses_of(agreement).values())
    days = dt.date(year, 1, 1), dt.date(year, 12, 31)
    for code in OUTCOMES:
        indicator = INDICATORS[code]
        with system_scope("count what people reached, without a name"):
            rows = indicator.read(agreement.network, *days)
        counted = indicator.count(rows, Asked(everybody, everybody, *days, agreement.pk))
        yield EvaluatedFigure(
            key=code,
            is_outcome=True,
            title=str(indicator.name),
            how_counted=str(indicator.definition)[:500],
            unit=indicator.unit,
            direction=Direction.AT_LEAST,
            value=None if counted.is_hidden else _decimal(counted.value),
            is_hidden=counted.is_hidden,
            light=Light.GREY,
        )


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 1)))


@dataclass(frozen=True)
class Line:
    """A frozen figure with that of the year before, if there is one."""

    figure: EvaluatedFigure
    before: EvaluatedFigure | None

    @property
    def title(self) -> str:
        """Return its words; those of an indicator in the language of the reader."""
        indicator = INDICATORS.get(self.figure.key)
        return str(indicator.name) if indicator else self.figure.title

    @property
    def by_whom(self) -> str:
        return self.figure.by_whom or _("all parties together")


@dataclass(frozen=True)
class Report:
    """What stands on the one page: figures, and what came of the decisions of the year before."""

    evaluation: AnnualEvaluation
    promises: list[Line]
    outcomes: list[Line]
    decisions: list[OpenPoint]
    earlier_decisions: list[OpenPoint]


def report_of(evaluation: AnnualEvaluation) -> Report:
    """Return the report of a year; four queries."""
    agreement = evaluation.agreement_id
    before = {
        it.key: it
        for it in EvaluatedFigure.objects.filter(
            evaluation__agreement=agreement, evaluation__year=evaluation.year - 1
        )
    }
    lines = [Line(it, before.get(it.key)) for it in evaluation.figures.all()]
    years = (evaluation.year, evaluation.year - 1)
    points = list(
        OpenPoint.objects.filter(agreement=agreement, year__in=years).select_related("organization")
    )
    return Report(
        evaluation,
        [it for it in lines if not it.figure.is_outcome],
        [it for it in lines if it.figure.is_outcome],
        [it for it in points if it.year == evaluation.year],
        [it for it in points if it.year == evaluation.year - 1],
    )
