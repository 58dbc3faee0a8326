from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from phonenumber_field.modelfields import PhoneNumberField

from knotenpunkt.directory.models import Service, Token
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Municipality, Network, Organization, StaffMember
from knotenpunkt.people.enums import BirthPrecision, Gender, GenderWish


class Household(models.Model):
    """People who live together. Belonging to one shows nobody another's data."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="+")
    code = models.SlugField(blank=True)

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "network": Sensitivity.TECHNICAL,
            "code": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return str(self.id)


class Person(models.Model):
    """Whoever seeks help. Written by one organization; others see her only by grant."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey(
        Organization, null=True, on_delete=models.PROTECT, related_name="persons"
    )
    case_lead = models.ForeignKey(
        StaffMember, null=True, on_delete=models.SET_NULL, related_name="persons"
    )
    code = models.SlugField(blank=True)
    given_name = models.CharField(max_length=120)
    family_name = models.CharField(
        max_length=120, blank=True, help_text="some people have one name"
    )
    native_name = models.CharField(max_length=200, blank=True)
    father_name = models.CharField(max_length=120, blank=True)
    is_pseudonymous = models.BooleanField(
        default=False, help_text="she chose another name; nobody asks for the one in her papers"
    )
    gender = models.CharField(max_length=1, choices=Gender.choices, default=Gender.UNKNOWN)
    birth_date = models.DateField(null=True)
    birth_precision = models.CharField(
        max_length=10, choices=BirthPrecision.choices, default=BirthPrecision.UNKNOWN
    )
    languages = ArrayField(models.CharField(max_length=8), default=list, help_text="best first")
    german_level = models.CharField(max_length=2, blank=True)
    municipality = models.ForeignKey(
        Municipality, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    household = models.ForeignKey(
        Household, null=True, on_delete=models.SET_NULL, related_name="members"
    )
    phone = PhoneNumberField(blank=True)
    email = models.EmailField(blank=True)
    interpreter_gender = models.CharField(
        max_length=15, choices=GenderWish.choices, default=GenderWish.NONE
    )
    needs_step_free = models.BooleanField(default=False)
    constraints = ArrayField(models.CharField(max_length=60), default=list)
    is_invented = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.SET_NULL,
        related_name="merged_files",
        help_text="a link only: nothing of this file moves",
    )
    created_at = models.DateTimeField()

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "network": Sensitivity.TECHNICAL,
            "organization": Sensitivity.MATTER,
            "case_lead": Sensitivity.MATTER,
            "code": Sensitivity.TECHNICAL,
            "given_name": Sensitivity.CONTACT,
            "family_name": Sensitivity.CONTACT,
            "native_name": Sensitivity.CONTACT,
            "father_name": Sensitivity.CONTACT,
            "is_pseudonymous": Sensitivity.MATTER,
            "merged_into": Sensitivity.MATTER,
            "gender": Sensitivity.CONTACT,
            "birth_date": Sensitivity.CONTACT,
            "birth_precision": Sensitivity.CONTACT,
            "languages": Sensitivity.CONTACT,
            "german_level": Sensitivity.MATTER,
            "municipality": Sensitivity.CONTACT,
            "household": Sensitivity.MATTER,
            "phone": Sensitivity.CONTACT,
            "email": Sensitivity.CONTACT,
            "interpreter_gender": Sensitivity.CONTACT,
            "needs_step_free": Sensitivity.SENSITIVE,
            "constraints": Sensitivity.MATTER,
            "is_invented": Sensitivity.TECHNICAL,
            "created_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class UnavailableWindow(models.Model):
    """A weekly time in which a person cannot come: school run, course, work (local wall time)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="unavailable_windows")
    weekday = models.PositiveSmallIntegerField(help_text="0 Monday .. 6 Sunday")
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    reason = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["weekday", "starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="an_unavailable_window_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6), name="a_week_has_seven_days"
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "weekday": Sensitivity.MATTER,
            "starts_at": Sensitivity.MATTER,
            "ends_at": Sensitivity.MATTER,
            "reason": Sensitivity.MATTER,
        }

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts_at}-{self.ends_at}"


class Need(models.Model):
    """One matter a person brings; it leads to a service."""

    class Status(models.TextChoices):
        OPEN = "open"
        BOOKED = "booked"
        MET = "met"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="needs")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at"]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "service": Sensitivity.MATTER,
            "status": Sensitivity.MATTER,
            "created_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.service}"


class HeldToken(models.Model):
    """A state the person already has, such as a registered address; nobody asks for it again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="held_tokens")
    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+")
    since = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "token"], name="a_token_is_held_once")
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "person": Sensitivity.MATTER,
            "token": Sensitivity.MATTER,
            "since": Sensitivity.MATTER,
        }

    def __str__(self) -> str:
        return f"{self.token}"


class ResidenceFacts(models.Model):
    """Facts the responsibility rules ask for; kept apart because few may see them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="residence_facts")
    nationality = models.CharField(max_length=2, blank=True)
    title = models.CharField(max_length=60, blank=True)
    first_title_on = models.DateField(null=True)
    arrived_on = models.DateField(null=True)
    work_permitted_until = models.DateField(
        null=True, help_text="the last day on which her paper lets her work"
    )

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "person": Sensitivity.SENSITIVE,
            "nationality": Sensitivity.SENSITIVE,
            "title": Sensitivity.SENSITIVE,
            "first_title_on": Sensitivity.SENSITIVE,
            "arrived_on": Sensitivity.SENSITIVE,
            "work_permitted_until": Sensitivity.SENSITIVE,
        }

    def __str__(self) -> str:
        return str(self.person_id)
