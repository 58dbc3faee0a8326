"""A table of more rows than a page can wait for: kept, asked for, imported whole or not at all."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from knotenpunkt.directory.actions import tables as actions
from knotenpunkt.directory.actions.tables import MOST_TRIES, ask_import, carry_out, keep_table
from knotenpunkt.directory.enums import TableStatus
from knotenpunkt.directory.errors import NotTheOwner
from knotenpunkt.directory.models import Service, TableImport
from knotenpunkt.directory.spreadsheet.columns import template_csv
from knotenpunkt.directory.spreadsheet.reading import Table, read_table
from knotenpunkt.directory.tasks import import_asked_tables
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account, Network
from knotenpunkt.web.desk.directory.import_views import MANY_ROWS
from tests.conftest import BOOKING_DAY

LONG = MANY_ROWS + 50
Sign = Callable[[str], Account]


def long_csv(rows: int = LONG) -> bytes:
    header, first = list(csv.reader(io.StringIO(template_csv().lstrip("\ufeff")), delimiter=";"))[
        :2
    ]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(header)
    for number in range(rows):
        writer.writerow([f"Beratung {number}", *first[1:]])
    return text.getvalue().encode()


def short_table(rows: int) -> Table:
    return read_table("a.csv", long_csv(rows))


@pytest.fixture
def clerk(account: Sign) -> Account:
    return account("st-jc05")


@pytest.fixture
def asked(clerk: Account) -> TableImport:
    """A table of three rows that waits for its import."""
    house = clerk.staff_member.organization
    kept = keep_table(organization=house, table=short_table(3), by=clerk)
    ask_import(kept=kept, by=clerk)
    kept.refresh_from_db()
    return kept


def invented() -> int:
    return Service.objects.filter(name__de__startswith="Beratung ").count()


def test_a_long_table_is_imported_beside_the_pages(owner: Client, partner: Client) -> None:
    file = SimpleUploadedFile("angebote.csv", long_csv())
    shown = owner.post(reverse("desk:directory_import"), {"file": file})
    address = reverse("desk:directory_import_progress", args=[shown.context["kept"].pk])

    confirmed = [owner.post(address).status_code for _ in range(2)]
    waiting = owner.get(address)
    listed = owner.get(reverse("desk:directory_import"))
    before = invented()
    done = [import_asked_tables(timestamp=0), import_asked_tables(timestamp=0)]
    after = owner.get(address)

    assert shown.status_code == 200
    assert "signed" not in shown.context
    assert confirmed == [302, 302]
    assert waiting.context["asked"].status == TableStatus.WAITING
    assert f'<progress id="progress" max="{LONG}" value="0">' in waiting.content.decode()
    assert address in listed.content.decode()
    assert (before, done, invented()) == (0, [1, 0], LONG)
    assert after.context["asked"].status == TableStatus.DONE
    assert (after.context["asked"].created, after.context["asked"].table) == (LONG, {})
    assert partner.get(address).status_code == 404


def test_what_breaks_in_the_middle_leaves_nothing_and_begins_anew(
    asked: TableImport, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_rows = actions.import_rows

    def killed(**said: object) -> None:
        import_rows(**said)  # type: ignore[arg-type]
        raise ConnectionError

    monkeypatch.setattr(actions, "import_rows", killed)
    with pytest.raises(ConnectionError):
        carry_out(asked=asked)
    halfway = invented()
    asked.refresh_from_db()
    status, tries = asked.status, asked.tries
    monkeypatch.undo()
    import_asked_tables(timestamp=0)

    asked.refresh_from_db()
    assert (halfway, status, tries) == (0, TableStatus.WAITING, 1)
    assert (asked.status, invented()) == (TableStatus.DONE, 3)


def test_a_table_that_fails_for_ever_is_refused(asked: TableImport, owner: Client) -> None:
    TableImport.objects.update(tries=MOST_TRIES)

    import_asked_tables(timestamp=0)

    asked.refresh_from_db()
    page = owner.get(reverse("desk:directory_import_progress", args=[asked.pk]))
    assert (asked.status, asked.table, invented()) == (TableStatus.REFUSED, {}, 0)
    assert "Nothing was imported" in page.content.decode()


def test_who_has_left_meanwhile_imports_nothing(asked: TableImport, clerk: Account) -> None:
    member = clerk.staff_member
    member.left_on = clock.today()
    member.save(update_fields=["left_on"])

    import_asked_tables(timestamp=0)

    asked.refresh_from_db()
    assert (asked.status, invented()) == (TableStatus.REFUSED, 0)


def test_a_table_that_is_wrong_today_is_refused_with_its_faults(asked: TableImport) -> None:
    asked.table["rows"][1][1][13] = "no mail address"
    asked.save(update_fields=["table"])

    import_asked_tables(timestamp=0)

    asked.refresh_from_db()
    assert (asked.status, invented(), len(asked.faults)) == (TableStatus.REFUSED, 0, 1)
    assert asked.faults[0].startswith("3, E-Mail")


def test_only_who_may_edit_keeps_and_asks(asked: TableImport, account: Sign) -> None:
    stranger = account("st-ki03")

    for attempt in (
        lambda: keep_table(organization=asked.organization, table=short_table(1), by=stranger),
        lambda: ask_import(kept=asked, by=stranger),
    ):
        with pytest.raises(NotTheOwner):
            attempt()


def test_what_nobody_asked_for_is_forgotten(clerk: Account) -> None:
    house = clerk.staff_member.organization
    kept = keep_table(organization=house, table=short_table(1), by=clerk)

    import_asked_tables(timestamp=0)
    is_there = TableImport.objects.filter(pk=kept.pk).exists()
    with time_machine.travel(clock.now() + dt.timedelta(hours=2)):
        import_asked_tables(timestamp=0)

    assert is_there
    assert not TableImport.objects.filter(pk=kept.pk).exists()


@pytest.fixture
def committing_clerk(loaded_network: Network, django_db_blocker: Any) -> Iterator[Account]:
    """Someone whose work is committed, and taken away again."""
    with django_db_blocker.unblock(), time_machine.travel(BOOKING_DAY):
        before = set(Service.objects.values_list("pk", flat=True))
        yield Account.objects.select_related("staff_member__organization").get(
            staff_member__code="st-jc05"
        )
        Service.objects.exclude(pk__in=before).delete()
        TableImport.objects.all().delete()


@pytest.mark.race
def test_others_see_how_far_it_is_before_it_ends(committing_clerk: Account) -> None:
    clerk = committing_clerk
    house = clerk.staff_member.organization
    kept = keep_table(organization=house, table=short_table(450), by=clerk)
    ask_import(kept=kept, by=clerk)
    seen: list[tuple[int, int]] = []
    params = connection.get_connection_params()

    def look(pk: UUID) -> None:
        with connection.get_new_connection(params) as other:
            row = other.execute(
                "SELECT done, (SELECT count(*) FROM directory_service WHERE name->>'de' LIKE %s)"
                " FROM directory_tableimport WHERE id = %s", ["Beratung %", pk]
            ).fetchone()  # fmt: skip
            seen.append(row)

    kept.refresh_from_db()
    progress_of = actions._progress_of

    def watched(asked: TableImport):  # type: ignore[no-untyped-def]
        @actions.contextmanager
        def inner():  # type: ignore[no-untyped-def]
            with progress_of(asked) as note:
                yield lambda done: (note(done), look(asked.pk))

        return inner()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions, "_progress_of", watched)
        carry_out(asked=kept)

    assert [done for done, _ in seen] == [200, 400, 450]
    assert {services for _, services in seen} == {0}
    assert invented() == 450
