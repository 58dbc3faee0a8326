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
