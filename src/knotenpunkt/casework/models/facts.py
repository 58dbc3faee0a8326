from __future__ import annotations

import uuid

from django.db import models

from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Organization, StaffMember
from knotenpunkt.people.models import Person


class StatedFact(models.Model):
    """What one office holds to be true of a person. Two may differ: both stand, both marked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="stated_facts")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    stated_by = models.ForeignKey(
        StaffMember, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    kind = models.CharField(max_length=60)
    value = models.CharField(max_length=200)
    source = models.CharField(max_length=120, blank=True, help_text="which paper was seen")
    stated_on = models.DateField()

    class Meta:
        ordering = ["kind", "organization__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organization", "kind"],
                name="an_office_states_a_fact_once",
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "organization": Sensitivity.MATTER,
            "stated_by": Sensitivity.ORGANIZATIONAL,
            "kind": Sensitivity.MATTER,
            "value": Sensitivity.SENSITIVE,
            "source": Sensitivity.MATTER,
            "stated_on": Sensitivity.MATTER,
        }

    def __str__(self) -> str:
        return f"{self.kind}: {self.value}"
