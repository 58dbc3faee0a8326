"""Writes of the foundation: the audit trail, answers kept for a retry, messages that leave."""

from __future__ import annotations

import datetime as dt
import functools
import json
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, models, transaction
from django.db.models import Q

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.channels import deliver
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.foundation.models import AuditEntry, IdempotencyRecord, OutboxMessage, TryCount
from knotenpunkt.foundation.prepared import prepared_cursor
from knotenpunkt.foundation.signals import address_refused

# Minutes until the next attempt after one that failed; after the last the message has failed.
RETRY_AFTER_MINUTES = (1, 5, 30, 120)


def record(
    action: str,
    subject: models.Model,
    *,
    by: AbstractBaseUser | None,
    changed_fields: Sequence[str] = (),
) -> AuditEntry:
    """Note that this account did this to this row, inside the caller's transaction."""
    entry = audit_entry(action, subject, by=by, changed_fields=changed_fields)
    insert_together([entry])
    return entry


def audit_entry(
    action: str,
    subject: models.Model,
    *,
    by: AbstractBaseUser | None,
    changed_fields: Sequence[str] = (),
) -> AuditEntry:
    """Return what `record` writes, for a caller that inserts it together with other rows."""
    return AuditEntry(
        at=clock.now(),
        action=action,
        subject_kind=subject._meta.label,
        subject_id=str(subject.pk),
        account_id=by.pk if by else None,
        changed_fields=list(changed_fields),
    )


@dataclass(frozen=True)
class Select:
    """A `SELECT` of one row with its parameters, asked in the statement that inserts rows."""

    select: str
    values: Sequence[Any] = ()


def insert_together(*batches: Sequence[models.Model], then: Select | None = None) -> Any:
    """Insert rows of several tables, a batch each, in one statement, all of them or none.

    For the paths where each round trip counts. Values travel as JSON, so fields must be of types
    that PostgreSQL reads from text. No signals are sent; keys that the database gives are not set.
    Returns the row that answers `then`, which must not ask about the rows.
    """
    given = [batch for batch in batches if batch]
    if not given and not then:
        return None
    rows = [json.dumps([_values(row) for row in batch], default=str) for batch in given]
    tables = tuple(type(batch[0]) for batch in given)
    with prepared_cursor() as cursor:
        cursor.execute(
            _insert_of(tables, then.select if then else ""), [*rows, *(then.values if then else ())]
        )
        answer = cursor.fetchone() if then else None
    for row in (row for batch in given for row in batch):
        row._state.adding, row._state.db = False, "default"
    return answer


def _values(row: models.Model) -> dict[str, Any]:
    return {str(field.column): getattr(row, field.attname) for field in _columns(type(row))}


@functools.cache
def _columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    fields = model._meta.local_concrete_fields
    return [field for field in fields if not isinstance(field, models.AutoField)]


@functools.cache
def _insert_of(tables: tuple[type[models.Model], ...], select: str) -> str:
    """Return the statement for these tables; its names are those of models, never input."""
    inserts = []
    for model in tables:
        table = connection.ops.quote_name(model._meta.db_table)
        names = ", ".join(connection.ops.quote_name(str(field.column)) for field in _columns(model))
        rows = f"json_populate_recordset(NULL::{table}, %s)"
        inserts.append(f"INSERT INTO {table} ({names}) SELECT {names} FROM {rows}")  # noqa: S608
    *first, last = [*inserts, select] if select else inserts
    parts = ", ".join(f"part_{number} AS ({insert})" for number, insert in enumerate(first))
    return f"WITH {parts} {last}" if parts else last


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


@dataclass(frozen=True)
class Message:
    """What is to be said to whom. `purpose` is a stable word such as `visit.receipt`."""

    channel: Channel
    recipient: str
    language: str
    body: str
    purpose: str
    subject: str = ""
    about: UUID | None = None
    unsubscribe_url: str = ""
    not_before: dt.datetime | None = None
    expires_at: dt.datetime | None = None


def queue_message(message: Message, *, once_key: str | None = None) -> OutboxMessage:
    """Put a message into the outbox, inside the caller's transaction; it leaves after the commit.

    With `once_key` the same message is queued once, however often this is called. The key is a
    stable name made of ids: `reminder/<visit>/2027-03-01`.
    """
    now = clock.now()
    fields = {**vars(message), "not_before": message.not_before or now, "created_at": now}
    if once_key is None:
        return OutboxMessage.objects.create(**fields)
    found, _is_new = OutboxMessage.objects.get_or_create(once_key=once_key, defaults=fields)
    return found


def cancel_messages(*, about: UUID, purposes: Sequence[str] = ()) -> int:
    """Stop what has not left yet about this visit, grant or referral; returns how many."""
    waiting = OutboxMessage.objects.filter(
        about=about, sent_at=None, cancelled_at=None, failed_at=None
    )
    if purposes:
        waiting = waiting.filter(purpose__in=purposes)
    return waiting.update(cancelled_at=clock.now())


def send_due_messages(*, limit: int = 100) -> int:
    """Send what is due, each message in a transaction of its own; returns how many left.

    A message is locked while it is sent, so that two workers never send it both, and a
    cancellation waits. A worker killed between the carrier's answer and the commit sends it
    again: a repetition with the same Message-ID is better than silence.
    """
    now = clock.now()
    due = Q(not_before__lte=now) & (Q(expires_at=None) | Q(expires_at__gt=now))
    open_ones = OutboxMessage.objects.filter(sent_at=None, cancelled_at=None, failed_at=None)
    ids = list(open_ones.filter(due).order_by("not_before").values_list("pk", flat=True)[:limit])
    sent = 0
    for message_id in ids:
        with transaction.atomic():
            locked = open_ones.select_for_update(skip_locked=True).filter(pk=message_id).first()
            if locked is not None:
                sent += _attempt(locked)
    return sent


def _attempt(message: OutboxMessage) -> bool:
    """Try once; note that it left, or when to try again."""
    now = clock.now()
    is_refused = False
    message.attempts += 1
    try:
        deliver(message)
        message.sent_at, message.fault = now, ""
    except Exception as error:
        message.fault = type(error).__name__
        is_refused = _says_there_is_no_such_address(error)
        if is_refused or message.attempts > len(RETRY_AFTER_MINUTES):
            message.failed_at = now
        else:
            wait = dt.timedelta(minutes=RETRY_AFTER_MINUTES[message.attempts - 1])
            message.not_before = now + wait
    message.save(update_fields=["attempts", "sent_at", "failed_at", "not_before", "fault"])
    if is_refused:
        address_refused.send(OutboxMessage, message=message)
    return message.sent_at is not None


def _says_there_is_no_such_address(error: Exception) -> bool:
    """Return whether the server has refused the address for good (5xx, RFC 5321, 4.2.1)."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(500 <= code < 600 for code, _text in error.recipients.values())


def count_try(*, name: str, key_hash: str, window_starts_at: dt.datetime) -> int:
    """Count one more try in this window and return how many there are, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO foundation_trycount (name, key_hash, window_starts_at, count)
            VALUES (%s, %s, %s, 1)
            ON CONFLICT (name, key_hash, window_starts_at)
            DO UPDATE SET count = foundation_trycount.count + 1
            RETURNING count
            """,
            [name, key_hash, window_starts_at],
        )
        return int(cursor.fetchone()[0])


def forget_old_tries(*, before: dt.datetime) -> int:
    """Delete what was counted in windows that began before this moment; return how many rows."""
    return TryCount.objects.filter(window_starts_at__lt=before).delete()[0]
