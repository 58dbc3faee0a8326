"""What a text for newcomers must be: functions from texts to faults, so that tests plant some."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from knotenpunkt.foundation.languages import NEWCOMER_LANGUAGES

# Plain language: one idea a sentence. A message has at most three short sentences.
MOST_WORDS, MOST_SIGNS = 12, 170
Texts = Mapping[str, Mapping[str, str]]


def missing_languages(texts: Texts) -> Iterator[str]:
    """Yield each text and language that is not there or empty."""
    for key, by_language in texts.items():
        for language in NEWCOMER_LANGUAGES:
            if not str(by_language.get(language, "")).strip():
                yield f"{key}: {language}"


def too_long(texts: Texts) -> Iterator[str]:
    """Yield each text that is longer than plain language allows."""
    for key, by_language in texts.items():
        for language, text in by_language.items():
            sentences = re.split(r"(?<=[.؟?!:۔])\s", text)
            longest = max(len(re.findall(r"\w[\w'’.-]*", it)) for it in sentences)
            if longest > MOST_WORDS or len(text) > MOST_SIGNS:
                yield f"{key}: {language}"


def other_values(texts: Texts) -> Iterator[str]:
    """Yield each text whose languages do not name the same values."""
    for key, by_language in texts.items():
        named = {lang: sorted(re.findall(r"\{(\w+)\}", it)) for lang, it in by_language.items()}
        yield from (f"{key}: {lang}" for lang, it in named.items() if it != named["de"])


def untranslated(page: Path, text: str, known: Mapping[str, set[str]]) -> Iterator[str]:
    """Yield each text of a newcomer's page that a catalogue lacks."""
    for match in re.finditer(r"\{% (?:translate|trans) [\"'](.+?)[\"']", text):
        for language, texts in known.items():
            if match.group(1) not in texts:
                yield f"{page.name}: {language}: {match.group(1)}"


def unknown_keys(page: Path, text: str, texts: Texts) -> Iterator[str]:
    """Yield each text that a page asks for and nobody wrote."""
    for match in re.finditer(r"\{% say(?:_plain)? [\"'](\w+)[\"']", text):
        if match.group(1) not in texts:
            yield f"{page.name}: {match.group(1)}"
