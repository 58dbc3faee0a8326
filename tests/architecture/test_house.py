"""The house keeps its rules; each rule is shown to catch a planted fault."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

from knotenpunkt.foundation.privacy import Sensitivity
from tests.architecture import rules
from tests.conftest import ROOT

PACKAGE = ROOT / "src" / "knotenpunkt"
Rule = Callable[[Path, str], Iterator[rules.Fault]]
PYTHON = [path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts]
STYLES = list(PACKAGE.rglob("*.css"))
PAGES = [path for path in PACKAGE.rglob("*.html") if path.name != "print.html"]

CHECKED: list[tuple[Rule, list[Path], str, str]] = [
    (
        rules.writes_outside_actions,
        PYTHON,
        "views.py",
        "def f(x):\n    Person.objects.create(name=x)\n",
    ),
    (rules.writes_outside_actions, PYTHON, "views.py", "def f(x):\n    x.save()\n"),
    (rules.imports_inside_functions, PYTHON, "views.py", "def f():\n    import json\n"),
    (rules.too_long, PYTHON, "views.py", "\n" * 401),
    (rules.too_long, PYTHON, "views.py", "def f():\n" + "    x = 1\n" * 41),
    (rules.too_long, PYTHON, "views.py", "def f(a, b, c, d, e, f, g):\n    pass\n"),
    (rules.physical_rules, STYLES, "page.css", "p { margin-left: 1rem }"),
    (rules.physical_rules, STYLES, "page.css", "p { text-align: right }"),
    (rules.physical_rules, STYLES, "page.css", "p{color:red;left:0}"),
    (rules.inline_code, PAGES, "page.html", '<p style="color: red">'),
    (rules.inline_code, PAGES, "page.html", "<script>alert(1)</script>"),
    (rules.inline_code, PAGES, "page.html", '<p onclick="f()">'),
]


@pytest.mark.parametrize(("rule", "paths", "name", "fault"), CHECKED)
def test_rule_is_kept_and_would_catch_a_fault(
    rule: Rule, paths: list[Path], name: str, fault: str
) -> None:
    found = [fault for path in paths for fault in rule(path, path.read_text(encoding="utf-8"))]

    assert paths
    assert found == []
    assert list(rule(Path(name), fault))


def personal_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if hasattr(model, "Privacy")]


@pytest.mark.parametrize("model", personal_models(), ids=lambda model: model.__name__)
def test_every_personal_field_is_classified(model: type[models.Model]) -> None:
    assert rules.unclassified_fields(model) == []
    assert set(model.Privacy.fields.values()) <= set(Sensitivity)  # type: ignore[attr-defined]


def test_an_unclassified_field_would_be_noticed() -> None:
    person = apps.get_model("people", "Person")

    class Forgetful:
        _meta = person._meta

        class Privacy:
            fields = {key: value for key, value in person.Privacy.fields.items() if key != "phone"}

    assert rules.unclassified_fields(Forgetful) == ["phone"]


def test_whatever_points_at_a_person_is_classified() -> None:
    person = apps.get_model("people", "Person")
    pointing = {relation.related_model for relation in person._meta.related_objects}

    assert pointing
    assert pointing <= set(personal_models())


def glossary() -> str:
    return (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def words_of(name: str) -> str:
    import re

    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def test_every_model_is_in_the_glossary() -> None:
    own = [model for model in apps.get_models() if model.__module__.startswith("knotenpunkt")]

    missing = [model.__name__ for model in own if f"`{words_of(model.__name__)}`" not in glossary()]

    assert len(own) > 25
    assert missing == []


def views(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry.url_patterns, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry.callback


def undeclared(found: list[tuple[str, Any]]) -> list[str]:
    """Return the addresses of our own views that do not say who may open them."""
    return [
        address
        for address, view in found
        if view.__module__.startswith("knotenpunkt.web") and not hasattr(view, "may_open")
    ]


def test_every_view_says_who_may_open_it() -> None:
    found = list(views(get_resolver().url_patterns))

    def forgotten() -> None: ...

    forgotten.__module__ = "knotenpunkt.web.desk"
    assert undeclared(found) == []
    assert undeclared([*found, ("forgotten/", forgotten)]) == ["forgotten/"]
    assert sum(hasattr(view, "may_open") for _, view in found) >= 15


def lint_imports(folder: Path) -> int:
    program = Path(sys.executable).parent / "lint-imports"
    command = [str(program), "--no-cache", "--config", str(ROOT / ".importlinter")]
    environment = {"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, check=False
    ).returncode


@pytest.mark.parametrize("line", ["", "import django\n", "from knotenpunkt.visits import models\n"])
def test_imports_point_downward_and_the_planner_stands_alone(line: str, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(
        PACKAGE, tmp_path / "knotenpunkt", ignore=shutil.ignore_patterns("static", "locale")
    )
    with (tmp_path / "knotenpunkt" / "planner" / "check.py").open("a") as file:
        file.write(line)

    assert (lint_imports(tmp_path) == 0) is (line == "")


def test_nothing_names_a_machine() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    texts = [ROOT / name for name in listed.stdout.split() if not name.endswith((".woff2", ".png"))]

    named = [
        path.name
        for path in texts
        if str(ROOT) in path.read_text(encoding="utf-8", errors="ignore")
    ]

    assert len(texts) > 100
    assert named == []


@pytest.mark.parametrize(
    ("line", "is_well"),
    [("x: int = 1\n", True), ('x: int = "1"\n', False), ("def f(a): ...\n", False)],
)
def test_types_are_strict_and_a_wrong_one_is_found(
    line: str, is_well: bool, tmp_path: Path
) -> None:
    module = tmp_path / "planted.py"
    module.write_text(line)
    config = tmp_path / "mypy.ini"
    config.write_text("[mypy]\nstrict = True\n")
    strict = "strict = true" in (ROOT / "pyproject.toml").read_text()
    command = [str(Path(sys.executable).parent / "mypy"), "--config-file", str(config), str(module)]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)

    assert strict
    assert (done.returncode == 0) is is_well
