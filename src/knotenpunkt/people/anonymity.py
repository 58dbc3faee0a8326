"""Whether a text tells who is meant: names, birth dates, file numbers, addresses, rare mixes.

A pattern cannot prove that a text is anonymous; it finds what people write down by habit. What it
finds is refused in anonymous minutes (§ 64(2a) SGB VIII) and masked when a conference turns
anonymous.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

MASK = "[…]"
# So many different kinds of facts in one text may fit one person alone in a Kreis.
RARE_MIX = 4


class Finding(NamedTuple):
    """Words between `start` and `end` of the text, and why they identify."""

    kind: str
    start: int
    end: int
    words: str


PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "date",
        re.compile(r"\b\d{1,2}\.\s?\d{1,2}\.\s?(?:19|20)\d{2}\b|\b(?:19|20)\d{2}-\d{2}-\d{2}\b"),
    ),
    (
        "birth_date",
        re.compile(r"\bgeb(?:\.|oren)?\s+(?:am\s+)?\d[\d. ]+|\bborn\s+(?:on\s+)?\d[\d./ ]+", re.I),
    ),
    (
        "file_number",
        re.compile(
            r"\b\d{3,6}\s?BG\s?\d{4,8}\b|\b(?:Az|Aktenzeichen|AZR|Kundennummer|BG-Nummer)\b[.:]?\s*[\w/-]+"
            r"|\b[A-Z]?\d{7,}\b"
        ),
    ),
    ("telephone", re.compile(r"(?:\+49|\b0)[\d /-]{6,}\d")),
    ("e_mail", re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")),
    (
        "address",
        re.compile(
            r"\b[A-ZÄÖÜ][\wäöüß-]*(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm)\s*\d+\s?\w?\b"
            r"|\b\d{5}\s+[A-ZÄÖÜ][\wäöüß-]+"
        ),
    ),
    (
        "name",
        re.compile(
            r"\b(?:Frau|Herrn?|Familie|Mr|Mrs|Ms)\.?\s+[A-ZÄÖÜÇŞİ][\w'’-]+(?:\s[A-Z][\w-]+)?"
        ),
    ),
)
# Each is harmless; several together may not be.
FACTS: tuple[re.Pattern[str], ...] = (
    re.compile(r"\b\d{1,2}\s?(?:Jahre|J\.|-?jährig|years? old)", re.I),
    re.compile(r"\b(?:\d|zwei|drei|vier|fünf|two|three|four)\s+(?:kleine\s+)?(?:Kind|child)", re.I),
    re.compile(r"\baus\s+(?:der\s+|dem\s+)?[A-ZÄÖÜ][a-zäöü]+|\bfrom\s+[A-Z][a-z]+"),
    re.compile(r"\b(?:verwitwet|geschieden|schwanger|Zwillinge|widow|divorced|pregnant)", re.I),
    re.compile(r"\b(?:als|as an?)\s+[A-ZÄÖÜ]?[a-zäöü]{5,}(?:er|in|arzt|ärztin|or|lehrer)\b"),
    re.compile(r"\b(?:Rollstuhl|blind|gehörlos|wheelchair|deaf)", re.I),
)  # fmt: skip


def findings_in(text: str, names: Iterable[str] = ()) -> list[Finding]:
    """Return what in the text may identify somebody; `names` are those of known persons."""
    found = [
        Finding(kind, match.start(), match.end(), match.group(0).strip())
        for kind, pattern in PATTERNS
        for match in pattern.finditer(text)
    ]
    found += _names_in(text, names)
    mix = [match for pattern in FACTS if (match := pattern.search(text))]
    if len(mix) >= RARE_MIX:
        first, last = min(it.start() for it in mix), max(it.end() for it in mix)
        words = ", ".join(it.group(0).strip() for it in mix)
        found.append(Finding("rare_mix", first, last, words))
    return sorted(found, key=lambda it: (it.start, it.end))


# A word with its hyphens and apostrophes: Al-Rifaie, O'Brien.
WORD = re.compile(r"\w+(?:[-'’]\w+)*")
SHORTEST_NAME = 3


def _names_in(text: str, names: Iterable[str]) -> list[Finding]:
    """Find known names as whole words or their parts, whatever their accents.

    A house may know thousands of persons: each word is looked up, not each name searched for.
    """
    known = _parts_of(names)
    found = []
    for match in WORD.finditer(_plain(text)):
        start = match.start()
        spans = [(start, match.end()), *((start + a, start + b) for a, b in _spans(match[0]))]
        for first, last in spans:
            word = match[0][first - start : last - start]
            if word in known or word.removesuffix("s") in known:
                found.append(Finding("name", first, last, text[first:last]))
                break
    return found


def _parts_of(names: Iterable[str]) -> set[str]:
    words = {match[0] for name in names for match in WORD.finditer(_plain(name))}
    words |= {word[a:b] for word in words for a, b in _spans(word)}
    return {word for word in words if len(word) >= SHORTEST_NAME}


def _spans(word: str) -> list[tuple[int, int]]:
    return [it.span() for it in re.finditer(r"\w+", word)]


def _plain(text: str) -> str:
    """Return lower-case letters without accents, sign by sign, so that positions stay."""
    return "".join(unicodedata.normalize("NFD", sign)[0] for sign in text).lower()


def masked(text: str, names: Iterable[str] = ()) -> str:
    """Return the text with everything that identifies covered; a rare mix is left to people."""
    spans: list[tuple[int, int]] = []
    for finding in findings_in(text, names):
        if finding.kind == "rare_mix":
            continue
        if spans and finding.start < spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], finding.end)
        else:
            spans.append((finding.start, finding.end))
    for start, end in reversed(spans):
        text = f"{text[:start]}{MASK}{text[end:]}"
    return text
