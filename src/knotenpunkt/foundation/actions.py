"""Writes of the foundation: the audit trail, and answers kept for a retry."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import models

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.models import AuditEntry, IdempotencyRecord


def record(
    action: str,
    subject: models.Model,
    *,
    by: AbstractBaseUser | None,
    changed_fields: Sequence[str] = (),
) -> AuditEntry:
    """Note that this account did this to this row, inside the caller's transaction."""
    return AuditEntry.objects.create(
        at=clock.now(),
        action=action,
        subject_kind=subject._meta.label,
        subject_id=str(subject.pk),
        account_id=by.pk if by else None,
        changed_fields=list(changed_fields),
    )


def keep_answer(
    *, scope: str, key: str, request: str, status_code: int, body: dict[str, Any]
) -> None:
    """Keep the answer that was given for an idempotency key, in the caller's transaction."""
    IdempotencyRecord.objects.create(
        scope=scope,
        key=key,
        fingerprint=request,
        status_code=status_code,
        answer=json.dumps(body),
        created_at=clock.now(),
    )
