"""A throw-away PostgreSQL for the tests, with the two roles of production.

Loaded before everything else, so that the settings find the database. The server comes from
Debian or from the wheel: `KNOTENPUNKT_TEST_POSTGRES=debian|wheel`. If there is none, the tests
stop here and say what to install.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from knotenpunkt.foundation.databases import prepare_database
from knotenpunkt.foundation.postgres import APP, OWNER, Server, running_server

NAME = "knotenpunkt_test"
_stack = contextlib.ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    if os.environ.get("DATABASE_URL_OF_TESTS"):
        return
    folder = Path(_stack.enter_context(tempfile.TemporaryDirectory(prefix="knotenpunkt-test-")))
    folder.chmod(0o755)
    kind = os.environ.get("KNOTENPUNKT_TEST_POSTGRES")
    server = _stack.enter_context(running_server(folder / "data", kind=kind, for_tests=True))
    (folder / "static").mkdir()
    os.environ |= {
        "DEMO": "true",
        "DATABASE_CONNECTION_SECONDS": "0",
        "DJANGO_SETTINGS_MODULE": "knotenpunkt.config.settings",
        "STATIC_ROOT": str(folder / "static"),
    }
    _migrate(server)
    os.environ["DATABASE_URL"] = server.url(NAME, APP)
    os.environ["SUPERUSER_DATABASE_URL"] = server.url(NAME, "postgres")


def _migrate(server: Server) -> None:
    prepare_database(server, NAME)
    with psycopg.connect(server.url(NAME, OWNER), autocommit=True) as connection:
        connection.execute(f"ALTER DEFAULT PRIVILEGES GRANT TRUNCATE ON TABLES TO {APP}")
    environment = {**os.environ, "DATABASE_URL": server.url(NAME, OWNER)}
    command = [sys.executable, "-m", "django", "migrate", "-v0"]
    subprocess.run(command, env=environment, check=True)


def pytest_unconfigure() -> None:
    _stack.close()
