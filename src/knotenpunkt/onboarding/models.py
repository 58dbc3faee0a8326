"""Who was invited into which organization, and how far a new partner has come."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.enums import Role
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


class Invitation(models.Model):
    """A mail with a link that makes one account in one organization, once.

    `key` is what the link carries, signed; sending it again gives it a new one, so that only the
    newest link works.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField()
    role = models.CharField(max_length=30, choices=Role.choices)
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_as = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="an_address_has_one_open_invitation_into_an_organization",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None),
                name="an_invitation_is_accepted_or_withdrawn",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "organization": Sensitivity.ORGANIZATIONAL,
            "email": Sensitivity.ORGANIZATIONAL,
            "role": Sensitivity.ORGANIZATIONAL,
            "key": Sensitivity.TECHNICAL,
            "invited_by": Sensitivity.ORGANIZATIONAL,
            "sent_at": Sensitivity.TECHNICAL,
            "expires_at": Sensitivity.TECHNICAL,
            "accepted_at": Sensitivity.TECHNICAL,
            "accepted_as": Sensitivity.ORGANIZATIONAL,
            "withdrawn_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.organization}: {self.role}"
