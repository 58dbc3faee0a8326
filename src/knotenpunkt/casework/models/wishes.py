from __future__ import annotations

import uuid

from django.db import models

from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import StaffMember
from knotenpunkt.people.models import Person


class InterpreterWish(models.Model):
    """She wants to interpret for others, and agreed that this was passed on (S4-15).

    It stays in her file. It names no volunteer, and no volunteer names it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="interpreter_wish")
    agreed_on = models.DateField(help_text="to passing on name, mail and languages, nothing else")
    noted_by = models.ForeignKey(
        StaffMember, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "agreed_on": Sensitivity.MATTER,
            "noted_by": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return f"{self.agreed_on}"
