from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from knotenpunkt.foundation.enums import Channel
from knotenpunkt.foundation.privacy import Sensitivity


class AuditEntry(models.Model):
    """Who changed what, when. Holds ids and field names, never contents."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=64)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_fields = ArrayField(models.CharField(max_length=80), default=list)

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_id"])]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "at": Sensitivity.TECHNICAL,
            "action": Sensitivity.TECHNICAL,
            "subject_kind": Sensitivity.TECHNICAL,
            "subject_id": Sensitivity.TECHNICAL,
            "account": Sensitivity.ORGANIZATIONAL,
            "changed_fields": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"


class IdempotencyRecord(models.Model):
    """The answer that was given for a key, written in the transaction of the booking itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status_code = models.PositiveSmallIntegerField()
    answer = models.TextField(help_text="JSON, byte for byte as it was given")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="a_key_is_used_once_in_its_scope")
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "scope": Sensitivity.TECHNICAL,
            "key": Sensitivity.TECHNICAL,
            "fingerprint": Sensitivity.TECHNICAL,
            "status_code": Sensitivity.TECHNICAL,
            "answer": Sensitivity.MATTER,
            "created_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return self.key


class OutboxMessage(models.Model):
    """A mail or a short message that leaves after the commit that wrote it.

    The subject never says anything about a person. `about` is the visit, grant or referral it
    belongs to, so that a withdrawal can stop what has not left yet.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    recipient = models.CharField(max_length=254)
    language = models.CharField(max_length=8)
    subject = models.CharField(max_length=120, blank=True)
    body = models.TextField()
    purpose = models.CharField(max_length=60)
    about = models.UUIDField(null=True, db_index=True)
    once_key = models.CharField(max_length=120, null=True, unique=True)
    unsubscribe_url = models.URLField(
        max_length=500, blank=True, help_text="one-click way out (RFC 8058)"
    )
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=120, blank=True, help_text="kind of error, no contents")

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before"],
                name="outbox_waiting",
                condition=models.Q(sent_at=None, cancelled_at=None, failed_at=None),
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "channel": Sensitivity.TECHNICAL,
            "recipient": Sensitivity.CONTACT,
            "language": Sensitivity.CONTACT,
            "subject": Sensitivity.TECHNICAL,
            "body": Sensitivity.MATTER,
            "purpose": Sensitivity.TECHNICAL,
            "about": Sensitivity.TECHNICAL,
            "once_key": Sensitivity.TECHNICAL,
            "unsubscribe_url": Sensitivity.TECHNICAL,
            "created_at": Sensitivity.TECHNICAL,
            "not_before": Sensitivity.TECHNICAL,
            "expires_at": Sensitivity.TECHNICAL,
            "attempts": Sensitivity.TECHNICAL,
            "sent_at": Sensitivity.TECHNICAL,
            "cancelled_at": Sensitivity.TECHNICAL,
            "failed_at": Sensitivity.TECHNICAL,
            "fault": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose}"


class TryCount(models.Model):
    """How often something was tried in one window of time, by a keyed hash of who tried."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=40)
    key_hash = models.CharField(max_length=64)
    window_starts_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "key_hash", "window_starts_at"],
                name="tries_are_counted_once_in_a_window",
            )
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "name": Sensitivity.TECHNICAL,
            "key_hash": Sensitivity.TECHNICAL,
            "window_starts_at": Sensitivity.TECHNICAL,
            "count": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.name} {self.count}"
