"""What a phone must load beside a page travels compressed, and is small."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

MOST_BYTES = 60 * 1024
STYLES = (
    "kern/kern.logical.min.css",
    *(f"knotenpunkt/{it}.css" for it in ("fonts", "knotenpunkt", "public")),
)
SCRIPTS = tuple(
    f"knotenpunkt/{it}.js" for it in ("knotenpunkt", "carry", "live", "prove", "worker")
)


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Collect the static files as an operator does; return their folder."""
    folder = tmp_path_factory.mktemp("static")
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "STATIC_ROOT": str(folder)}, check=True)
    return folder


def bytes_of(collected: Path, *names: str, ending: str = "") -> int:
    """Return the bytes of files under the names that pages use for them."""
    known = json.loads((collected / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    return sum((collected / f"{known[it]}{ending}").stat().st_size for it in names)


def test_all_styles_and_scripts_of_newcomers_are_under_60_kib(collected: Path) -> None:
    sent = bytes_of(collected, *STYLES, *SCRIPTS, ending=".gz")

    assert sent < MOST_BYTES
    assert bytes_of(collected, *STYLES, *SCRIPTS) > MOST_BYTES  # uncompressed they would be found
