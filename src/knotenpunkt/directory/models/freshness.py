"""What speaks for and against an entry being right today, and who was asked."""

from __future__ import annotations

import uuid

from django.db import models

from knotenpunkt.directory.enums import FieldPart, SignKind
from knotenpunkt.directory.models.services import Service
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Account, Organization


class FreshnessSign(models.Model):
    """One observation about one part of a service: confirmed, link broken, nobody there ..."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="freshness_signs")
    part = models.CharField(max_length=12, choices=FieldPart.choices)
    kind = models.CharField(max_length=20, choices=SignKind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["service", "part", "-at"])]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "service": Sensitivity.TECHNICAL,
            "part": Sensitivity.TECHNICAL,
            "kind": Sensitivity.TECHNICAL,
            "at": Sensitivity.TECHNICAL,
            "by": Sensitivity.ORGANIZATIONAL,
            "note": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return f"{self.service} {self.part}: {self.kind}"


class ConfirmationRequest(models.Model):
    """One digest to the owner of entries that grow old; escalated when nobody answers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="confirmation_requests"
    )
    recipient = models.EmailField()
    sent_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(answered_at=None),
                name="an_owner_has_one_open_digest",
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "organization": Sensitivity.ORGANIZATIONAL,
            "recipient": Sensitivity.ORGANIZATIONAL,
            "sent_at": Sensitivity.TECHNICAL,
            "answered_at": Sensitivity.TECHNICAL,
            "escalated_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.organization} {self.sent_at:%Y-%m-%d}"
