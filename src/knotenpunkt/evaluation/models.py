"""What figures are compared with, and the figures of a year that were frozen.

All others are computed when they are read.
"""

from __future__ import annotations

import datetime as dt
import uuid

from dateutil.relativedelta import relativedelta
from django.db import models

from knotenpunkt.cooperation.enums import Direction, Unit
from knotenpunkt.cooperation.models import CooperationAgreement
from knotenpunkt.network.models import Network, Organization


class CapacityBaseline(models.Model):
    """How long regular clients of an organization waited before the programme began (S2-18)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.OneToOneField(
        Organization, on_delete=models.CASCADE, related_name="capacity_baseline"
    )
    median_wait_workdays = models.PositiveSmallIntegerField()
    regular_slots_per_week = models.PositiveSmallIntegerField()
    extra_slots_per_week = models.PositiveSmallIntegerField(default=0)
    funding = models.CharField(max_length=120, blank=True)
    measured_on = models.DateField()

    class Meta:
        ordering = ["organization__name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(median_wait_workdays__gte=1), name="a_baseline_is_a_day_or_more"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization}: {self.median_wait_workdays}"


class RegularWait(models.Model):
    """What an organization reports of its own calendar for a month: a count and a median.

    Most regular clients are never seen here; of them only figures come, never a person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="regular_waits"
    )
    month = models.DateField(help_text="its first day")
    appointments = models.PositiveIntegerField()
    median_wait_workdays = models.DecimalField(max_digits=5, decimal_places=1)

    class Meta:
        ordering = ["organization__name", "month"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "month"], name="a_month_is_reported_once"
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1), name="a_month_begins_on_its_first_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.month:%Y-%m}"


class AnnualEvaluation(models.Model):
    """The figures of an agreement for a year, frozen on a day; adopted by its parties (S3-13).

    Nothing of it changes once it is adopted, and its figures never do: a trigger sees to that.
    What turns out later is a correction beside it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(
        CooperationAgreement, on_delete=models.CASCADE, related_name="evaluations"
    )
    year = models.PositiveSmallIntegerField()
    frozen_on = models.DateField()
    adopted_on = models.DateField(null=True)
    adopted_by = models.CharField(
        max_length=200, blank=True, help_text="the meeting or committee, no names of people"
    )

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "year"], name="a_year_of_an_agreement_is_evaluated_once"
            ),
            models.CheckConstraint(
                condition=models.Q(adopted_on=None, adopted_by="")
                | models.Q(adopted_on__gte=models.F("frozen_on")) & ~models.Q(adopted_by=""),
                name="somebody_adopts_what_was_frozen_before",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} {self.year}"

    @property
    def due_on(self) -> dt.date:
        """Return the day by which it is to be adopted: 31 March of the next year (S3-13)."""
        return dt.date(self.year + 1, 3, 31)


class EvaluatedFigure(models.Model):
    """One line of the report, with all its words: readable when everything else has changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evaluation = models.ForeignKey(
        AnnualEvaluation, on_delete=models.CASCADE, related_name="figures"
    )
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=50, help_text="promise or indicator, to find it again")
    is_outcome = models.BooleanField(help_text="what people reached, beside the promises")
    title = models.CharField(max_length=300)
    by_whom = models.CharField(max_length=200, blank=True, help_text="empty: all together")
    how_counted = models.CharField(max_length=500)
    unit = models.CharField(max_length=10, choices=Unit.choices)
    direction = models.CharField(max_length=10, choices=Direction.choices)
    target = models.DecimalField(max_digits=10, decimal_places=1, null=True)
    value = models.DecimalField(max_digits=10, decimal_places=1, null=True)
    is_hidden = models.BooleanField(help_text="fewer than five stood behind it")
    light = models.CharField(max_length=6)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "key"], name="a_figure_stands_once_in_an_evaluation"
            ),
            models.CheckConstraint(
                condition=models.Q(is_hidden=False) | models.Q(value=None),
                name="a_hidden_figure_is_not_kept",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EvaluationCorrection(models.Model):
    """What turned out after the freeze. The figures stay as they were (invariant 50)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evaluation = models.ForeignKey(
        AnnualEvaluation, on_delete=models.CASCADE, related_name="corrections"
    )
    text = models.CharField(max_length=500)
    noted_on = models.DateField()

    class Meta:
        ordering = ["noted_on", "id"]

    def __str__(self) -> str:
        return self.text


class OutreachBaseline(models.Model):
    """The months with which the coordinator compares outreach hours (S0-13); both included."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.OneToOneField(
        Network, on_delete=models.CASCADE, related_name="outreach_baseline"
    )
    first_month = models.DateField(help_text="its first day")
    last_month = models.DateField(help_text="its first day")
    chosen_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_month__day=1, last_month__day=1),
                name="months_of_outreach_begin_on_their_first_day",
            ),
            models.CheckConstraint(
                condition=models.Q(last_month__gte=models.F("first_month")),
                name="an_outreach_baseline_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_month:%Y-%m} {self.last_month:%Y-%m}"

    @property
    def months(self) -> list[dt.date]:
        """Return the first days of its months."""
        length = relativedelta(self.last_month, self.first_month)
        count = length.years * 12 + length.months + 1
        return [self.first_month + relativedelta(months=n) for n in range(count)]
