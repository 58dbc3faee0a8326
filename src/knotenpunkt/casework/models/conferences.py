from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from knotenpunkt.casework.enums import ConferenceMode, ConferenceStatus
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Location, Network, Organization, StaffMember
from knotenpunkt.people.models import Person


class CaseConference(models.Model):
    """Experts discuss one question. Anonymous unless a living consent covers everybody.

    An anonymous conference has no link to a person, in neither direction (§ 64(2a) SGB VIII).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    requested_by = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="conferences_requested"
    )
    chair = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="conferences_chaired"
    )
    person = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="conferences"
    )
    mode = models.CharField(
        max_length=10, choices=ConferenceMode.choices, default=ConferenceMode.ANONYMOUS
    )
    status = models.CharField(
        max_length=24, choices=ConferenceStatus.choices, default=ConferenceStatus.REQUESTED
    )
    question = models.CharField(max_length=300, help_text="one question")
    members = models.ManyToManyField(StaffMember, through="ConferenceSeat", related_name="+")
    location = models.ForeignKey(Location, null=True, on_delete=models.SET_NULL, related_name="+")
    starts_at = models.DateTimeField(null=True)
    minutes = models.PositiveSmallIntegerField(default=45, help_text="how long it lasts")
    record = models.TextField(blank=True, max_length=6000, help_text="what was said and decided")
    recorded_at = models.DateTimeField(null=True)
    corrections_until = models.DateField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mode="named", person__isnull=False)
                | Q(mode="anonymous", person__isnull=True)
                | Q(status="cancelled_no_consent"),
                name="an_anonymous_conference_has_no_person",
            ),
            models.CheckConstraint(
                condition=~Q(status="scheduled") | Q(starts_at__isnull=False),
                name="a_scheduled_conference_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["held", "minutes_released", "closed"])
                | Q(recorded_at__isnull=False, corrections_until__isnull=False),
                name="minutes_leave_time_to_correct",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "network": Sensitivity.TECHNICAL,
            "organization": Sensitivity.ORGANIZATIONAL,
            "requested_by": Sensitivity.ORGANIZATIONAL,
            "chair": Sensitivity.ORGANIZATIONAL,
            "person": Sensitivity.MATTER,
            "mode": Sensitivity.TECHNICAL,
            "status": Sensitivity.TECHNICAL,
            "question": Sensitivity.MATTER,
            "location": Sensitivity.ORGANIZATIONAL,
            "starts_at": Sensitivity.ORGANIZATIONAL,
            "minutes": Sensitivity.TECHNICAL,
            "record": Sensitivity.SENSITIVE,
            "recorded_at": Sensitivity.TECHNICAL,
            "corrections_until": Sensitivity.TECHNICAL,
            "created_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return str(self.id)


class AgendaItem(models.Model):
    """One point of the agenda; it begins when those before it end."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conference = models.ForeignKey(CaseConference, on_delete=models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    minutes = models.PositiveSmallIntegerField(default=10)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "position"], name="an_agenda_has_one_item_in_each_position"
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "conference": Sensitivity.TECHNICAL,
            "position": Sensitivity.TECHNICAL,
            "text": Sensitivity.MATTER,
            "minutes": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return self.text


class ConferenceSeat(models.Model):
    """Who takes part. A guest is there for one item of the agenda and sees nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conference = models.ForeignKey(CaseConference, on_delete=models.CASCADE, related_name="seats")
    staff_member = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, related_name="conference_seats"
    )
    item = models.ForeignKey(AgendaItem, null=True, on_delete=models.CASCADE, related_name="guests")

    class Meta:
        ordering = ["staff_member__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "staff_member"], name="one_seat_for_each_at_a_conference"
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "conference": Sensitivity.TECHNICAL,
            "staff_member": Sensitivity.ORGANIZATIONAL,
            "item": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return str(self.staff_member)


class AgreedStep(models.Model):
    """What was agreed: one owner, a deputy, a day, and in the end the evidence."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conference = models.ForeignKey(CaseConference, on_delete=models.CASCADE, related_name="steps")
    text = models.CharField(max_length=300)
    owner = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="agreed_steps")
    deputy = models.ForeignKey(StaffMember, null=True, on_delete=models.SET_NULL, related_name="+")
    due_on = models.DateField()
    evidence = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("owner")),
                name="nobody_is_her_own_deputy",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | ~Q(evidence=""),
                name="a_step_is_done_with_evidence",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "conference": Sensitivity.TECHNICAL,
            "text": Sensitivity.MATTER,
            "owner": Sensitivity.ORGANIZATIONAL,
            "deputy": Sensitivity.ORGANIZATIONAL,
            "due_on": Sensitivity.MATTER,
            "evidence": Sensitivity.MATTER,
            "done_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return self.text


class MinutesCorrection(models.Model):
    """What a party wants to have written differently, within three working days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conference = models.ForeignKey(
        CaseConference, on_delete=models.CASCADE, related_name="corrections"
    )
    author = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "conference": Sensitivity.TECHNICAL,
            "author": Sensitivity.ORGANIZATIONAL,
            "text": Sensitivity.MATTER,
            "at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return self.text
