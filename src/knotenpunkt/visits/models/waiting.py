from __future__ import annotations

import uuid

from django.db import models

from knotenpunkt.directory.models import Service
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Network, Organization
from knotenpunkt.people.models import Person
from knotenpunkt.visits.enums import OfferStatus, WaitingStatus
from knotenpunkt.visits.models.visit import Visit


class WaitingEntry(models.Model):
    """Someone who waits for a time, or has one (`visit`) and would like an earlier one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="waiting_entries")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="waiting_entries"
    )
    services = models.ManyToManyField(Service, related_name="+")
    visit = models.ForeignKey(
        Visit, null=True, on_delete=models.SET_NULL, related_name="waiting_entries"
    )
    last_on = models.DateField(help_text="a time after this day is of no use to her")
    since = models.DateTimeField()
    status = models.CharField(
        max_length=10, choices=WaitingStatus.choices, default=WaitingStatus.WAITING
    )
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["since", "id"]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "network": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "organization": Sensitivity.ORGANIZATIONAL,
            "visit": Sensitivity.MATTER,
            "last_on": Sensitivity.MATTER,
            "since": Sensitivity.TECHNICAL,
            "status": Sensitivity.MATTER,
            "left_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.person} {self.status}"


class WaitingOffer(models.Model):
    """A freed time that is held for the first in line, for a limited time, told once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(WaitingEntry, on_delete=models.CASCADE, related_name="offers")
    visit = models.OneToOneField(Visit, on_delete=models.CASCADE, related_name="waiting_offer")
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=OfferStatus.choices, default=OfferStatus.OPEN)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-offered_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=models.Q(status="open"),
                name="nobody_has_two_open_offers",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("offered_at")), name="an_offer_lasts"
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "entry": Sensitivity.MATTER,
            "visit": Sensitivity.MATTER,
            "offered_at": Sensitivity.TECHNICAL,
            "expires_at": Sensitivity.TECHNICAL,
            "status": Sensitivity.MATTER,
            "answered_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.entry} / {self.visit}"
