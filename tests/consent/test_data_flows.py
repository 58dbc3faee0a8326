"""The page on data flows says what the code does."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest
from django.apps import apps

from knotenpunkt.people.retention import retention_rules
from tests.conftest import ROOT

SPEC = importlib.util.spec_from_file_location("data_flows", ROOT / "scripts" / "data_flows.py")
assert SPEC
assert SPEC.loader
data_flows: Any = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(data_flows)
WRITTEN = ROOT / "docs" / "data-flows.md"


def test_the_page_is_current() -> None:
    assert WRITTEN.read_text(encoding="utf-8") == data_flows.current_page(), (
        "run: python scripts/data_flows.py write"
    )


def test_a_table_without_its_wall_and_a_forgotten_model_would_be_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    walled = data_flows.tables_behind_the_wall()
    personal = [it for it in apps.get_models() if hasattr(it, "Privacy")]
    assert {"people_item", "people_grant", "people_emergencyaccess"} <= walled

    monkeypatch.setattr(data_flows, "tables_behind_the_wall", lambda: walled - {"people_item"})
    assert data_flows.current_page() != WRITTEN.read_text(encoding="utf-8")
    monkeypatch.undo()
    shorter = data_flows.page(personal[1:], dict(retention_rules()))
    assert shorter != WRITTEN.read_text(encoding="utf-8")
