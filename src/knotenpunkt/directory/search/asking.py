"""The search itself: from what was typed to services, best first, or a reason for none.

1. The question loses its stop words; what is left are stems (`folding`).
2. Synonyms add other words for a stem or for several in a row.
3. The vocabulary of the network gives, for each stem, the words that equal it, begin with it,
   contain it, are contained in it (German compounds) or look like it (typing errors).
4. One statement adds up, for every service, the best match of each stem: how well it matches,
   where the word stands, and how rare it is. Services that answer more of the question win.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from knotenpunkt.directory.freshness import MARKED_AFTER
from knotenpunkt.directory.models import Service, Synonym
from knotenpunkt.directory.search.folding import question_words
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Network

SYNONYM, BEGINS, CONTAINS, CONTAINED, ALIKE = 0.95, 0.75, 0.6, 0.55, 0.6
LEAST_INFIX = 4  # shorter stems would be contained in everything
WORST = 0.30  # services below this share of the best score are noise
MOST = 200
STALE = 0.8  # what nobody has confirmed for long stands lower (invariant 39)

VOCABULARY = """
SELECT stem, id, max(quality) FROM (
  SELECT stem, w.id, CASE
      WHEN w.word = stem THEN given
      WHEN starts_with(w.word, stem) THEN given * %(begins)s
      WHEN length(stem) >= %(infix)s AND strpos(w.word, stem) > 0 THEN given * %(contains)s
      WHEN given < 1 THEN 0
      ELSE similarity(w.word, stem) * %(alike)s END AS quality
  FROM unnest(%(stems)s::text[], %(given)s::float8[]) AS asked(stem, given)
  JOIN directory_searchword w ON w.network_id = %(network)s
   AND (w.word = stem OR (length(stem) >= 3 AND w.word LIKE '%%' || stem || '%%')
        OR (given = 1 AND length(stem) >= 4 AND w.word %% stem))
  UNION ALL
  SELECT stem, w.id, %(contained)s * length(w.word) / length(stem)
  FROM unnest(%(parts)s::text[], %(wholes)s::text[]) AS part(part, stem)
  JOIN directory_searchword w ON w.network_id = %(network)s AND w.word = part
) AS found WHERE quality > 0.25 GROUP BY stem, id
"""
RANKING = """
WITH matched AS (
  SELECT p.entry_id, m.question, m.quality * p.weight AS score, m.word_id
  FROM unnest(%(questions)s::int[], %(words)s::bigint[], %(qualities)s::float8[])
       AS m(question, word_id, quality)
  JOIN directory_searchposting p ON p.word_id = m.word_id
), best AS (
  SELECT entry_id, question, max(score) AS score FROM matched GROUP BY entry_id, question
), rarity AS (
  SELECT question, ln(1 + %(total)s::float8 / count(*)) AS idf FROM best GROUP BY question
)
SELECT entry_id, sum(score * idf) * (0.35 + 0.65 * count(*) / %(asked)s::float8) AS total
FROM best JOIN rarity USING (question) GROUP BY entry_id
ORDER BY total DESC, entry_id LIMIT %(most)s
"""


@dataclass(frozen=True)
class Asked:
    """What a question came to: its stems, and for each the words that stand for it."""

    stems: tuple[str, ...]
    ranked: tuple[tuple[UUID, float], ...]


class Found(Sequence[Service]):
    """Services that answer a question, best first. Only those that are looked at are fetched."""

    def __init__(self, services: QuerySet[Service], keys: list[UUID]) -> None:
        self.services = services
        self.keys = keys

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, at: int) -> Service: ...
    @overload
    def __getitem__(self, at: slice) -> list[Service]: ...
    def __getitem__(self, at: int | slice) -> Service | list[Service]:
        if isinstance(at, int):
            return self.services.get(pk=self.keys[at])
        keys = self.keys[at]
        rows = self.services.in_bulk(keys) if keys else {}
        return [rows[key] for key in keys if key in rows]

    def __iter__(self) -> Iterator[Service]:
        return iter(self[:])


def search_services(services: QuerySet[Service], network: Network, text: str) -> Found:
    """Return those of `services` that answer the question, best first: four queries, and one
    for the rows that are looked at.

    `services` says who may see what and which filters hold; the ranking knows no rights.
    """
    ranked = rank(network, text).ranked
    keys = [key for key, _score in ranked]
    allowed = services.filter(pk__in=keys).prefetch_related(None).order_by()
    confirmed = dict(allowed.values_list("pk", "verified_on")) if keys else {}
    oldest = clock.today() - MARKED_AFTER

    def weight(pair: tuple[UUID, float]) -> float:
        day = confirmed[pair[0]]
        return -pair[1] * (1 if day and day >= oldest else STALE)

    found = sorted((pair for pair in ranked if pair[0] in confirmed), key=weight)
    return Found(services, [key for key, _score in found])


def rank(network: Network, text: str) -> Asked:
    """Return ids of services with their scores, best first; noise is left out."""
    stems = question_words(text)
    if not stems:
        return Asked((), ())
    matches = list(_matches(network, stems))
    if not matches:
        return Asked(tuple(stems), ())
    arguments: dict[str, Any] = {
        "questions": [question for question, _, _ in matches],
        "words": [word for _, word, _ in matches],
        "qualities": [quality for _, _, quality in matches],
        "asked": len(stems),
        "total": 1000.0,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(RANKING, arguments)
        rows = cursor.fetchall()
    best = rows[0][1] if rows else 0
    return Asked(tuple(stems), tuple((key, score) for key, score in rows if score >= best * WORST))


def _matches(network: Network, stems: Sequence[str]) -> Iterator[tuple[int, int, float]]:
    """Yield (place in the question, word, quality) for every word that stands for a stem."""
    wanted: dict[str, dict[int, float]] = {}
    for place, word in enumerate(stems):
        wanted.setdefault(word, {})[place] = 1.0
    for places, word in _synonyms(network, stems):
        for place in places:
            known = wanted.setdefault(word, {})
            known[place] = max(SYNONYM, known.get(place, 0))
    asked = [(word, max(places.values())) for word, places in wanted.items()]
    parts = [(part, word) for word in stems for part in _parts(word)]
    with connection.cursor() as cursor:
        cursor.execute(
            VOCABULARY,
            {
                "stems": [word for word, _ in asked],
                "given": [given for _, given in asked],
                "parts": [part for part, _ in parts],
                "wholes": [whole for _, whole in parts],
                "network": network.pk,
                "begins": BEGINS,
                "contains": CONTAINS,
                "contained": CONTAINED,
                "alike": ALIKE,
                "infix": LEAST_INFIX,
            },
        )
        rows = cursor.fetchall()
    for word, number, quality in rows:
        for place in wanted[word]:
            yield place, number, quality


def _parts(word: str) -> Iterator[str]:
    """Yield what may be a word inside a compound: its beginnings and its ends."""
    if len(word) >= 2 * LEAST_INFIX:
        for cut in range(LEAST_INFIX, len(word) - LEAST_INFIX + 1):
            yield word[:cut]
            yield word[cut:]


def _synonyms(network: Network, stems: Sequence[str]) -> Iterator[tuple[list[int], str]]:
    """Yield (places in the question, stem) for what stands for one or several stems in a row."""
    runs = {
        " ".join(stems[start : start + length]): list(range(start, start + length))
        for length in (1, 2, 3)
        for start in range(len(stems) - length + 1)
    }
    inside = {part: [place] for place, word in enumerate(stems) for part in _parts(word)}
    terms = {**inside, **runs}
    for synonym in Synonym.objects.filter(network=network, term__in=[*terms]):
        for word in question_words(synonym.means):
            yield terms[synonym.term], word


NEAREST = """
SELECT asked.word, best.word FROM unnest(%s::text[]) AS asked(word)
CROSS JOIN LATERAL (
  SELECT word FROM directory_searchword WHERE network_id = %s AND length(word) > 3
  ORDER BY similarity(word, asked.word) DESC, word LIMIT 1
) AS best
"""


def words_like(network: Network, *texts: str, most: int = 3) -> list[list[str]]:
    """Return for each text words of the directory that look like it, for "did you mean"."""
    asked = [question_words(text) for text in texts]
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, [sorted({word for words in asked for word in words}), network.pk])
        nearest = dict(cursor.fetchall())
    return [
        list(dict.fromkeys(nearest[word] for word in words if word in nearest))[:most]
        for words in asked
    ]
