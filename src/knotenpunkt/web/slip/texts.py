"""The few fixed texts of a route slip, in the eight languages (data: `texts.toml`)."""

from __future__ import annotations

import tomllib
from pathlib import Path

TEXTS: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "texts.toml").read_text(encoding="utf-8")
)["texts"]


def say(key: str, language: str) -> str:
    """Return the fixed text in this language; a missing one is a KeyError, never silence."""
    return TEXTS[key][language]
