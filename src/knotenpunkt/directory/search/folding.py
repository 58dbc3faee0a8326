"""One spelling for what people write in many: umlauts, Arabic letters, endings.

Both the directory and the question pass through the same folding, so a fold may be coarse as
long as it is the same on both sides. `ae` and `ä` both become `a`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

WORD = re.compile(r"[^\W_]+")
LONGEST = 60
# Letters that people and keyboards exchange for each other.
LETTERS = str.maketrans(
    {
        "ß": "ss", "ı": "i", "ø": "o", "æ": "a", "œ": "o", "ł": "l", "đ": "d",
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه",
        "ۀ": "ه", "ہ": "ه", "ک": "ك", "ء": "", "ـ": "", "\u200c": "", "\u200d": "",
        "і": "и", "ї": "и", "є": "е", "ґ": "г", "ё": "е", "э": "е", "ы": "и", "ь": "", "ъ": "",
        "’": "", "'": "", "ʼ": "", "`": "",
    }
)  # fmt: skip
WRITTEN_OUT = (("ae", "a"), ("oe", "o"), ("ue", "u"))
ARABIC_ARTICLES = ("وال", "بال", "كال", "فال", "لل", "ال")
ARABIC_ENDINGS = ("هاي", "يه", "ات", "ون", "ين", "ها", "ان", "ه", "ي")
CYRILLIC_ENDINGS = (
    "ування", "ення", "ання", "иями", "ями", "ами", "ого", "его", "ому", "ему", "ими", "ией",
    "ия", "ие", "ии", "ию", "ий", "ии", "ах", "ях", "ам", "ям", "ов", "ев", "ой", "ей", "ом",
    "ем", "ая", "яя", "ую", "юю", "ое", "ее", "их", "и", "а", "я", "о", "е", "у", "ю", "й",
)  # fmt: skip
# German, English, French, Turkish: endings that change no meaning, longest first.
LATIN_ENDINGS = (
    "innen", "lari", "leri", "lerin", "larin", "ung", "lar", "ler", "ing", "ern", "em", "er",
    "en", "es", "ed", "in", "e", "n", "s", "i", "u",
)  # fmt: skip
LEAST_STEM = {"latin": 4, "cyrillic": 3, "arabic": 3}
ABBREVIATION = 4  # words this short keep their ending: JMD, ABH, Kita


def fold(text: str) -> str:
    """Return the text in one spelling: small, without marks, letters of one kind."""
    small = unicodedata.normalize("NFKC", text).casefold().translate(LETTERS)
    marked = unicodedata.normalize("NFD", small)
    bare = "".join(sign for sign in marked if not unicodedata.combining(sign))
    return bare.translate(LETTERS)


def words_of(text: str) -> list[str]:
    """Return the folded, stemmed words of a text in their order."""
    return [stem(word)[:LONGEST] for word in WORD.findall(fold(text))]


def stem(word: str) -> str:
    """Return a folded word without article and ending; never less than a stem."""
    script = _script(word)
    if script == "latin":
        for pair, one in WRITTEN_OUT:
            word = word.replace(pair, one)
        return word if len(word) <= ABBREVIATION else _cut(word, LATIN_ENDINGS, script)
    if script == "arabic":
        for article in ARABIC_ARTICLES:
            if word.startswith(article) and len(word) - len(article) >= LEAST_STEM[script]:
                word = word[len(article) :]
                break
        return _cut(word, ARABIC_ENDINGS, script)
    return _cut(word, CYRILLIC_ENDINGS, script) if script == "cyrillic" else word


def _cut(word: str, endings: tuple[str, ...], script: str) -> str:
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= LEAST_STEM[script]:
            return word[: -len(ending)]
    return word


def _script(word: str) -> str:
    first = word[:1]
    if "\u0600" <= first <= "\u06ff":
        return "arabic"
    if "\u0400" <= first <= "\u04ff":
        return "cyrillic"
    return "latin" if first.isascii() and first.isalpha() else ""


@cache
def stop_words() -> frozenset[str]:
    """Return the stems that carry no matter, in every language (data: `stopwords.toml`)."""
    lists = tomllib.loads((Path(__file__).parent / "stopwords.toml").read_text(encoding="utf-8"))
    return frozenset(word for text in lists.values() for word in words_of(text))


def question_words(text: str) -> list[str]:
    """Return the stems of a question that say what it is about, each once.

    If only stop words were typed, they are all there is to go by.
    """
    found = list(dict.fromkeys(words_of(text)))
    telling = [word for word in found if word not in stop_words() and len(word) > 1]
    return (telling or found)[:12]
