"""Server time and queries of each page of the main job, on the demo region."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.machine import counted, median_and_p95, milliseconds
from knotenpunkt.foundation.databases import prepare_database
from knotenpunkt.foundation.postgres import OWNER, running_server

REPEATS = 15


@contextlib.contextmanager
def database() -> Iterator[None]:
    """A database of its own, as durable as the real one, with the demo region in it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "static").mkdir()
        with running_server(Path(folder) / "data") as server:
            prepare_database(server, "bench")
            os.environ |= {
                "DEMO": "true",
                "DATABASE_URL": server.url("bench", OWNER),
                "DJANGO_SETTINGS_MODULE": "knotenpunkt.config.settings",
                "STATIC_ROOT": str(Path(folder) / "static"),
            }
            subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], check=True)
            yield


def main() -> None:
    with database():
        import django  # noqa: PLC0415 - the settings need the database first

        django.setup()
        from django.conf import settings  # noqa: PLC0415 - after the set-up

        settings.ALLOWED_HOSTS = ["testserver"]
        from benchmarks.job import walk  # noqa: PLC0415 - after the set-up

        print("\nPages of the main job, demo region, one process, median / p95 of server time")
        for name, show in walk():
            _measure(name, show)


def _measure(name: str, show: Callable[[], Any]) -> None:
    answer, queries = counted(show)
    median, p95 = median_and_p95([milliseconds(show) for _ in range(REPEATS)])
    size = len(answer.content) / 1024
    print(
        f"  {name:28} {median:7.1f} / {p95:6.1f} ms  {queries:3} queries  {size:6.1f} KiB  {answer.status_code}"
    )
