"""What is offered, where and when."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from knotenpunkt.directory.enums import InterpreterClass, ServiceMode, ServiceStatus, TargetGroup
from knotenpunkt.directory.models.vocabulary import Document, Token, Topic
from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import LegalRegime
from knotenpunkt.network.models import (
    DirectoryEntry,
    Location,
    Municipality,
    Organization,
    StaffMember,
)


class Program(models.Model):
    """Services of one organization under one name (HSDS program)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="programs"
    )
    name = models.CharField(max_length=200)
    alternate_name = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Service(DirectoryEntry):
    """What an organization offers (HSDS service), with what a booking needs to know of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="services"
    )
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="services")
    code = models.SlugField()
    name = models.JSONField(help_text="text by language code")
    description = models.JSONField(default=dict, help_text="text by language code")
    mode = models.CharField(max_length=20, choices=ServiceMode.choices)
    minutes = models.PositiveSmallIntegerField()
    interpreter_class = models.CharField(max_length=20, choices=InterpreterClass.choices)
    has_legal_effect = models.BooleanField(default=False)
    is_walk_in = models.BooleanField(default=False)
    is_joint = models.BooleanField(
        default=False, help_text="one staff member of every organization involved, at one table"
    )
    min_notice_workdays = models.PositiveSmallIntegerField(default=0)
    eligibility = models.CharField(max_length=200, blank=True)
    target_groups = ArrayField(
        models.CharField(max_length=30, choices=TargetGroup.choices), default=list, blank=True
    )
    legal_regimes = ArrayField(
        models.CharField(max_length=20, choices=LegalRegime.choices), default=list, blank=True
    )
    languages = ArrayField(
        models.CharField(max_length=8),
        default=list,
        blank=True,
        help_text="spoken there, beside those of the staff",
    )
    minimum_age = models.FloatField(null=True, blank=True)
    maximum_age = models.FloatField(null=True, blank=True)
    program = models.ForeignKey(
        Program, null=True, blank=True, on_delete=models.SET_NULL, related_name="services"
    )
    url = models.URLField(max_length=500, blank=True)
    email = models.EmailField(blank=True)
    requires = models.ManyToManyField(Token, related_name="required_by")
    produces = models.ManyToManyField(Token, related_name="produced_by")
    documents = models.ManyToManyField(Document, through="RequiredDocument")
    locations = models.ManyToManyField(Location, through="ServiceAtLocation")
    staff = models.ManyToManyField(StaffMember, related_name="services")
    visit_slots_per_week = models.PositiveSmallIntegerField(default=0)
    is_ring_fenced = models.BooleanField(default=False)
    status = models.CharField(
        max_length=10, choices=ServiceStatus.choices, default=ServiceStatus.VERIFIED
    )
    verified_on = models.DateField(null=True)
    created_on = models.DateField(default=clock.today, help_text="since when it stands here")

    class Meta:
        ordering = ["topic__position", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"], name="a_service_has_one_code_in_its_organization"
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__gte=5, minutes__lte=600),
                name="a_service_lasts_five_minutes_to_ten_hours",
            ),
            models.CheckConstraint(
                condition=~models.Q(has_legal_effect=True, interpreter_class="volunteer"),
                name="no_volunteer_interprets_with_legal_effect",
            ),
            models.CheckConstraint(
                condition=models.Q(minimum_age__isnull=True)
                | models.Q(maximum_age__isnull=True)
                | models.Q(minimum_age__lte=models.F("maximum_age")),
                name="a_services_minimum_age_is_not_above_its_maximum",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name.get("de", self.code))

    @property
    def vouched_on(self) -> dt.date:
        """Return the day somebody last stood for the entry: confirmed, else entered."""
        return self.verified_on or self.created_on


class RequiredDocument(models.Model):
    """A paper to bring (HSDS required_document)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, related_name="required_documents"
    )
    document = models.ForeignKey(Document, on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField(default=0)
    uri = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "document"], name="a_service_asks_for_a_document_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.document}"


class ServiceAtLocation(models.Model):
    """The bookable hub of service and location (HSDS service_at_location)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, related_name="services_at_location"
    )
    location = models.ForeignKey(
        Location, on_delete=models.CASCADE, related_name="services_at_location"
    )
    details = models.JSONField(default=dict, blank=True, help_text="as in DirectoryEntry")
    municipalities = models.ManyToManyField(
        Municipality,
        blank=True,
        related_name="+",
        help_text="for whose people this place is; none: for everyone",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "location"], name="a_service_is_at_a_location_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.service} @ {self.location}"


class Schedule(models.Model):
    """When something is open (HSDS schedule): a rule in local wall time (iCalendar RRULE).

    It belongs to a location, to a service, or to a service at one location.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    location = models.ForeignKey(
        Location, null=True, on_delete=models.CASCADE, related_name="schedules"
    )
    service = models.ForeignKey(
        Service, null=True, on_delete=models.CASCADE, related_name="schedules"
    )
    service_at_location = models.ForeignKey(
        ServiceAtLocation, null=True, on_delete=models.CASCADE, related_name="schedules"
    )
    rrule = models.CharField(max_length=200)
    opens_at = models.TimeField()
    closes_at = models.TimeField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    details = models.JSONField(
        default=dict, blank=True, help_text="HSDS fields that no column holds"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")),
                name="a_location_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(location__isnull=False, service=None, service_at_location=None)
                    | models.Q(location=None, service__isnull=False, service_at_location=None)
                    | models.Q(location=None, service=None, service_at_location__isnull=False)
                ),
                name="a_schedule_belongs_to_one_thing",
            ),
        ]

    def __str__(self) -> str:
        owner = self.location or self.service or self.service_at_location
        return f"{owner} {self.rrule} {self.opens_at}-{self.closes_at}"
