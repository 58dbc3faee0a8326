from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from knotenpunkt.cohorts.enums import GoneReason, PlaceStatus
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Account, Network, Organization
from knotenpunkt.people.models import Person
from knotenpunkt.visits.models import Visit


class Cohort(models.Model):
    """People of one organization who are planned together, for the same days.

    `figures` is what the planning says about all of them: how many have a place, the proven bound,
    groups, days, load of each day. `booked` and `gone` count what became of the proposals, for
    those who see no persons. Nothing in it is about one person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(max_length=80)
    first_on = models.DateField()
    last_on = models.DateField()
    reserve_percent = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        Account, null=True, on_delete=models.SET_NULL, related_name="cohorts"
    )
    planned_at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)
    booked = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="a_cohort_has_days"
            ),
            models.CheckConstraint(
                condition=models.Q(reserve_percent__lt=100), name="a_reserve_leaves_something"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CohortPlace(models.Model):
    """What the planning found for one of them: a plan to book, or no room; booked, a visit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="places")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="cohort_places")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="cohort_places"
    )
    services = ArrayField(models.UUIDField())
    status = models.CharField(max_length=10, choices=PlaceStatus.choices, default=PlaceStatus.ASKED)
    plan = models.JSONField(null=True)
    visit = models.ForeignKey(
        Visit, null=True, on_delete=models.SET_NULL, related_name="cohort_places"
    )
    reason = models.CharField(max_length=10, choices=GoneReason.choices, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["cohort", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "person"], name="nobody_is_twice_in_a_cohort"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="proposed") | models.Q(plan__isnull=False),
                name="a_proposed_place_has_a_plan",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "cohort": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "organization": Sensitivity.ORGANIZATIONAL,
            "services": Sensitivity.MATTER,
            "status": Sensitivity.MATTER,
            "plan": Sensitivity.MATTER,
            "visit": Sensitivity.MATTER,
            "reason": Sensitivity.MATTER,
            "decided_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.person} {self.status}"
