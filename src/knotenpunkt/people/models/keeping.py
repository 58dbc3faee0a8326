from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import StaffMember
from knotenpunkt.people.models.persons import Person


class LegalHold(models.Model):
    """A file is kept beyond its period, for a reason and until a day; it ends by itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=200)
    placed_by = models.ForeignKey(
        StaffMember, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    placed_at = models.DateTimeField()
    until = models.DateField()

    class Meta:
        ordering = ["until", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_hold_has_a_reason"),
            models.CheckConstraint(
                condition=Q(until__gt=F("placed_at__date")), name="a_hold_ends_after_it_begins"
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "reason": Sensitivity.MATTER,
            "placed_by": Sensitivity.ORGANIZATIONAL,
            "placed_at": Sensitivity.TECHNICAL,
            "until": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.until}"


class Tombstone(models.Model):
    """Here was a file. A key without any content, so that a restore deletes it again."""

    person_id = models.UUIDField(primary_key=True)
    deleted_at = models.DateTimeField()

    class Meta:
        ordering = ["deleted_at"]

    class Privacy:
        fields = {"person_id": Sensitivity.TECHNICAL, "deleted_at": Sensitivity.TECHNICAL}

    def __str__(self) -> str:
        return str(self.person_id)


class RetentionRun(models.Model):
    """Retention was looked at: how many files were due, how many rows went by age."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    due = models.PositiveIntegerField()
    gone = models.PositiveIntegerField()

    class Meta:
        ordering = ["-at"]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "at": Sensitivity.TECHNICAL,
            "due": Sensitivity.TECHNICAL,
            "gone": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
