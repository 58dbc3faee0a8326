"""Rows of several tables in one statement, and a row that is locked and read in one."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from knotenpunkt.foundation.actions import Select, audit_entry, insert_together, record
from knotenpunkt.foundation.models import AuditEntry, IdempotencyRecord
from knotenpunkt.foundation.prepared import lock_row
from knotenpunkt.network.models import Network, Organization

NOW = dt.datetime(2027, 2, 22, 8, tzinfo=dt.UTC)


def an_answer(key: str) -> IdempotencyRecord:
    return IdempotencyRecord(
        scope="test", key=key, fingerprint="f", status_code=200, answer='{"ä": "\'"}',
        created_at=NOW,
    )  # fmt: skip


def test_rows_of_two_tables_are_written_by_one_statement_as_they_are(network: Network) -> None:
    entries = [
        audit_entry("test.done", network, by=None, changed_fields=["name", "it's"]),
        audit_entry("test.done", network, by=None),
    ]

    with CaptureQueriesContext(connection) as queries:
        insert_together(entries, [], [an_answer("1")])

    assert len(queries) == 1
    for entry in entries:
        written = AuditEntry.objects.get(pk=entry.pk)
        assert {f.attname: getattr(written, f.attname) for f in AuditEntry._meta.fields} == {
            f.attname: getattr(entry, f.attname) for f in AuditEntry._meta.fields
        }
    assert IdempotencyRecord.objects.get(key="1").answer == '{"ä": "\'"}'


def test_what_is_asked_with_the_rows_is_answered_in_the_same_statement(network: Network) -> None:
    asked = Select("SELECT %s::text, 1", ["it's"])

    with CaptureQueriesContext(connection) as queries:
        assert insert_together([an_answer("1")], then=asked) == ("it's", 1)
        assert insert_together([], then=asked) == ("it's", 1)

    assert len(queries) == 2
    assert IdempotencyRecord.objects.filter(key="1").exists()


def test_all_rows_are_written_or_none(network: Network) -> None:
    entry = audit_entry("test.once", network, by=None)
    insert_together([an_answer("1")])

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_together([entry], [an_answer("1")])

    assert not AuditEntry.objects.filter(action="test.once").exists()


def test_a_row_written_together_is_changed_and_not_written_again(network: Network) -> None:
    entry = record("test.done", network, by=None)

    entry.action = "test.changed"
    entry.save()

    assert AuditEntry.objects.get(pk=entry.pk).action == "test.changed"


def test_a_locked_row_is_what_a_plain_look_reads(network: Network) -> None:
    plain = Organization.objects.filter(network=network).first()
    assert plain is not None

    locked = lock_row(Organization, plain.pk)

    names = [field.attname for field in Organization._meta.concrete_fields]
    assert [getattr(locked, it) for it in names] == [getattr(plain, it) for it in names]


def test_what_is_not_there_cannot_be_locked(network: Network) -> None:
    with pytest.raises(Organization.DoesNotExist):
        lock_row(Organization, uuid4())
