"""What the parties of an agreement promise, how much of it each year, and what shows it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from knotenpunkt.cooperation.enums import Direction, Unit
from knotenpunkt.cooperation.models.agreements import CooperationAgreement
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Organization, StaffMember


class Commitment(models.Model):
    """A promise of one party, or of all together; then a success is counted once (S3-14).

    `indicator` names what the product counts by itself (`evaluation/indicators`); without one
    somebody enters the figures, with evidence.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(
        CooperationAgreement, on_delete=models.CASCADE, related_name="commitments"
    )
    organization = models.ForeignKey(
        Organization, null=True, on_delete=models.PROTECT, related_name="commitments",
        help_text="empty: all parties together",
    )  # fmt: skip
    text = models.CharField(max_length=300)
    how_counted = models.CharField(max_length=500, blank=True, help_text="without an indicator")
    indicator = models.SlugField(max_length=40, blank=True)
    unit = models.CharField(max_length=10, choices=Unit.choices, default=Unit.COUNT)
    direction = models.CharField(
        max_length=10, choices=Direction.choices, default=Direction.AT_LEAST
    )
    counts_people = models.BooleanField(
        default=False, help_text="figures of fewer than five are hidden"
    )
    baseline = models.DecimalField(max_digits=10, decimal_places=1, null=True)
    first_on = models.DateField()
    last_on = models.DateField(null=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "text", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(indicator="") | ~Q(how_counted=""),
                name="a_promise_says_how_it_is_counted",
            ),
            models.CheckConstraint(
                condition=Q(last_on=None) | Q(last_on__gte=models.F("first_on")),
                name="a_promise_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class CommitmentTarget(models.Model):
    """How much is promised from this year on, until another target takes its place."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="targets")
    year = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=10, decimal_places=1)

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "year"], name="a_promise_has_one_target_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.value}"


class Evidence(models.Model):
    """Where a promise stands, entered by hand: of a year the newest figure counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="evidence")
    year = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=10, decimal_places=1)
    text = models.CharField(max_length=500, help_text="what shows it; never a person's name")
    link = models.URLField(max_length=500, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        StaffMember, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-entered_at", "id"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="evidence_says_what_shows_it")
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "commitment": Sensitivity.ORGANIZATIONAL,
            "year": Sensitivity.ORGANIZATIONAL,
            "value": Sensitivity.ORGANIZATIONAL,
            "text": Sensitivity.ORGANIZATIONAL,
            "link": Sensitivity.ORGANIZATIONAL,
            "entered_at": Sensitivity.TECHNICAL,
            "entered_by": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return f"{self.year}: {self.value}"
