"""Taking in what organizations report; freezing and adopting what agreements have reached."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from knotenpunkt.cooperation.models import CooperationAgreement
from knotenpunkt.evaluation.annual import promised_figures, reached_figures
from knotenpunkt.evaluation.errors import YearNotOver
from knotenpunkt.evaluation.models import (
    AnnualEvaluation,
    EvaluatedFigure,
    EvaluationCorrection,
    OutreachBaseline,
    RegularWait,
)
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account


@transaction.atomic
def report_regular_wait(
    *, month: dt.date, appointments: int, median_wait_workdays: Decimal, by: Account
) -> RegularWait:
    """Note the month of the own organization; a second report of a month replaces the first."""
    row, _is_new = RegularWait.objects.update_or_create(
        organization=by.staff_member.organization,
        month=month.replace(day=1),
        defaults={"appointments": appointments, "median_wait_workdays": median_wait_workdays},
    )
    record("regular_wait.reported", row, by=by)
    return row


@transaction.atomic
def freeze_year(*, agreement: CooperationAgreement, year: int, by: Account) -> AnnualEvaluation:
    """Freeze the figures of a year that is over; again returns what was frozen.

    `agreement` is read by `with_state`. Raises `YearNotOver`.
    """
    if year >= clock.today().year:
        raise YearNotOver(year)
    evaluation, is_new = AnnualEvaluation.objects.get_or_create(
        agreement=agreement, year=year, defaults={"frozen_on": clock.today()}
    )
    if is_new:
        with override(settings.LANGUAGE_CODE):  # what is kept has one language
            figures = [*promised_figures(agreement, year), *reached_figures(agreement, year)]
        for position, figure in enumerate(figures, 1):
            figure.evaluation, figure.position = evaluation, position
        EvaluatedFigure.objects.bulk_create(figures)
        record("evaluation.frozen", evaluation, by=by)
    return evaluation


@transaction.atomic
def adopt_evaluation(*, evaluation: AnnualEvaluation, adopted_by: str, by: Account) -> None:
    """Note that the parties have adopted it. From now on it cannot be changed."""
    evaluation = AnnualEvaluation.objects.select_for_update(of=("self",)).get(pk=evaluation.pk)
    if evaluation.adopted_on is not None:
        return
    evaluation.adopted_on, evaluation.adopted_by = clock.today(), adopted_by
    evaluation.save(update_fields=["adopted_on", "adopted_by"])
    record("evaluation.adopted", evaluation, by=by, changed_fields=["adopted_on"])


@transaction.atomic
def correct_evaluation(
    *, evaluation: AnnualEvaluation, text: str, by: Account
) -> EvaluationCorrection:
    """Note beside the frozen figures what turned out later."""
    correction = EvaluationCorrection.objects.create(
        evaluation=evaluation, text=text, noted_on=clock.today()
    )
    record("evaluation.corrected", evaluation, by=by)
    return correction


@transaction.atomic
def choose_outreach_baseline(*, first: dt.date, last: dt.date, by: Account) -> OutreachBaseline:
    """Compare outreach hours with these months from now on; any day of them names them."""
    row, _is_new = OutreachBaseline.objects.update_or_create(
        network=by.staff_member.organization.network,
        defaults={
            "first_month": first.replace(day=1),
            "last_month": last.replace(day=1),
            "chosen_on": clock.today(),
        },
    )
    record("outreach.baseline_chosen", row, by=by)
    return row
