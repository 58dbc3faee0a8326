"""Long tables: kept when in order, asked for, imported beside the pages, all or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import F

from knotenpunkt.directory.actions.spreadsheet import import_rows
from knotenpunkt.directory.enums import TableStatus
from knotenpunkt.directory.errors import BadImport, NotTheOwner
from knotenpunkt.directory.models import TableImport
from knotenpunkt.directory.rights import may_edit
from knotenpunkt.directory.spreadsheet.columns import parsed
from knotenpunkt.directory.spreadsheet.reading import Table
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account, Organization

MOST_TRIES = 3  # a table that fails so often would fail for ever
KEPT = dt.timedelta(hours=1)  # what was checked and then not asked for
MOST_FAULTS = 100
PROGRESS = "UPDATE directory_tableimport SET done = %s WHERE id = %s"


@transaction.atomic
def keep_table(*, organization: Organization, table: Table, by: Account) -> TableImport:
    """Keep a checked table until somebody asks for its import. Raises `NotTheOwner`."""
    if not may_edit(by, organization):
        raise NotTheOwner
    return TableImport.objects.create(
        organization=organization,
        asked_by=by,
        checked_at=clock.now(),
        table={"header": table.header, "rows": [[number, line] for number, line in table.rows]},
        rows=len(table.rows),
    )


@transaction.atomic
def ask_import(*, kept: TableImport, by: Account) -> None:
    """Let the table be imported within minutes. Harmless when repeated. Raises `NotTheOwner`."""
    if not may_edit(by, kept.organization):
        raise NotTheOwner
    found = TableImport.objects.filter(pk=kept.pk, status=TableStatus.CHECKED)
    if found.update(status=TableStatus.WAITING, asked_by=by):
        record("directory.import_asked", kept, by=by)


def drop_old_tables() -> int:
    """Forget checked tables that nobody asked for within an hour. Returns how many."""
    oldest = clock.now() - KEPT
    old = TableImport.objects.filter(status=TableStatus.CHECKED, checked_at__lt=oldest)
    return old.delete()[0]


def carry_out(*, asked: TableImport) -> None:
    """Import the whole table in one transaction, or refuse it and say why.

    If the process is killed nothing is imported, and the next run begins anew; after three tries
    the table is refused.
    """
    if asked.tries >= MOST_TRIES or asked.asked_by is None:
        _refuse(asked, [])
        return
    TableImport.objects.filter(pk=asked.pk).update(tries=F("tries") + 1, done=0)
    numbered = [(number, line) for number, line in asked.table["rows"]]
    rows, faults = parsed(Table(asked.table["header"], numbered))
    if faults:
        _refuse(asked, [f"{it.row}, {it.column}: {it.message}" for it in faults])
        return
    try:
        with _progress_of(asked) as tell, transaction.atomic():
            report = import_rows(
                organization=asked.organization, rows=rows, by=asked.asked_by, progress=tell
            )
            TableImport.objects.filter(pk=asked.pk).update(
                status=TableStatus.DONE,
                table={},
                done=asked.rows,
                created=report.created["services"],
                updated=report.updated["services"],
                ended_at=clock.now(),
            )
    except BadImport as error:
        _refuse(asked, [str(it) for it in error.findings])
    except NotTheOwner:
        _refuse(asked, [])


def _refuse(asked: TableImport, faults: list[str]) -> None:
    TableImport.objects.filter(pk=asked.pk, status=TableStatus.WAITING).update(
        status=TableStatus.REFUSED, table={}, faults=faults[:MOST_FAULTS], ended_at=clock.now()
    )


@contextmanager
def _progress_of(asked: TableImport) -> Iterator[Callable[[int], None]]:
    """A call that notes how far the import is, on a connection of its own: others see it now."""
    beside = connection.get_new_connection(connection.get_connection_params())
    beside.autocommit = True
    try:
        yield lambda done: beside.execute(PROGRESS, [done, asked.pk])
    finally:
        beside.close()
