from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from knotenpunkt.availability.models import Interpreter
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Location, Network, Organization, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.visits.enums import IncidentKind, RepairStatus
from knotenpunkt.visits.models.visit import Appointment, Visit


class Incident(models.Model):
    """What took booked capacity away: who or what is missing, on which local days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="incidents")
    organization = models.ForeignKey(
        Organization, null=True, on_delete=models.PROTECT, related_name="incidents"
    )
    kind = models.CharField(max_length=24, choices=IncidentKind.choices)
    staff_member = models.ForeignKey(
        StaffMember, null=True, on_delete=models.PROTECT, related_name="+"
    )
    location = models.ForeignKey(Location, null=True, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(Location, null=True, on_delete=models.PROTECT, related_name="+")
    first_on = models.DateField()
    last_on = models.DateField(null=True, help_text="empty: for good")
    note = models.CharField(max_length=200, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ["-reported_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on=None) | models.Q(last_on__gte=models.F("first_on")),
                name="an_incident_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="staff_absent") | models.Q(staff_member__isnull=False),
                name="an_absence_is_somebodys",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind__in=["location_closed", "location_moves"])
                | models.Q(location__isnull=False),
                name="a_closing_is_of_a_place",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="location_moves") | models.Q(successor__isnull=False),
                name="a_place_that_merges_has_a_successor",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "network": Sensitivity.TECHNICAL,
            "organization": Sensitivity.ORGANIZATIONAL,
            "kind": Sensitivity.ORGANIZATIONAL,
            "staff_member": Sensitivity.ORGANIZATIONAL,
            "location": Sensitivity.ORGANIZATIONAL,
            "successor": Sensitivity.ORGANIZATIONAL,
            "first_on": Sensitivity.ORGANIZATIONAL,
            "last_on": Sensitivity.ORGANIZATIONAL,
            "note": Sensitivity.ORGANIZATIONAL,
            "reported_by": Sensitivity.ORGANIZATIONAL,
            "reported_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.kind} {self.first_on}"


class RepairTask(models.Model):
    """A visit that an incident has hurt, until someone has decided what becomes of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="tasks")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="repair_tasks")
    lost = models.ManyToManyField(Appointment, related_name="+")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="repair_tasks"
    )
    owner = models.ForeignKey(
        StaffMember, null=True, on_delete=models.SET_NULL, related_name="repair_tasks"
    )
    due_on = models.DateField()
    status = models.CharField(
        max_length=10, choices=RepairStatus.choices, default=RepairStatus.OPEN
    )
    proposal = models.ForeignKey(
        Visit, null=True, on_delete=models.SET_NULL, related_name="+", help_text="held for it"
    )
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["due_on", "opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit"],
                condition=models.Q(status__in=["open", "proposed"]),
                name="a_visit_has_one_open_repair_task",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["open", "proposed"])
                | models.Q(decided_at__isnull=False),
                name="a_finished_repair_was_decided",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "incident": Sensitivity.ORGANIZATIONAL,
            "visit": Sensitivity.MATTER,
            "organization": Sensitivity.ORGANIZATIONAL,
            "owner": Sensitivity.ORGANIZATIONAL,
            "due_on": Sensitivity.TECHNICAL,
            "status": Sensitivity.TECHNICAL,
            "proposal": Sensitivity.MATTER,
            "opened_at": Sensitivity.TECHNICAL,
            "decided_at": Sensitivity.TECHNICAL,
            "decided_by": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return f"{self.visit} {self.status}"


class HandNotice(models.Model):
    """A person, or the interpreter of her talk, gave no way to reach her: somebody tells her."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="hand_notices")
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="hand_notices")
    interpreter = models.ForeignKey(
        Interpreter, null=True, on_delete=models.CASCADE, related_name="+",
        help_text="who is to be told; empty: the person",
    )  # fmt: skip
    organization = models.ForeignKey(
        Organization, null=True, on_delete=models.PROTECT, related_name="hand_notices"
    )
    once_key = models.CharField(max_length=120, unique=True)
    language = models.CharField(max_length=8)
    text = models.TextField()
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["created_at"]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "person": Sensitivity.CONTACT,
            "visit": Sensitivity.MATTER,
            "interpreter": Sensitivity.ORGANIZATIONAL,
            "organization": Sensitivity.ORGANIZATIONAL,
            "once_key": Sensitivity.TECHNICAL,
            "language": Sensitivity.CONTACT,
            "text": Sensitivity.MATTER,
            "created_at": Sensitivity.TECHNICAL,
            "done_at": Sensitivity.TECHNICAL,
            "done_by": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return self.once_key
