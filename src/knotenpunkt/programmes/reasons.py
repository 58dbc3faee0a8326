"""Why not now, and for whom a phase is: texts in eight languages (`data/reasons.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "data" / "reasons.toml"


@cache
def texts() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Return `why_not` and `for_whom` by fact or question, each by language."""
    found: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {kind: found[kind] for kind in ("why_not", "for_whom")}


def why_not(key: str, own: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return why someone cannot join now, by language; own words of the phase come first."""
    return {**texts()["why_not"][key], **{code: it for code, it in (own or {}).items() if it}}


def for_whom(key: str, **values: object) -> dict[str, str]:
    """Return whom a fact or a condition means, by language, with its values put in."""
    return {code: text.format(**values) for code, text in texts()["for_whom"][key].items()}
