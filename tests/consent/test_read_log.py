"""The read log: written before the answer, sealed by the database, and a forgery is found."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from knotenpunkt.foundation.scope import viewer_scope
from knotenpunkt.network.models import Account
from knotenpunkt.people.actions import log_read, open_shared_items
from knotenpunkt.people.models import Consent, Item, Person, ReadEntry, ReadSeal
from knotenpunkt.people.read_chain import (
    ChainFault,
    check_read_log,
    differs_from_anchor,
    faults_of,
    heads,
)
from knotenpunkt.web.scope import viewer_of


@pytest.fixture
def sealed(person: Person, counsellor: Account) -> list[ReadEntry]:
    """Four reads, sealed as at a commit."""
    for what in ("list", "page", "form", "sharing"):
        log_read(persons=[person], by=counsellor, what=what)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS people_read_is_sealed IMMEDIATE")
    return list(ReadEntry.objects.order_by("pk"))


def chain() -> tuple[list[ReadSeal], dict[int, ReadEntry]]:
    return list(ReadSeal.objects.order_by("month", "position")), ReadEntry.objects.in_bulk()


def test_an_untouched_log_is_whole(sealed: list[ReadEntry]) -> None:
    assert check_read_log() == []
    assert [it.position for it in ReadSeal.objects.all()] == [1, 2, 3, 4]
    assert differs_from_anchor(heads()) == []


FORGERIES: list[tuple[str, Any]] = [
    ("at", dt.datetime(2027, 2, 1, tzinfo=dt.UTC)),
    ("account_id", None),
    ("organization_id", None),
    ("what", "slip"),
    ("basis", "consent"),
    ("purpose", "work"),
]


@pytest.mark.parametrize(("field", "value"), FORGERIES)
def test_a_changed_entry_is_found(field: str, value: Any, sealed: list[ReadEntry]) -> None:
    seals, entries = chain()
    setattr(entries[sealed[1].pk], field, value)

    assert faults_of(seals, entries) == [ChainFault("changed", sealed[1].pk)]


def test_a_deleted_entry_is_found_unless_it_was_erased_by_law(sealed: list[ReadEntry]) -> None:
    ReadEntry.objects.filter(pk=sealed[2].pk).delete()

    assert check_read_log() == [ChainFault("missing", sealed[2].pk)]
    ReadSeal.objects.filter(entry_id=sealed[2].pk).update(erased_at=dt.datetime.now(dt.UTC))
    assert check_read_log() == []


def test_a_chain_written_anew_is_found_by_its_links_or_by_the_anchor(
    sealed: list[ReadEntry],
) -> None:
    anchor = heads()
    seals, entries = chain()
    shortened = [copy.copy(it) for it in seals if it.entry_id != sealed[1].pk]
    del entries[sealed[1].pk]

    assert [it.kind for it in faults_of(shortened, entries)] == ["relinked"]
    assert differs_from_anchor({**anchor, "2027-02/4": "0" * 64}) == ["2027-02/4"]


def test_nobody_rewrites_entries_or_seals(sealed: list[ReadEntry], counsellor: Account) -> None:
    assert ReadEntry.objects.update(what="nothing") == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        ReadSeal.objects.update(hash="0" * 64)
    with viewer_scope(viewer_of(counsellor)):
        assert ReadEntry.objects.all().delete()[0] == 0
        with pytest.raises(IntegrityError), transaction.atomic():
            ReadSeal.objects.all().delete()


def test_a_shared_item_is_logged_with_grant_and_purpose(
    items: dict[str, Item], share: Callable[..., Consent], other_authority: Account, person: Person
) -> None:
    grant = share(other_authority.staff_member).grants.get()

    seen = open_shared_items(person=person, by=other_authority)

    logged = ReadEntry.objects.filter(person=person, what="shared item")
    assert {it.item_id for it in logged} == {it.pk for it in seen}
    assert {(it.account_id, it.grant_id, it.basis, it.purpose) for it in logged} == {
        (other_authority.pk, grant.pk, "consent", "work")
    }


def test_no_entry_no_answer(
    items: dict[str, Item], share: Callable[..., Consent], other_authority: Account,
    person: Person, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    share(other_authority.staff_member)

    def fail(*_args: object, **_kwargs: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(ReadEntry.objects, "bulk_create", fail)
    with pytest.raises(IntegrityError):
        open_shared_items(person=person, by=other_authority)
