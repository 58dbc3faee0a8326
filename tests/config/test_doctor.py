"""The doctor names what is wrong, and how to mend it."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest

from knotenpunkt.config.doctor import examine


def ills() -> dict[str, str]:
    return {finding.what: finding.cure for finding in examine() if not finding.is_well}


def test_a_good_installation_has_no_ills(network: object) -> None:
    assert ills() == {}


def test_a_database_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")

    assert "cannot connect" in ills()["database of DATABASE_URL"]


def test_a_role_that_may_too_much(network: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", os.environ["SUPERUSER_DATABASE_URL"])

    assert "without SUPERUSER" in ills()["rights of the database role"]


def test_a_database_without_extensions_and_tables(
    network: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = os.environ["SUPERUSER_DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS empty_one")
        connection.execute("CREATE DATABASE empty_one")
    monkeypatch.setenv("DATABASE_URL", url.rsplit("/", 1)[0] + "/empty_one")

    found = ills()

    assert found["extension btree_gist"].endswith("CREATE EXTENSION btree_gist")
    assert found["migrations"] == "python manage.py migrate"


def test_no_binaries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setattr("knotenpunkt.foundation.postgres.DEBIAN", Path("/nowhere"))
    monkeypatch.setattr("knotenpunkt.foundation.postgres._wheel_binaries", lambda: None)

    assert "apt install postgresql" in ills()["PostgreSQL binaries"]
