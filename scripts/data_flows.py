"""Write docs/data-flows.md: what is kept of whom, behind which wall, how long, and what leaves.

python scripts/data_flows.py          say whether the page is current
python scripts/data_flows.py write    write it
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "knotenpunkt"
PAGE = ROOT / "docs" / "data-flows.md"
LEVELS = ("contact", "matter", "sensitive", "entrusted")
WALL = re.compile(r"ALTER TABLE (\w+) ENABLE ROW LEVEL SECURITY")


def tables_behind_the_wall() -> set[str]:
    """Return the tables that migrations put under row-level security."""
    found: set[str] = set()
    for path in PACKAGE.glob("*/migrations/*.py"):
        text = path.read_text(encoding="utf-8")
        found |= set(WALL.findall(text))
        if "ENABLE ROW LEVEL SECURITY" in text:
            listed = re.search(r"^TABLES = \((.*?)\)$", text, re.S | re.M)
            found |= set(re.findall(r'"(\w+)"', listed.group(1))) if listed else set()
            by_table = re.search(r"^POLICIES = \{$(.*?)^\}$", text, re.S | re.M)
            keys = by_table.group(1) if by_table else ""
            found |= set(re.findall(r'^    "(\w+)":', keys, re.M))
    return found


def messages_that_leave() -> Iterator[tuple[str, str]]:
    """Yield (purpose, file) of every message that is put into the outbox, and where."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in {"Message", "Notice", "tell_staff"}:
                    yield _purpose(node), path.relative_to(PACKAGE).as_posix()


def _purpose(call: ast.Call) -> str:
    for keyword in call.keywords:
        if keyword.arg == "purpose" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    return "(by its caller)"


def page(models: list[Any], rules: dict[str, Any]) -> str:
    """Return the whole page."""
    wall = tables_behind_the_wall()
    rows = [
        "# Data flows",
        "",
        "Made by `python scripts/data_flows.py write` from the code; a test keeps it current.",
        "",
        "## What is kept",
        "| model | fields by layer | second wall | kept |",
        "|---|---|---|---|",
    ]
    for model in sorted(models, key=lambda it: it._meta.label):
        layers = [str(it) for it in model.Privacy.fields.values()]
        counts = ", ".join(f"{layers.count(it)} {it}" for it in LEVELS if it in layers)
        rule = rules[model._meta.label]
        kept = f"{rule.months} months after {rule.start}" if rule.months else rule.way
        kept = f"with {rule.goes_with}" if rule.goes_with else kept
        is_walled = "yes" if model._meta.db_table in wall else ""
        rows.append(f"| {model._meta.label} | {counts} | {is_walled} | {kept} |")
    rows += ["", "## What leaves by mail or short message", "| purpose | made in |", "|---|---|"]
    rows += [f"| {purpose} | {path} |" for purpose, path in sorted(set(messages_that_leave()))]
    return "\n".join(rows) + "\n"


def current_page() -> str:
    """Return the page as the code is now; Django must be set up."""
    from django.apps import apps  # noqa: PLC0415 - after the set-up

    from knotenpunkt.people.retention import retention_rules  # noqa: PLC0415 - after the set-up

    personal = [it for it in apps.get_models() if hasattr(it, "Privacy")]
    return page(personal, dict(retention_rules()))


def main() -> int:
    os.environ.setdefault("DEMO", "true")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "knotenpunkt.config.settings")
    import django  # noqa: PLC0415 - needs its settings first

    django.setup()
    text = current_page()
    if "write" in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
    is_current = PAGE.exists() and PAGE.read_text(encoding="utf-8") == text
    print("docs/data-flows.md is current." if is_current else "Run it with `write`.")
    return 0 if is_current else 1


if __name__ == "__main__":
    sys.exit(main())
