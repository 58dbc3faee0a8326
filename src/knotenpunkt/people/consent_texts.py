"""What a person reads or hears before she says yes: texts by version, kept for ever.

A version is never edited. A consent stores version, language and hash, so that one can show
later which words she agreed to.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "consent_texts"
CURRENT_VERSION = "2026-11"


class UnknownText(LookupError):
    """There is no such version."""


@dataclass(frozen=True)
class ConsentText:
    """The words, in one language. `refusal` says what happens if she says no."""

    title: str
    question: str
    to_whom: str
    what: str
    what_for: str
    until_when: str
    refusal: str
    withdrawal: str
    never: str
    special: str
    yes: str
    no: str
    categories: dict[str, str]
    purposes: dict[str, str]

    @property
    def hash(self) -> str:
        """Return the SHA-256 of all words."""
        words = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(words.encode()).hexdigest()


@cache
def texts_of(version: str) -> dict[str, ConsentText]:
    """Return the texts of a version by language. Raises `UnknownText`."""
    path = FOLDER / f"{version}.toml"
    if not version.replace("-", "").isalnum() or not path.is_file():
        raise UnknownText(version)
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    return {language: ConsentText(**words) for language, words in data.items()}


def text_of(version: str, language: str) -> ConsentText:
    """Return the text of a version: in this language, else the German one that is read out.

    Raises `UnknownText` if there is no such version.
    """
    texts = texts_of(version)
    return texts.get(language) or texts["de"]
