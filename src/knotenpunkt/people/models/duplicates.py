from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import StaffMember
from knotenpunkt.people.enums import PairStatus
from knotenpunkt.people.models.persons import Person


class DuplicatePair(models.Model):
    """What a human decided about two files: the memory that keeps a pair from coming back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    first = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    status = models.CharField(max_length=10, choices=PairStatus.choices)
    decided_by = models.ForeignKey(
        StaffMember, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="a_pair_is_written_in_one_order"
            ),
            models.UniqueConstraint(fields=["first", "second"], name="a_pair_is_decided_once"),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "first": Sensitivity.MATTER,
            "second": Sensitivity.MATTER,
            "status": Sensitivity.MATTER,
            "decided_by": Sensitivity.ORGANIZATIONAL,
            "decided_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return self.status
