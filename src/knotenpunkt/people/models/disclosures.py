from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Organization, StaffMember
from knotenpunkt.people.enums import Informed
from knotenpunkt.people.models.items import Item
from knotenpunkt.people.models.persons import Person


class Disclosure(models.Model):
    """What police, a court or an authority asked for in writing, and what exactly they were given.

    One prepares, another decides (§§ 67d-73 SGB X). Which fields, never their contents: those stay
    where they are. Nothing is given by any other way (rules N18 and N19).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="disclosures")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    requester = models.CharField(max_length=200)
    reference = models.CharField(max_length=120)
    legal_basis = models.CharField(max_length=120)
    necessity = models.CharField(max_length=300)
    fields = ArrayField(models.CharField(max_length=40), default=list, help_text="of the person")
    items = models.ManyToManyField(Item, related_name="disclosures")
    prepared_by = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        StaffMember, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    is_given = models.BooleanField(default=False)
    informed = models.CharField(max_length=10, choices=Informed.choices, blank=True)
    silent_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-prepared_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(requester="") & ~Q(legal_basis="") & ~Q(necessity=""),
                name="a_disclosure_says_to_whom_and_by_which_law",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("prepared_by")),
                name="four_eyes_see_a_disclosure",
            ),
            models.CheckConstraint(
                condition=Q(is_given=False)
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(informed=""),
                name="what_is_given_was_decided_and_she_is_told",
            ),
            models.CheckConstraint(
                condition=~Q(informed="forbidden") | ~Q(silent_because=""),
                name="silence_about_a_disclosure_has_a_reason",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "subject": Sensitivity.MATTER,
            "organization": Sensitivity.MATTER,
            "requester": Sensitivity.SENSITIVE,
            "reference": Sensitivity.SENSITIVE,
            "legal_basis": Sensitivity.MATTER,
            "necessity": Sensitivity.SENSITIVE,
            "fields": Sensitivity.MATTER,
            "prepared_by": Sensitivity.ORGANIZATIONAL,
            "prepared_at": Sensitivity.TECHNICAL,
            "decided_by": Sensitivity.ORGANIZATIONAL,
            "decided_at": Sensitivity.MATTER,
            "is_given": Sensitivity.MATTER,
            "informed": Sensitivity.MATTER,
            "silent_because": Sensitivity.SENSITIVE,
        }

    def __str__(self) -> str:
        return f"{self.prepared_at:%Y-%m-%d}"
