from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

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


class OutboxMessage(models.Model):
    """A message that leaves only after the transaction that caused it (never from inside it)."""

    class Channel(models.TextChoices):
        EMAIL = "email"
        SMS = "sms"

    class Status(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    recipient = models.CharField(max_length=254)
    language = models.CharField(max_length=8, default="de")
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    about_kind = models.CharField(max_length=80, blank=True)
    about_id = models.CharField(max_length=64, blank=True)
    once_key = models.CharField(max_length=200, unique=True)
    send_after = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["send_after"], condition=models.Q(status="waiting"), name="outbox_waiting"
            ),
            models.Index(fields=["about_kind", "about_id"]),
        ]

    class Privacy:
        fields = {
            "id": Sensitivity.TECHNICAL,
            "channel": Sensitivity.TECHNICAL,
            "recipient": Sensitivity.CONTACT,
            "language": Sensitivity.CONTACT,
            "subject": Sensitivity.TECHNICAL,
            "body": Sensitivity.MATTER,
            "about_kind": Sensitivity.TECHNICAL,
            "about_id": Sensitivity.TECHNICAL,
            "once_key": Sensitivity.TECHNICAL,
            "send_after": Sensitivity.TECHNICAL,
            "status": Sensitivity.TECHNICAL,
            "attempts": Sensitivity.TECHNICAL,
            "sent_at": Sensitivity.TECHNICAL,
            "created_at": Sensitivity.TECHNICAL,
        }

    def __str__(self) -> str:
        return f"{self.channel} {self.status}"


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
