"""Knowledge cards: what partners should know of an organization, and who has read which text."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid

from django.db import models

from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Organization, StaffMember

# The four parts of a card (S3-12), and what helps with a referral beside them.
PARTS = ("tasks", "workflow", "legal_basis", "reachability")
TEXTS = (*PARTS, "how_to_refer", "good_to_know")


class KnowledgeCard(models.Model):
    """What partners should know of an organization, in four parts (S3-12)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.OneToOneField(
        Organization, on_delete=models.CASCADE, related_name="knowledge_card"
    )
    tasks = models.TextField()
    workflow = models.TextField()
    legal_basis = models.TextField(blank=True, help_text="what the law lets it do, and not")
    reachability = models.TextField(blank=True)
    good_to_know = models.TextField(blank=True)
    how_to_refer = models.TextField(blank=True)
    changed_on = models.DateField(null=True, help_text="when its words last changed")
    verified_on = models.DateField()
    verify_every_days = models.PositiveSmallIntegerField(default=180)

    def __str__(self) -> str:
        return f"{self.organization}"

    @property
    def edition(self) -> str:
        """Return what tells these words from earlier ones, whoever wrote them and by which way."""
        words = "\0".join(getattr(self, name) for name in TEXTS)
        return hashlib.sha256(words.encode()).hexdigest()[:16]

    @property
    def confirm_by(self) -> dt.date:
        """Return the day from which nobody should rely on the card any more."""
        return self.verified_on + dt.timedelta(days=self.verify_every_days)


class CardReading(models.Model):
    """A staff member says that she has read a card; a later text has to be read anew.

    One row for each card, overwritten: when somebody read what before is nobody's business.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff_member = models.ForeignKey(
        StaffMember, on_delete=models.CASCADE, related_name="card_readings"
    )
    card = models.ForeignKey(KnowledgeCard, on_delete=models.CASCADE, related_name="readings")
    edition = models.CharField(max_length=16)
    read_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff_member", "card"], name="a_card_is_confirmed_once_by_each"
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "staff_member": Sensitivity.ORGANIZATIONAL,
            "card": Sensitivity.ORGANIZATIONAL,
            "edition": Sensitivity.TECHNICAL,
            "read_on": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return f"{self.staff_member}: {self.card}"
