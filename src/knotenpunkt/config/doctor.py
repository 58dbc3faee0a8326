"""What can be wrong with an installation, and the cure for each."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from knotenpunkt.foundation.postgres import EXTENSIONS, NoPostgres, find_binaries

LEAST_DISK = 500_000_000


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `cure` is empty when it is well."""

    what: str
    cure: str = ""

    @property
    def is_well(self) -> bool:
        return not self.cure


def examine() -> list[Finding]:
    """Look at everything; never raises, never changes anything."""
    looks: tuple[Callable[[], Iterator[Finding]], ...] = (
        _python,
        _pango,
        _postgres,
        _settings,
        _database,
        _disk,
        _browser,
    )
    return [finding for look in looks for finding in look()]


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    cure = "" if sys.version_info >= (3, 11) else "Install Python 3.11 or newer."
    yield Finding(f"Python {version}", cure)


def _pango() -> Iterator[Finding]:
    for library in ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset"):
        found = ctypes.util.find_library(library)
        name = f"lib{library}" + ("-0" if library != "harfbuzz-subset" else "0")
        yield Finding(f"library {library} for slips", "" if found else f"apt install {name}")


def _postgres() -> Iterator[Finding]:
    if os.environ.get("DATABASE_URL"):
        return
    try:
        yield Finding(f"PostgreSQL binaries in {find_binaries()}")
    except NoPostgres as error:
        yield Finding("PostgreSQL binaries", str(error))


def _settings() -> Iterator[Finding]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "knotenpunkt.config.settings"}
    if not os.environ.get("DATABASE_URL"):
        environment.setdefault("DEMO", "true")
    command = [sys.executable, "-m", "django", "check"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    last = (done.stderr.strip().splitlines() or [""])[-1]
    yield Finding("settings", "" if done.returncode == 0 else last)


def _database() -> Iterator[Finding]:
    url = os.environ.get("DATABASE_URL")
    if not url:
        return
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            yield from _inside_database(connection)
    except psycopg.Error as error:
        yield Finding("database of DATABASE_URL", f"cannot connect: {str(error).strip()}")


def _inside_database(connection: psycopg.Connection) -> Iterator[Finding]:
    version = connection.info.server_version // 10000
    cure = "" if version >= 15 else "Knotenpunkt needs PostgreSQL 15 or newer."
    yield Finding(f"PostgreSQL {version}", cure)
    installed = {row[0] for row in connection.execute("SELECT extname FROM pg_extension")}
    for extension in EXTENSIONS:
        cure = "" if extension in installed else f"as superuser: CREATE EXTENSION {extension}"
        yield Finding(f"extension {extension}", cure)
    role = connection.execute(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    is_too_strong = bool(role and role[0])
    advice = "Let the product use a role without SUPERUSER and BYPASSRLS." if is_too_strong else ""
    yield Finding("rights of the database role", advice)
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--check"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "knotenpunkt.config.settings"},
        capture_output=True,
        check=False,
    )
    yield Finding("migrations", "" if done.returncode == 0 else "python manage.py migrate")


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(Path.cwd()).free
    cure = "" if free > LEAST_DISK else "Free at least 500 MB."
    yield Finding(f"{free // 1_000_000} MB of free disk", cure)


def _browser() -> Iterator[Finding]:
    found = shutil.which("chromium")
    if found:
        yield Finding("chromium for browser tests")
    else:
        yield Finding("no chromium (needed for tests only)")
