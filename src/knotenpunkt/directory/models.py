from __future__ import annotations

import uuid

from django.db import models

from knotenpunkt.directory.enums import InterpreterClass, ServiceMode, ServiceStatus
from knotenpunkt.network.models import Location, Network, Organization, StaffMember


class Topic(models.Model):
    """One of the nine matters newcomers bring; a tile on the first page."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="topics")
    code = models.SlugField()
    position = models.PositiveSmallIntegerField()
    name = models.JSONField(help_text="text by language code")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "code"], name="a_topic_has_one_code_in_its_network"
            )
        ]

    def __str__(self) -> str:
        return str(self.name.get("de", self.code))


class Document(models.Model):
    """A paper someone brings or receives."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="documents")
    code = models.SlugField()
    name = models.JSONField(help_text="text by language code")
    help = models.JSONField(default=dict, help_text="how to get it, by language code")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "code"], name="a_document_has_one_code_in_its_network"
            )
        ]

    def __str__(self) -> str:
        return str(self.name.get("de", self.code))


class Token(models.Model):
    """A state that one service produces and another requires, such as a registered address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="tokens")
    code = models.SlugField()
    name = models.JSONField(default=dict, help_text="text by language code")
    valid_after_days = models.PositiveSmallIntegerField(default=0)
    document = models.ForeignKey(
        Document, null=True, on_delete=models.SET_NULL, help_text="the paper that proves it"
    )

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "code"], name="a_token_has_one_code_in_its_network"
            )
        ]

    def __str__(self) -> str:
        return self.code


class Service(models.Model):
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
        ]

    def __str__(self) -> str:
        return str(self.name.get("de", self.code))


class RequiredDocument(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, related_name="required_documents"
    )
    document = models.ForeignKey(Document, on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField(default=0)

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

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "location"], name="a_service_is_at_a_location_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.service} @ {self.location}"


class Schedule(models.Model):
    """When a location is open (HSDS schedule): a rule in local wall time (iCalendar RRULE)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="schedules")
    rrule = models.CharField(max_length=200)
    opens_at = models.TimeField()
    closes_at = models.TimeField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")),
                name="a_location_closes_after_it_opens",
            )
        ]

    def __str__(self) -> str:
        return f"{self.location} {self.rrule} {self.opens_at}-{self.closes_at}"


class KnowledgeCard(models.Model):
    """What partners should know of an organization: tasks, workflow, reachability (S3-12)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.OneToOneField(
        Organization, on_delete=models.CASCADE, related_name="knowledge_card"
    )
    tasks = models.TextField()
    workflow = models.TextField()
    good_to_know = models.TextField(blank=True)
    verified_on = models.DateField()
    verify_every_days = models.PositiveSmallIntegerField(default=180)

    def __str__(self) -> str:
        return f"{self.organization}"
