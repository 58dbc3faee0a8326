"""How alike two files are, and whether they are worth a human look."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rapidfuzz.distance import JaroWinkler

from knotenpunkt.people.duplicates.skeleton import first_vowel, skeletons, words

ALIKE, ALMOST, CONFUSED = 0.86, 0.80, 0.7


@dataclass(frozen=True)
class Known:
    """What the comparison needs of a person: names in any script, birth interval, phone."""

    names: tuple[str, ...]
    born: tuple[dt.date, dt.date] | None
    phone: str = ""

    @property
    def is_exact(self) -> bool:
        """Whether the birth date is known to the day."""
        return self.born is not None and self.born[0] == self.born[1]


def word_likeness(one: str, other: str) -> float:
    """Compare two words of names by sound and by spelling; 1 is the same."""
    spelling = JaroWinkler.similarity(one, other)
    if skeletons(one) & skeletons(other):
        return max(spelling, CONFUSED if _sounds_different(one, other) else 0.92)
    a, b = max(
        ((a, b) for a in skeletons(one) for b in skeletons(other)),
        key=lambda pair: JaroWinkler.similarity(*pair),
    )
    sound = JaroWinkler.similarity(a, b)
    is_close = a[:1] == b[:1] and min(len(a), len(b)) > 2
    return min(sound, 0.5 + spelling / 2) * (1 if is_close else 0.8)


def _sounds_different(one: str, other: str) -> bool:
    """Hassan and Hussein share consonants, but no spelling writes one for the other."""
    return {first_vowel(one), first_vowel(other)} == {"dark", "clear"} and _is_short(one, other)


def _is_short(one: str, other: str) -> bool:
    return max(map(len, skeletons(one) & skeletons(other))) <= 3


def name_likeness(one: str, other: str) -> float:
    """Compare two whole names: each word of the shorter finds its best partner, in any order."""
    short, long = sorted((words(one), words(other)), key=len)
    if not short:
        return 0.0
    left, scores = list(long), []
    for word in short:
        best = max(left, key=lambda it: word_likeness(word, it))
        scores.append(word_likeness(word, best))
        left.remove(best)
    return min(scores) * 0.7 + sum(scores) / len(scores) * 0.3


def likeness(one: Known, other: Known) -> float:
    """Return the best likeness over all names of both."""
    return max(
        (name_likeness(a, b) for a in one.names for b in other.names if a and b), default=0.0
    )


def fewest_words(one: Known, other: Known) -> int:
    """Return how many words the shorter full name has; one name alone says less."""
    return min(max((len(words(name)) for name in it.names), default=0) for it in (one, other))


def most_words(one: Known, other: Known) -> int:
    """Return how many words the longer full name has."""
    return max(len(words(name)) for it in (one, other) for name in it.names)


def may_be_one(one: Known, other: Known) -> bool:
    """Whether a human should look: alike names and birth dates that do not exclude each other.

    A name of one word, or a birth date that is missing, needs more: the same telephone, or a
    birth date known to the day.
    """
    if one.born and other.born and not _overlap(one.born, other.born):
        return False
    alike = likeness(one, other)
    has_same_phone = bool(one.phone) and one.phone == other.phone
    if has_same_phone:
        return alike >= ALMOST
    if one.born is None or other.born is None:
        return False
    if fewest_words(one, other) < 2:
        is_single = most_words(one, other) < 2
        return is_single and one.is_exact and other.is_exact and alike >= ALIKE
    is_same_day = one.is_exact and other.is_exact
    return alike >= (ALMOST if is_same_day else ALIKE)


def _overlap(one: tuple[dt.date, dt.date], other: tuple[dt.date, dt.date]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
