"""`knotenpunkt run`: one process that starts everything, and takes everything down with it."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import types
from collections.abc import Iterator
from pathlib import Path

import typer

from knotenpunkt.config.messages import compile_messages
from knotenpunkt.foundation.databases import prepare_database
from knotenpunkt.foundation.postgres import APP, OWNER, Server, running_server

DATABASE = "knotenpunkt"
MANAGE = [sys.executable, "-m", "django"]
# Ninja's pages of documents are never shown, and packing them took most of a first start.
COLLECT = ["collectstatic", "-v0", "--noinput", "--ignore=ninja"]


def run(*, home: Path, port: int) -> int:
    """Serve the demo on `http://127.0.0.1:port` until Ctrl-C or SIGTERM. `home` keeps all state."""
    home.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, _stop)
    started = time.monotonic()
    with contextlib.suppress(KeyboardInterrupt), _database(home) as server:
        environment = _environment(home, port, server)
        _prepare(environment, server)
        with _children(environment, port) as children:
            if _answers(port, children):
                _say(environment, port, time.monotonic() - started)
            return _watch(children)
    typer.echo("\nStopped.")
    return 0


def _stop(_signal: int, _frame: types.FrameType | None) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def _database(home: Path) -> Iterator[Server | None]:
    """Start our own server, unless `DATABASE_URL` names another."""
    if os.environ.get("DATABASE_URL"):
        yield None
        return
    with running_server(home / "postgres") as server:
        prepare_database(server, DATABASE)
        yield server


def _environment(home: Path, port: int, server: Server | None) -> dict[str, str]:
    secret = home / "secret"
    if not secret.exists():
        secret.write_text(secrets.token_urlsafe(60))
        secret.chmod(0o600)
    environment = {
        "DEMO": "true",
        "SECRET_KEY": secret.read_text(),
        "PUBLIC_ADDRESS": f"http://127.0.0.1:{port}",
        "STATIC_ROOT": str(home / "static"),
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "knotenpunkt.config.settings",
    }
    if server is not None:
        environment["DATABASE_URL"] = server.url(DATABASE, APP)
    return environment


def _prepare(environment: dict[str, str], server: Server | None) -> None:
    """Migrate as the owner of the tables, load the demo region, collect static files.

    Meanwhile another process compiles the planner, which takes as long; the demo books with it.
    """
    owner = dict(environment)
    if server is not None:
        owner["DATABASE_URL"] = server.url(DATABASE, OWNER)
    warming = [sys.executable, "-m", "knotenpunkt.planner.warm"]
    with subprocess.Popen(warming, env=environment, stdin=subprocess.DEVNULL) as planner:
        typer.echo(
            "  Preparing database and planner: a minute or two the first time, then seconds."
        )
        compile_messages()
        Path(environment["STATIC_ROOT"]).mkdir(parents=True, exist_ok=True)
        for command in (["migrate", "-v0"], COLLECT):
            subprocess.run([*MANAGE, *command], env=owner, check=True)
    if planner.returncode:
        raise subprocess.CalledProcessError(planner.returncode, warming)
    typer.echo("  Loading the demo region.")
    demo = [sys.executable, "-m", "knotenpunkt.config.demo"]
    subprocess.run(demo, env=environment, check=True)


@contextlib.contextmanager
def _children(environment: dict[str, str], port: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    server = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    server += ["--port", str(port), "--workers", "2", "--log-level", "error"]
    server += ["--blocking-threads", "4", "--backpressure", "64"]
    server += ["knotenpunkt.config.wsgi:application"]
    commands = [server, [*MANAGE, "procrastinate", "worker", "--concurrency", "1"]]
    quiet = {**environment, "LOG_LEVEL": environment.get("LOG_LEVEL", "WARNING")}
    children = [
        subprocess.Popen(command, env=quiet, stdin=subprocess.DEVNULL, start_new_session=True)
        for command in commands
    ]
    try:
        yield children
    finally:
        for child in children:
            child.terminate()
        for child in children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=10)
            if child.poll() is None:
                child.kill()


def _answers(port: int, children: list[subprocess.Popen[bytes]]) -> bool:
    """Wait until the server takes connections; False if a part has ended before."""
    while all(child.poll() is None for child in children):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        time.sleep(0.1)
    return False


def _watch(children: list[subprocess.Popen[bytes]]) -> int:
    """Return when a child has ended by itself: then something is wrong, and all must stop."""
    while all(child.poll() is None for child in children):
        time.sleep(0.2)
    typer.echo("A part of Knotenpunkt has ended by itself; see the messages above.")
    return 1


def _say(environment: dict[str, str], port: int, seconds: float) -> None:
    show = [sys.executable, "-m", "knotenpunkt.config.demo", "--show"]
    subprocess.run(show, env=environment, check=True)
    typer.echo(f"\n  Open http://127.0.0.1:{port}/desk/   (ready after {seconds:.1f} s)")
    typer.echo("  Stop with Ctrl-C.\n")
