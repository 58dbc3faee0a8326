"""A partner on its way in."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Organization


class Onboarding(models.Model):
    """A new partner on its way in. What is done already is read from its entries, not kept here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.OneToOneField(
        Organization, on_delete=models.CASCADE, related_name="onboarding"
    )
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    agreement_url = models.URLField(max_length=500, blank=True)
    agreement_note = models.CharField(max_length=300, blank=True)
    agreed_on = models.DateField(null=True)
    shown_at = models.DateTimeField(null=True, help_text="when its entries became visible")

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_on=None) | ~Q(agreement_url="") | ~Q(agreement_note=""),
                name="an_agreement_with_a_date_can_be_found",
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "organization": Sensitivity.ORGANIZATIONAL,
            "started_at": Sensitivity.TECHNICAL,
            "started_by": Sensitivity.ORGANIZATIONAL,
            "agreement_url": Sensitivity.ORGANIZATIONAL,
            "agreement_note": Sensitivity.ORGANIZATIONAL,
            "agreed_on": Sensitivity.ORGANIZATIONAL,
            "shown_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.organization}"
