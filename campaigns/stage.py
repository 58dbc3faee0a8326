"""A database of its own for each campaign, as durable as the real one unless told otherwise."""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from knotenpunkt.foundation.databases import prepare_database
from knotenpunkt.foundation.postgres import APP, OWNER, Server, running_server

NAME = "campaign"
CONSTRAINT = "nothing_is_in_two_places_at_once"


@dataclass(frozen=True)
class Stage:
    """A migrated database with the house in it, and what a client process needs to find it."""

    server: Server
    environment: dict[str, str]
    token: str = field(repr=False)

    @property
    def place(self) -> Path:
        return Path(self.environment["STATIC_ROOT"]).parent

    def superuser(self) -> psycopg.Connection:
        return psycopg.connect(self.server.url(NAME, "postgres"), autocommit=True)

    def number(self, query: str) -> int:
        """Return the one number that this query yields."""
        with self.superuser() as connection:
            row = connection.execute(query).fetchone()
        assert row is not None
        return int(row[0])

    def drop_guard(self) -> None:
        """Take the exclusion constraint away, for a control."""
        with self.superuser() as connection:
            connection.execute(f"ALTER TABLE availability_occupancy DROP CONSTRAINT {CONSTRAINT}")


@contextlib.contextmanager
def folder(parent: Path | None = None) -> Iterator[Path]:
    """A folder that the server's user may enter, in `parent` or where temporary files are."""
    path = Path(tempfile.mkdtemp(prefix="knotenpunkt-campaign-", dir=parent))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def environment_for(server: Server, place: Path) -> dict[str, str]:
    """Return the settings under which a process talks to this server as the application."""
    (place / "static").mkdir(exist_ok=True)
    return {
        **os.environ,
        "DEMO": "true",
        "DATABASE_URL": server.url(NAME, APP),
        "DATABASE_CONNECTION_SECONDS": "3600",
        "DJANGO_SETTINGS_MODULE": "knotenpunkt.config.settings",
        "STATIC_ROOT": str(place / "static"),
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
    }


@contextlib.contextmanager
def stage(
    *, place: Path | None = None, for_tests: bool = False, settings: tuple[str, ...] = ()
) -> Iterator[Stage]:
    """Start a server on a fresh copy of the house, in a folder of its own or in `place`."""
    with contextlib.ExitStack() as stack:
        chosen = place or stack.enter_context(folder())
        shutil.copytree(house_folder() / "static", chosen / "static", dirs_exist_ok=True)
        # `cp -a` keeps the owner, which `shutil` does not.
        subprocess.run(["cp", "-a", str(house_folder() / "data"), str(chosen)], check=True)
        server = stack.enter_context(
            running_server(chosen / "data", for_tests=for_tests, settings=settings)
        )
        yield Stage(server, environment_for(server, chosen), (house_folder() / "token").read_text())


@functools.cache
def house_folder() -> Path:
    """Build the house once in this process: a data folder to copy, and the key of its desk."""
    place = Path(tempfile.mkdtemp(prefix="knotenpunkt-campaign-"))
    place.chmod(0o755)
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    with running_server(place / "data", for_tests=True) as server:
        prepare_database(server, NAME)
        environment = environment_for(server, place)
        owner = {**environment, "DATABASE_URL": server.url(NAME, OWNER)}
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=owner, check=True)
        build = [sys.executable, "-m", "campaigns.build"]
        done = subprocess.run(build, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        (place / "token").write_text(done.stdout.strip())
        with psycopg.connect(server.url(NAME, "postgres"), autocommit=True) as connection:
            connection.execute("ANALYZE")  # as autovacuum has done in any real house
    return place
