from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from knotenpunkt.casework.enums import AreaOfLife, AssignmentKind, AssignmentStatus, Urgency
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Organization, StaffMember
from knotenpunkt.people.models import Person


class Assignment(models.Model):
    """A person passes from one hand to another: both are responsible until it is accepted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="assignments")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=15, choices=AssignmentKind.choices)
    status = models.CharField(
        max_length=12, choices=AssignmentStatus.choices, default=AssignmentStatus.INTAKE
    )
    opened_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="assignments_opened"
    )
    opened_at = models.DateTimeField()
    assigned_to = models.ForeignKey(
        StaffMember, null=True, on_delete=models.PROTECT, related_name="assignments"
    )
    assigned_at = models.DateTimeField(null=True)
    accept_by = models.DateField(null=True)
    accepted_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    bounced_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["opened_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=~Q(status="handed_over"),
                name="a_person_is_assigned_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status="intake")
                | Q(assigned_to__isnull=False, accept_by__isnull=False),
                name="an_assignment_names_a_person_and_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="bounced") | ~Q(bounced_because=""),
                name="whoever_sends_back_says_why",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "organization": Sensitivity.MATTER,
            "kind": Sensitivity.MATTER,
            "status": Sensitivity.MATTER,
            "opened_by": Sensitivity.ORGANIZATIONAL,
            "opened_at": Sensitivity.TECHNICAL,
            "assigned_to": Sensitivity.ORGANIZATIONAL,
            "assigned_at": Sensitivity.TECHNICAL,
            "accept_by": Sensitivity.TECHNICAL,
            "accepted_at": Sensitivity.TECHNICAL,
            "handed_over_at": Sensitivity.TECHNICAL,
            "bounced_because": Sensitivity.MATTER,
        }

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_late(self) -> bool:
        """Whether nobody accepted within ten working days; derived, no job has to run."""
        return (
            self.status == AssignmentStatus.ASSIGNED
            and self.accept_by is not None
            and self.accept_by < clock.today()
        )


class NeedsAssessment(models.Model):
    """What a person needs, asked once: everybody who may see it builds on it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="needs_assessment")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=500, help_text="what matters most, in her words")
    at = models.DateTimeField()

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "organization": Sensitivity.MATTER,
            "author": Sensitivity.ORGANIZATIONAL,
            "words": Sensitivity.MATTER,
            "at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return str(self.id)


class AssessedNeed(models.Model):
    """One area of life in the assessment, and how urgent it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assessment = models.ForeignKey(NeedsAssessment, on_delete=models.CASCADE, related_name="needs")
    area = models.CharField(max_length=10, choices=AreaOfLife.choices)
    urgency = models.PositiveSmallIntegerField(choices=Urgency.choices)

    class Meta:
        ordering = ["-urgency", "area"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "area"], name="an_area_is_assessed_once")
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "assessment": Sensitivity.TECHNICAL,
            "area": Sensitivity.MATTER,
            "urgency": Sensitivity.MATTER,
        }

    def __str__(self) -> str:
        return self.area
