"""A name reduced to what survives transliteration: consonants that sound alike, no vowels.

Names of one person come in several scripts and spellings: Mohammed, Muhamad, محمد, Мухаммед,
ሙሐመድ. Every script is written in Latin letters first (`anyascii`, with digraphs of our own for
Arabic and Persian); then each sound becomes one sign, doubled signs one, and vowels go, because
Arabic and Persian do not write most of them. What can be read in two ways (the German, French
and English "ch", the German and English "j", Ukrainian h for Russian g) is kept in both. Made for
the scripts of newcomers; Soundex and its kin know English only.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import product

from anyascii import anyascii

_ARABIC = str.maketrans(
    {"أ": "a", "إ": "i", "آ": "a", "ٱ": "a", "ا": "a", "ة": "a", "ى": "a", "ي": "y", "ی": "y",
     "ئ": "y", "ؤ": "w", "و": "w", "ء": None, "ـ": None, "\u200c": None, "ع": "a", "غ": "gh",
     "ق": "q", "ك": "k", "ک": "k", "خ": "kh", "ح": "h", "ه": "h", "ط": "t", "ض": "dh", "ظ": "z",
     "ذ": "dh", "ث": "th", "ص": "s", "ش": "sh", "ج": "j", "چ": "tsch", "ژ": "zh", "پ": "p",
     "-": " ", "'": None, "’": None, "`": None, "ʼ": None, "ʿ": None, "ʾ": None}
)  # fmt: skip
# Longest first; a sign, or the signs it may be. "S" is any sibilant that is not s.
_READINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("schtsch", ("S",)), ("tzsch", ("S",)), ("tsch", ("S",)), ("dsch", ("S",)), ("shch", ("S",)),
    ("sch", ("S",)), ("tch", ("S",)), ("dzh", ("S",)), ("zh", ("S",)), ("sh", ("S",)),
    ("dj", ("S",)), ("kh", ("h",)), ("ch", ("h", "S")), ("gh", ("g",)), ("th", ("t", "s")),
    ("dh", ("t", "s")), ("ph", ("f",)), ("ck", ("k",)), ("ts", ("s",)), ("tz", ("s",)),
    ("qu", ("k",)), ("j", ("S", "")), ("w", ("", "f")), ("g", ("g", "h")), ("q", ("k",)),
    ("c", ("k", "S")), ("x", ("ks",)), ("v", ("f",)), ("z", ("s",)), ("p", ("b",)),
    ("d", ("t",)),
)  # fmt: skip
_PATTERN = re.compile("|".join(spelling for spelling, _ in _READINGS) + "|[a-z]")
_SIGNS = dict(_READINGS) | dict.fromkeys("aeiouy", ("",))
_PARTICLES = frozenset(
    {"al", "el", "ul", "ben", "bin", "ibn", "bn", "bint", "bnt", "abu", "abw", "de", "van", "von"}
)
MOST_READINGS = 16


@lru_cache(maxsize=50_000)
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name that tell people apart, in lower-case Latin letters."""
    text = unicodedata.normalize("NFKC", name).translate(_ARABIC)
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Mn")
    written = re.sub("['`]", "", anyascii(text)).lower()
    found = re.findall("[a-z]+", written)
    return tuple(word for word in found if word not in _PARTICLES) or tuple(found)


@lru_cache(maxsize=50_000)
def skeletons(word: str) -> frozenset[str]:
    """Return the consonants of a word in every way it may be read, at most `MOST_READINGS`."""
    readings = _readings(word)
    if word.startswith(("al", "el")) and len(word) > 5:  # an article written in one with the name
        readings |= _readings(word[2:])
    return frozenset(readings)


def _readings(word: str) -> set[str]:
    parts = [_SIGNS.get(part, (part,)) for part in _PATTERN.findall(word)]
    found: set[str] = set()
    for signs in product(*parts):
        bare = re.sub(r"(.)\1+", r"\1", "".join(signs))
        found.add((bare.removesuffix("h") or bare) or word[:1])
        if len(found) == MOST_READINGS:
            break
    return found


def first_vowel(word: str) -> str:
    """Return the sort of the first vowel: dark (o, u), clear (a, e), thin (i, y), or none."""
    found = re.search("[aeiouy]", word)
    if found is None:
        return ""
    return "dark" if found[0] in "ou" else "clear" if found[0] in "ae" else "thin"
