"""`knotenpunkt directory`: what the linter finds, the command says, and the import keeps out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from knotenpunkt.config.directory_cli import directory
from knotenpunkt.directory.hsds.lint import KINDS, Severity
from knotenpunkt.directory.hsds.spec import Bundle
from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Network
from tests.directory.test_lint import SEEDS, Fault, sound

__all__ = ["sound"]  # a fixture


def run(*words: str) -> Result:
    return CliRunner().invoke(directory, list(words))


def written(bundle: Bundle, folder: Path) -> str:
    path = folder / "data.json"
    path.write_text(json.dumps({f"{name}.csv": rows for name, rows in bundle.items()}))
    return str(path)


@pytest.mark.parametrize(("kind", "table", "fault"), SEEDS, ids=[it[0] for it in SEEDS])
def test_a_seeded_fault_is_said_and_an_error_is_kept_out(
    kind: str, table: str, fault: Fault, sound: Bundle, network: Network, tmp_path: Path
) -> None:
    fault(sound[table][0])
    file = written(sound, tmp_path)
    is_error = KINDS[kind][0] == Severity.ERROR
    before = Service.objects.count()

    said, imported = run("check", file), run("import", file, "--network", network.code)

    assert f"{table} 1" in said.output
    assert said.exit_code == (1 if is_error else 0)
    assert imported.exit_code == (1 if is_error else 0)
    assert Service.objects.count() == before + (0 if is_error else 1)


def test_sound_data_have_no_faults(sound: Bundle, tmp_path: Path) -> None:
    said = run("check", written(sound, tmp_path))

    assert (said.exit_code, said.output.strip()) == (0, "0 errors, 0 warnings")


@pytest.mark.parametrize("name", ["out.json", "out.zip"])
def test_what_is_exported_has_no_errors_and_comes_back_as_it_was(
    name: str, network: Network, tmp_path: Path
) -> None:
    file, again = str(tmp_path / name), str(tmp_path / f"again-{name}")

    run("export", file, "--network", network.code)
    said = run("check", file)
    back = run("import", file, "--network", network.code)
    run("export", again, "--network", network.code)

    assert "0 errors" in said.output, said.output
    assert "new: {}" in back.output, back.output
    if name.endswith("json"):
        assert json.loads(Path(again).read_text()) == json.loads(Path(file).read_text())


def test_a_file_of_fifty_megabytes_is_refused_unread(tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(50_000_001)

    said = run("check", str(huge))

    assert (said.exit_code, said.output.strip()) == (1, "The file is larger than 50 MB.")
