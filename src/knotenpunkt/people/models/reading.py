from __future__ import annotations

from django.conf import settings
from django.db import models

from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Organization
from knotenpunkt.people.models.persons import Person


class ReadEntry(models.Model):
    """Someone looked at a person's data. Written before the answer, in the same transaction."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="reads")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    organization = models.ForeignKey(
        Organization, null=True, on_delete=models.PROTECT, related_name="+"
    )
    what = models.CharField(max_length=40, help_text="which page or answer")
    basis = models.CharField(max_length=40, default="own_file")
    item_id = models.UUIDField(null=True)
    grant_id = models.UUIDField(null=True, help_text="no foreign key: the log outlives the grant")
    purpose = models.CharField(max_length=30, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["person", "-at"])]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "at": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "account": Sensitivity.ORGANIZATIONAL,
            "organization": Sensitivity.ORGANIZATIONAL,
            "what": Sensitivity.TECHNICAL,
            "basis": Sensitivity.TECHNICAL,
            "item_id": Sensitivity.TECHNICAL,
            "grant_id": Sensitivity.TECHNICAL,
            "purpose": Sensitivity.MATTER,
        }

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what}"
