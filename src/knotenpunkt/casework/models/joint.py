from __future__ import annotations

import uuid

from django.db import models

from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import StaffMember
from knotenpunkt.visits.models import Appointment


class JointSession(models.Model):
    """Why two counsellors of two employers sit at one table with a person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.OneToOneField(
        Appointment, on_delete=models.CASCADE, related_name="joint_session"
    )
    question = models.CharField(max_length=200)
    arranged_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "appointment": Sensitivity.MATTER,
            "question": Sensitivity.MATTER,
            "arranged_by": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return self.question
