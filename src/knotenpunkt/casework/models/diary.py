from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from knotenpunkt.casework.enums import TalkOutcome
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Organization, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.visits.models import Appointment


class TalkRecord(models.Model):
    """What came of a talk, and what was agreed in the words of the person. Own house only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="talk_records")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="talk_records")
    appointment = models.OneToOneField(
        Appointment, null=True, on_delete=models.SET_NULL, related_name="talk_record"
    )
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=TalkOutcome.choices)
    agreed = models.CharField(max_length=500, blank=True, help_text="in her or his own words")
    note = models.TextField(blank=True, max_length=2000)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["person", "-at"])]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "organization": Sensitivity.MATTER,
            "author": Sensitivity.ORGANIZATIONAL,
            "appointment": Sensitivity.MATTER,
            "at": Sensitivity.MATTER,
            "outcome": Sensitivity.MATTER,
            "agreed": Sensitivity.MATTER,
            "note": Sensitivity.SENSITIVE,
        }

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class FollowUp(models.Model):
    """Something a staff member wants to be reminded of on a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="follow_ups")
    staff_member = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="follow_ups"
    )
    due_on = models.DateField()
    text = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "created_at"]
        indexes = [
            models.Index(
                fields=["staff_member", "due_on"],
                name="follow_ups_open",
                condition=Q(done_at=None),
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "staff_member": Sensitivity.ORGANIZATIONAL,
            "due_on": Sensitivity.MATTER,
            "text": Sensitivity.MATTER,
            "created_at": Sensitivity.TECHNICAL,
            "done_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.due_on} {self.text}"
