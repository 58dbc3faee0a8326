"""Sixty invented people, each written two or three times as offices write them.

Own data, made for this test: names that are common in the regions newcomers come from, in Latin,
Arabic, Persian, Cyrillic and Ethiopic script, with birth dates as papers have them: to the day,
or 1 January where only the year is known. EXTRA are other people who are easy to confuse:
siblings, namesakes of another age, shared first names.
"""

from __future__ import annotations

import json
from pathlib import Path

_DATA = json.loads((Path(__file__).parent / "name_clusters.json").read_text(encoding="utf-8"))
CLUSTERS: list[list[tuple[str, str]]] = _DATA["clusters"]
EXTRA: list[tuple[str, str]] = _DATA["others"]
