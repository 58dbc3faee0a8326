from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import StaffMember
from knotenpunkt.people.models.persons import Person
from knotenpunkt.people.models.sharing import Grant


class EmergencyAccess(models.Model):
    """Somebody asks to see a person in danger; a second person, who holds the file, decides.

    Until then the asker learns nothing, not even that there is such a file.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="emergencies")
    requested_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        StaffMember, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    grant = models.OneToOneField(
        Grant, null=True, on_delete=models.SET_NULL, related_name="emergency"
    )

    class Meta:
        ordering = ["-asked_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="an_emergency_has_a_reason"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="a_second_person_decides_an_emergency",
            ),
            models.CheckConstraint(
                condition=Q(grant__isnull=True) | Q(decided_by__isnull=False),
                name="no_emergency_access_without_a_decision",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "subject": Sensitivity.MATTER,
            "requested_by": Sensitivity.ORGANIZATIONAL,
            "reason": Sensitivity.SENSITIVE,
            "asked_at": Sensitivity.TECHNICAL,
            "decided_by": Sensitivity.ORGANIZATIONAL,
            "decided_at": Sensitivity.TECHNICAL,
            "grant": Sensitivity.MATTER,
        }

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"
