"""`knotenpunkt run` serves, answers and leaves nothing behind; wrong settings are refused."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

SETTINGS = [
    ("DATABASE_URL", "sqlite:///db.sqlite3", "Write DATABASE_URL=postgresql://"),
    ("DEMO", "perhaps", "Write DEMO=true or false"),
    ("SESSION_HOURS", "many", "is not a number from 1 to 72"),
    ("SECRET_KEY", "short", "Write SECRET_KEY="),
]


@pytest.mark.parametrize(("name", "value", "cure"), SETTINGS)
def test_a_wrong_setting_is_refused_with_the_cure(name: str, value: str, cure: str) -> None:
    environment = {**os.environ, "DEMO": "false" if name == "SECRET_KEY" else "true", name: value}

    done = subprocess.run(
        [sys.executable, "-m", "django", "check"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert name in done.stderr
    assert cure in done.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_of(folder: Path) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().decode(errors="replace").replace("\0", " ")
        except OSError:
            continue
        if str(folder) in line:
            found.append(line)
    return found


def iter_until(lines: IO[str], last: str) -> Iterator[str]:
    """Yield lines up to the one that holds `last`; fail if they end before."""
    for line in lines:
        yield line
        if last in line:
            return
    pytest.fail(f"never said: {last}")


def test_run_serves_and_stops_everything(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    for folder in (home, *home.parents[:3]):
        folder.chmod(0o755)
    port = free_port()
    environment = {
        key: value
        for key, value in os.environ.items()
        if key not in {"DATABASE_URL", "STATIC_ROOT"}
    }
    command = [
        str(Path(sys.executable).parent / "knotenpunkt"),
        "run",
        "--home",
        str(home),
        "--port",
        str(port),
    ]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        assert run.stdout is not None
        try:
            said = "".join(iter_until(run.stdout, "Stop with Ctrl-C"))
            address = f"http://127.0.0.1:{port}/account/login/"
            page = urllib.request.urlopen(address, timeout=30).read().decode()
            assert processes_of(home) != []
        finally:
            run.send_signal(signal.SIGTERM)
            rest, _ = run.communicate(timeout=60)

    assert "st-mb02@musterkreis.example" in said
    assert "kp_" in said
    assert "Anmelden" in page
    assert "Stopped." in rest
    assert processes_of(home) == []
