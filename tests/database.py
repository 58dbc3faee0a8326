"""A throw-away PostgreSQL for the tests, with the two roles of production.

Loaded before everything else, so that the settings find the database. The server comes from
Debian or from the wheel: `KNOTENPUNKT_TEST_POSTGRES=debian|wheel`. If there is none, the tests
stop here and say what to install. Migrating takes longer than most tests, so a migrated server is
kept and copied until a migration or a library changes.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from knotenpunkt.foundation.databases import prepare_database
from knotenpunkt.foundation.postgres import APP, OWNER, Server, find_binaries, running_server

NAME = "knotenpunkt_test"
ROOT = Path(__file__).resolve().parent.parent
KEPT = 12  # migrated servers, one for each state of a tree
_stack = contextlib.ExitStack()


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    if os.environ.get("DATABASE_URL_OF_TESTS"):
        return
    folder = Path(_stack.enter_context(tempfile.TemporaryDirectory(prefix="knotenpunkt-test-")))
    folder.chmod(0o755)
    kind = os.environ.get("KNOTENPUNKT_TEST_POSTGRES")
    (folder / "static").mkdir()
    os.environ |= {
        "DEMO": "true",
        "DATABASE_CONNECTION_SECONDS": "0",
        "DJANGO_SETTINGS_MODULE": "knotenpunkt.config.settings",
        "STATIC_ROOT": str(folder / "static"),
    }
    _copy(_migrated(kind), folder / "data")
    server = _stack.enter_context(running_server(folder / "data", kind=kind, for_tests=True))
    os.environ["DATABASE_URL"] = server.url(NAME, APP)
    os.environ["SUPERUSER_DATABASE_URL"] = server.url(NAME, "postgres")


def _migrated(kind: str | None) -> Path:
    """Return the folder of a stopped server with every migration of this tree applied."""
    kept = Path(tempfile.gettempdir()) / f"knotenpunkt-test-servers-{os.getuid()}"
    kept.mkdir(mode=0o755, exist_ok=True)
    found = kept / _state_of_the_tree(kind)
    if not found.exists():
        older = sorted(kept.glob("*/"), key=lambda path: path.stat().st_mtime)
        for path in older[: max(0, len(older) - KEPT + 1)]:
            shutil.rmtree(path, ignore_errors=True)
        fresh = Path(tempfile.mkdtemp(dir=kept, prefix="new-"))
        fresh.chmod(0o755)
        with running_server(fresh / "data", kind=kind, for_tests=True) as server:
            _migrate(server)
        with contextlib.suppress(OSError):  # someone else was as fast
            fresh.rename(found)
    return found / "data"


def _state_of_the_tree(kind: str | None) -> str:
    digest = hashlib.sha256(str(find_binaries(kind)).encode())
    package = ROOT / "src" / "knotenpunkt"
    migrations = sorted(package.glob("*/migrations/*.py"))
    for path in (
        *migrations,
        *sorted((package / "foundation").glob("*.py")),
        package / "config" / "settings.py",
        ROOT / "requirements" / "dev.txt",
        Path(__file__),
    ):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:24]


def _copy(source: Path, target: Path) -> None:
    # Owner and rights must stay: the server refuses a folder that is not its own.
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)
    source.parent.touch()


def _migrate(server: Server) -> None:
    prepare_database(server, NAME)
    with psycopg.connect(server.url(NAME, OWNER), autocommit=True) as connection:
        connection.execute(f"ALTER DEFAULT PRIVILEGES GRANT TRUNCATE ON TABLES TO {APP}")
    environment = {**os.environ, "DATABASE_URL": server.url(NAME, OWNER)}
    command = [sys.executable, "-m", "django", "migrate", "-v0"]
    subprocess.run(command, env=environment, check=True)


def pytest_unconfigure() -> None:
    _stack.close()
