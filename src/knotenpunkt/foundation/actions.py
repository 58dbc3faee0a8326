"""Writes of the foundation: the audit trail and the outbox."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import models

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.models import AuditEntry, IdempotencyRecord, OutboxMessage


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
        account=by if by is not None and by.pk else None,
        changed_fields=list(changed_fields),
    )


def put_in_outbox(
    *,
    channel: str,
    recipient: str,
    language: str,
    body: str,
    once_key: str,
    subject: str = "",
    about: models.Model | None = None,
    send_after: dt.datetime | None = None,
) -> None:
    """Queue a message once; a second call with the same `once_key` changes nothing."""
    now = clock.now()
    values: dict[str, Any] = {
        "channel": channel,
        "recipient": recipient,
        "language": language,
        "subject": subject,
        "body": body,
        "about_kind": about._meta.label if about else "",
        "about_id": str(about.pk) if about else "",
        "send_after": send_after or now,
        "created_at": now,
    }
    OutboxMessage.objects.get_or_create(once_key=once_key, defaults=values)


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
