"""The Open Referral UK profile against the running product, over HTTP, by our command."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from typer.testing import CliRunner, Result

from knotenpunkt.config.directory_cli import directory


@pytest.fixture(scope="module")
def root(loaded_network: object) -> Iterator[str]:
    """Return the root of the public API of a server of its own, with the demo region."""
    command = [sys.executable, "-m", "tests.browser.serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"{server.stdout.readline().strip()}/hsds/"
        server.terminate()


@contextmanager
def broken(root: str) -> Iterator[str]:
    """Yield the root of an API that passes answers on, but counts pages and names wrongly."""

    class Faulty(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = httpx.get(root.rstrip("/") + self.path, timeout=30)
            document = answer.json()
            if document.get("contents"):
                document["contents"][0]["name"] = 7
                document["total_pages"] += 1
            self.send_response(answer.status_code)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Faulty)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def run(url: str) -> Result:
    return CliRunner().invoke(directory, ["conformance", "--url", url])


def test_the_running_product_keeps_the_profile(root: str) -> None:
    result = run(root)

    assert "0 errors in 9 tests" in result.output, result.output
    assert result.exit_code == 0


def test_a_fault_on_the_way_is_found(root: str) -> None:
    with broken(root) as url:
        result = run(url)

    assert result.exit_code == 1
    assert "7 is not of type 'string'" in result.output
    assert "total_pages" in result.output


def test_an_address_where_nothing_answers_is_said_so() -> None:
    result = run("http://127.0.0.1:9/hsds")

    assert result.exit_code == 2
    assert "does not answer" in result.output
