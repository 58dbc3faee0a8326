"""Texts in several languages, stored as ``{"de": ..., "uk": ...}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

NEWCOMER_LANGUAGES = ("de", "en", "uk", "ar", "fa", "tr", "ru", "fr")
RIGHT_TO_LEFT = frozenset({"ar", "fa", "prs", "ps", "ckb", "ur", "he"})
# Where a newcomer's language has no texts of its own, the nearest one she is likely to read.
NEAREST = {"prs": "fa", "ckb": "ar", "kmr": "tr"}


class LocalText(NamedTuple):
    """A text and the language it is really in; pages mark it when it is not the one asked for."""

    text: str
    language: str


def text_in(texts: Mapping[str, str], language: str) -> LocalText:
    """Return the text in this language, or else the German one (invariant 44)."""
    for candidate in (language, NEAREST.get(language, language), "de"):
        if texts.get(candidate):
            return LocalText(texts[candidate], candidate)
    return LocalText(next(iter(texts.values()), ""), next(iter(texts), "de"))


def reading_language(languages: list[str]) -> str:
    """Return the language of slips and messages for someone who speaks these, best first."""
    for language in languages:
        if language in NEWCOMER_LANGUAGES:
            return language
        if NEAREST.get(language) in NEWCOMER_LANGUAGES:
            return NEAREST[language]
    return "de"


def direction(language: str) -> str:
    """Return ``rtl`` or ``ltr`` for an HTML ``dir`` attribute."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"
