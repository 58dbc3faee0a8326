"""What partners know of each other: profiles, access cards, watch lists, corrections."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from knotenpunkt.directory.enums import AccessChannel, SuggestionStatus
from knotenpunkt.directory.models.services import Service
from knotenpunkt.directory.models.vocabulary import Topic
from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.enums import LegalRegime
from knotenpunkt.network.models import Network, Organization, StaffMember


class StaffProfile(models.Model):
    """What colleagues of other organizations may know of a staff member (S2-6, S4-10)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff_member = models.OneToOneField(
        StaffMember, on_delete=models.CASCADE, related_name="profile"
    )
    topics = models.ManyToManyField(Topic, related_name="specialists")
    legal_regimes = ArrayField(
        models.CharField(max_length=20, choices=LegalRegime.choices), default=list, blank=True
    )
    about = models.TextField(blank=True, help_text="in her own words")
    reachability = models.CharField(max_length=200, blank=True)
    took_tour_on = models.DateField(null=True, help_text="when she saw the tour for new colleagues")

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "staff_member": Sensitivity.ORGANIZATIONAL,
            "legal_regimes": Sensitivity.ORGANIZATIONAL,
            "about": Sensitivity.ORGANIZATIONAL,
            "reachability": Sensitivity.ORGANIZATIONAL,
            "took_tour_on": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return f"{self.staff_member}"


class StaffPhoto(models.Model):
    """Her picture for colleagues of partners, if she gave one (S4-10). Never for the public.

    Kept in the database and nowhere else: deleted means deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff_member = models.OneToOneField(StaffMember, on_delete=models.CASCADE, related_name="photo")
    picture = models.BinaryField(help_text="JPEG without metadata")
    given_at = models.DateTimeField()

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "staff_member": Sensitivity.ORGANIZATIONAL,
            "picture": Sensitivity.ORGANIZATIONAL,
            "given_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.staff_member}"


class AccessCard(models.Model):
    """How to reach an organization by one digital channel, step by step (S0-15)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="access_cards"
    )
    channel = models.CharField(max_length=10, choices=AccessChannel.choices)
    title = models.JSONField(help_text="text by language code")
    audience = models.JSONField(default=dict, help_text="for whom, by language code")
    needs_login = models.BooleanField(default=False)
    login = models.CharField(max_length=200, blank=True, help_text="which sign-in: BundID, code")
    languages = ArrayField(models.CharField(max_length=8), default=list)
    steps = models.JSONField(default=list, help_text="steps in order, each a text by language")
    url = models.URLField(max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    confirmed_by = models.ForeignKey(
        StaffMember, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_on = models.DateField(null=True)

    class Meta:
        ordering = ["organization__name", "position", "channel"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "channel"],
                name="an_organization_has_one_access_card_for_a_channel",
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "organization": Sensitivity.ORGANIZATIONAL,
            "channel": Sensitivity.ORGANIZATIONAL,
            "title": Sensitivity.ORGANIZATIONAL,
            "audience": Sensitivity.ORGANIZATIONAL,
            "needs_login": Sensitivity.ORGANIZATIONAL,
            "login": Sensitivity.ORGANIZATIONAL,
            "languages": Sensitivity.ORGANIZATIONAL,
            "steps": Sensitivity.ORGANIZATIONAL,
            "url": Sensitivity.ORGANIZATIONAL,
            "position": Sensitivity.TECHNICAL,
            "confirmed_by": Sensitivity.ORGANIZATIONAL,
            "confirmed_on": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return f"{self.organization}: {self.channel}"


class Watch(models.Model):
    """A staff member wants a mail when this organization, topic or service changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff_member = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="watches")
    organization = models.ForeignKey(Organization, null=True, on_delete=models.CASCADE)
    topic = models.ForeignKey(Topic, null=True, on_delete=models.CASCADE)
    service = models.ForeignKey(Service, null=True, on_delete=models.CASCADE)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "watches"
        constraints = [
            models.UniqueConstraint(
                fields=["staff_member", "organization", "topic", "service"],
                nulls_distinct=False,
                name="a_staff_member_watches_a_thing_once",
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(organization__isnull=False, topic=None, service=None)
                    | models.Q(organization=None, topic__isnull=False, service=None)
                    | models.Q(organization=None, topic=None, service__isnull=False)
                ),
                name="a_watch_is_for_one_thing",
            ),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "staff_member": Sensitivity.ORGANIZATIONAL,
            "organization": Sensitivity.ORGANIZATIONAL,
            "topic": Sensitivity.ORGANIZATIONAL,
            "service": Sensitivity.ORGANIZATIONAL,
            "created_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.staff_member}: {self.organization or self.topic or self.service}"


class CorrectionSuggestion(models.Model):
    """A partner tells the owner of an entry what seems wrong; the owner accepts or declines."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="suggestions", help_text="the owner"
    )
    service = models.ForeignKey(
        Service, null=True, on_delete=models.CASCADE, related_name="suggestions"
    )
    field = models.CharField(max_length=40, help_text="a key of CORRECTABLE, or `other`")
    present_value = models.TextField(blank=True)
    proposed_value = models.TextField()
    suggested_by = models.ForeignKey(
        StaffMember, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    suggested_at = models.DateTimeField()
    status = models.CharField(
        max_length=10, choices=SuggestionStatus.choices, default=SuggestionStatus.OPEN
    )
    answered_by = models.ForeignKey(
        StaffMember, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-suggested_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="open", answered_at=None)
                | models.Q(status__in=["accepted", "declined"], answered_at__isnull=False),
                name="a_suggestion_is_open_or_answered",
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "network": Sensitivity.TECHNICAL,
            "organization": Sensitivity.ORGANIZATIONAL,
            "service": Sensitivity.ORGANIZATIONAL,
            "field": Sensitivity.ORGANIZATIONAL,
            "present_value": Sensitivity.ORGANIZATIONAL,
            "proposed_value": Sensitivity.ORGANIZATIONAL,
            "suggested_by": Sensitivity.ORGANIZATIONAL,
            "suggested_at": Sensitivity.TECHNICAL,
            "status": Sensitivity.TECHNICAL,
            "answered_by": Sensitivity.ORGANIZATIONAL,
            "answered_at": Sensitivity.TECHNICAL,
            "answer": Sensitivity.ORGANIZATIONAL,
        }

    def __str__(self) -> str:
        return f"{self.organization}: {self.field}"
