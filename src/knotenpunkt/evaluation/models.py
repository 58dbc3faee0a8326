"""What figures are compared with. Figures themselves are computed when they are read."""

from __future__ import annotations

import uuid

from django.db import models

from knotenpunkt.network.models import Organization


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
