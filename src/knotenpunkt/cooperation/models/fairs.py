"""The fair at which partners and people meet (Markt der Möglichkeiten), and the rooms it uses."""

from __future__ import annotations

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from knotenpunkt.cooperation.enums import ComingStatus, FairStatus, StallStatus
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Account, Location, Network, Organization, Room


class Fair(models.Model):
    """One edition. A successor keeps `calendar_id`, so that calendars move the entry they have."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="fairs")
    code = models.SlugField()
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=FairStatus.choices, default=FairStatus.PLANNED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    location = models.ForeignKey(Location, null=True, on_delete=models.PROTECT, related_name="+")
    capacity = models.PositiveIntegerField()
    has_online_edition = models.BooleanField(default=False)
    online_url = models.URLField(blank=True)
    reason = models.CharField(max_length=300, blank=True, help_text="why postponed or cancelled")
    successor = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="predecessor"
    )
    calendar_id = models.UUIDField(default=uuid.uuid4, help_text="UID of the calendar entry")
    sequence = models.PositiveSmallIntegerField(default=0, help_text="SEQUENCE (RFC 5545)")
    visitors = models.PositiveIntegerField(null=True, help_text="counted on the day")
    evaluation = models.TextField(blank=True, help_text="what came of it")

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "code"], name="a_fair_has_one_code_in_its_network"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="a_fair_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[FairStatus.POSTPONED, FairStatus.CANCELLED])
                | ~Q(reason=""),
                name="a_fair_is_put_off_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status=FairStatus.POSTPONED) | Q(successor__isnull=False),
                name="a_postponed_fair_has_a_successor",
            ),
            models.CheckConstraint(
                condition=~Q(status=FairStatus.EVALUATED) | ~Q(evaluation=""),
                name="an_evaluated_fair_says_what_came_of_it",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Stall(models.Model):
    """An organization shows what it offers. Topics are codes of the directory."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fair = models.ForeignKey(Fair, on_delete=models.CASCADE, related_name="stalls")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="stalls")
    status = models.CharField(max_length=10, choices=StallStatus.choices, default=StallStatus.ASKED)
    room = models.ForeignKey(Room, null=True, on_delete=models.SET_NULL, related_name="+")
    topics = ArrayField(models.SlugField(), default=list)
    languages = ArrayField(models.CharField(max_length=8), default=list)
    contacts_made = models.PositiveSmallIntegerField(null=True, help_text="counted afterwards")

    class Meta:
        ordering = ["organization__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["fair", "organization"], name="an_organization_has_one_stall_at_a_fair"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization}"


class FairRegistration(models.Model):
    """Someone signed up. Kept when the fair is put off, and asked again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fair = models.ForeignKey(Fair, on_delete=models.CASCADE, related_name="registrations")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    language = models.CharField(max_length=8, default="de")
    organization = models.ForeignKey(
        Organization, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    interests = ArrayField(models.SlugField(), default=list, help_text="codes of topics")
    status = models.CharField(
        max_length=12, choices=ComingStatus.choices, default=ComingStatus.REGISTERED
    )
    carried_from = models.OneToOneField(
        "self", null=True, on_delete=models.SET_NULL, related_name="carried_to"
    )
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["fair", "email"], name="a_mail_address_signs_up_once_for_a_fair"
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "fair": Sensitivity.TECHNICAL,
            "name": Sensitivity.CONTACT,
            "email": Sensitivity.CONTACT,
            "language": Sensitivity.CONTACT,
            "organization": Sensitivity.ORGANIZATIONAL,
            "interests": Sensitivity.MATTER,
            "status": Sensitivity.CONTACT,
            "carried_from": Sensitivity.TECHNICAL,
            "created_at": Sensitivity.TECHNICAL,
            "answered_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return self.name


class FairContact(models.Model):
    """A stall and a visitor want to stay in touch; noted at the stall, with the visitor's yes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    stall = models.ForeignKey(Stall, on_delete=models.CASCADE, related_name="contacts")
    registration = models.ForeignKey(
        FairRegistration, on_delete=models.CASCADE, related_name="contacts"
    )
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["stall", "registration"], name="a_contact_is_noted_once"
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "stall": Sensitivity.ORGANIZATIONAL,
            "registration": Sensitivity.CONTACT,
            "note": Sensitivity.MATTER,
            "created_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.stall}: {self.registration}"


class RoomUse(models.Model):
    """A room is used by a fair, or blocked in an emergency. Two active uses never overlap."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="uses")
    during = DateTimeRangeField()
    fair = models.ForeignKey(Fair, null=True, on_delete=models.CASCADE, related_name="room_uses")
    reason = models.CharField(max_length=300, help_text="what for, or why it is blocked")
    is_blocked = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["during"]
        constraints = [
            ExclusionConstraint(
                name="a_room_is_used_once_at_a_time",
                expressions=[
                    ("room", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(is_active=True),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_room_is_used_for_a_reason"),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "room": Sensitivity.ORGANIZATIONAL,
            "during": Sensitivity.ORGANIZATIONAL,
            "fair": Sensitivity.ORGANIZATIONAL,
            "reason": Sensitivity.ORGANIZATIONAL,
            "is_blocked": Sensitivity.ORGANIZATIONAL,
            "is_active": Sensitivity.TECHNICAL,
            "by": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return f"{self.room}: {self.reason}"
