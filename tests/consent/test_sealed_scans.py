"""Scans lie encrypted: the table opens none, a new key seals them again, a lost one says so."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from knotenpunkt.network.models import Account
from knotenpunkt.people.actions import Signature, give_consent, seal_scans
from knotenpunkt.people.models import Consent, Person
from tests.consent.conftest import EXPLAINED, terms

SHEET = b"%PDF-1.7 signed by Olena"


def in_the_table() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT scan FROM people_consent WHERE scan IS NOT NULL")
        return bytes(cursor.fetchone()[0])


def write_into_the_table(content: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_consent SET scan = %s WHERE scan IS NOT NULL", [content])


@pytest.fixture
def sheet(person: Person, counsellor: Account, other_authority: Account) -> Consent:
    return give_consent(
        subject=person, terms=terms(other_authority.staff_member), explanation=EXPLAINED,
        signature=Signature(how="paper", scan=SHEET), by=counsellor,
    )  # fmt: skip


def opened(sheet: Consent) -> bytes:
    return bytes(Consent.objects.get(pk=sheet.pk).scan or b"")


def test_the_table_holds_no_sheet_and_the_product_gives_it_back(sheet: Consent) -> None:
    assert SHEET not in in_the_table()
    assert b"Olena" not in in_the_table()
    assert opened(sheet) == SHEET


def test_a_new_key_seals_again_and_the_old_one_can_go(sheet: Consent, settings: Any) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.SCAN_KEYS = [old]
    seal_scans()
    settings.SCAN_KEYS = [new, old]
    before = opened(sheet)

    assert seal_scans() == 1
    settings.SCAN_KEYS, settings.SECRET_KEY = [new], "another secret " * 5

    assert (before, opened(sheet)) == (SHEET, SHEET)


def test_a_lost_key_is_named_with_its_cure(sheet: Consent, settings: Any) -> None:
    settings.SECRET_KEY = "another secret " * 5

    with pytest.raises(ImproperlyConfigured, match="SCAN_KEYS"):
        opened(sheet)


def test_what_was_kept_before_there_were_keys_is_read_and_sealed(sheet: Consent) -> None:
    write_into_the_table(SHEET)

    before = opened(sheet)
    seal_scans()

    assert (before, opened(sheet)) == (SHEET, SHEET)
    assert SHEET not in in_the_table()
