"""What pages for newcomers say, in every language (data: `texts/*.toml`).

Another language is one more line under each text, and one entry in `NEWCOMER_LANGUAGES`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

FOLDER = Path(__file__).parent / "texts"


def read_texts(folder: Path) -> dict[str, dict[str, str]]:
    """Return all texts by key; a key that two files have is a KeyError."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("*.toml")):
        texts = tomllib.loads(path.read_text(encoding="utf-8"))["texts"]
        if twice := found.keys() & texts.keys():
            raise KeyError(f"{path.name}: {sorted(twice)}")
        found |= texts
    return found


TEXTS = read_texts(FOLDER)


def say(key: str, language: str, **values: object) -> str:
    """Return a text with its values put in; a missing one is a KeyError, never silence."""
    return TEXTS[key][language].format(**values)
