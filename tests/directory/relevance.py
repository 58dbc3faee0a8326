"""What people type and what they should find: `relevance.csv`, read and measured."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

FILE = Path(__file__).parent / "relevance.csv"
FLOOR = 0.9
Find = Callable[[str, str], list[str]]


def questions() -> list[tuple[str, str, set[str]]]:
    """Return (language, what was typed, codes of the services that answer it)."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [
            (row["language"], row["query"], set(row["services"].split()))
            for row in csv.DictReader(file)
        ]


def recall_at_five(find: Find) -> dict[str, float]:
    """Return, by language, the mean share of the wanted services among the first five.

    Where more than five are wanted, five found are all that can be.
    """
    shares: dict[str, list[float]] = defaultdict(list)
    for language, text, wanted in questions():
        found = set(find(language, text)[:5])
        shares[language].append(len(found & wanted) / min(5, len(wanted)))
    return {language: sum(found) / len(found) for language, found in shares.items()}
