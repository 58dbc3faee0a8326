"""After warming up, nobody waits for a compiler; a change of any compiled file is noticed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from knotenpunkt.planner.kernels import cache

SCRIPT = """
from knotenpunkt.planner import read_problem, solve
from knotenpunkt.planner.generator import generate
from knotenpunkt.planner.kernels.run import run
from knotenpunkt.planner.warm import warm

print(len(run.signatures))
warm()
print(len(run.signatures))
for seed in range(5):
    document = generate(seed, needs=6)
    document["request"] |= {"max_stretch": 42, "min_break": 6, "order": "fewest_locations"}
    solve(read_problem(document))
print(len(run.signatures))
"""


def test_everything_is_compiled_once_and_before_the_first_search() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines() == ["0", "1", "1"]


def test_compiled_code_is_kept_until_any_of_its_files_changes(
    tmp_path: Path, monkeypatch: object
) -> None:
    before = cache.stamp()
    for path in cache.FOLDER.glob("*.py"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(cache, "FOLDER", tmp_path)  # type: ignore[attr-defined]
    assert cache.stamp() == before

    (tmp_path / "orders.py").write_text("changed")

    assert cache.stamp() != before
