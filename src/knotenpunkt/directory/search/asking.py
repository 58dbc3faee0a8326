"""The search itself: from what was typed to services, best first, or a reason for none.

1. The question loses its stop words; what is left are stems (`folding`).
2. Synonyms add other words for a stem or for several in a row.
3. The vocabulary of the network gives, for each stem, the words that equal it, begin with it,
   contain it, are contained in it (German compounds) or look like it (typing errors).
4. The same statement adds up, for every service, the best match of each stem: how well it
   matches, where the word stands, and how rare it is. Services that answer more of it win.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, overload
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

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

# `wanted`: a word, and how well it stands for the question's stem at a place (1: it is the stem).
# `best`: a column for each place of the question, so that postings are grouped once.
RANKING = """
WITH wanted AS (
  SELECT * FROM unnest(%(stems)s::text[], %(places)s::int[], %(given)s::float8[])
    AS wanted(stem, place, given)
), asked AS (
  SELECT stem, max(given) AS given FROM wanted GROUP BY stem
), likely AS (
  SELECT stem, w.id, CASE
      WHEN w.word = stem THEN given
      WHEN starts_with(w.word, stem) THEN given * %(begins)s
      WHEN length(stem) >= %(infix)s AND strpos(w.word, stem) > 0 THEN given * %(contains)s
      WHEN given < 1 THEN 0
      ELSE similarity(w.word, stem) * %(alike)s END AS quality
  FROM asked
  JOIN directory_searchword w ON w.network_id = %(network)s
   AND (w.word = stem OR (length(stem) >= 3 AND w.word LIKE '%%' || stem || '%%')
        OR (given = 1 AND length(stem) >= 4 AND w.word %% stem))
  UNION ALL
  SELECT stem, w.id, %(contained)s * length(w.word) / length(stem)
  FROM unnest(%(parts)s::text[], %(wholes)s::text[]) AS part(part, stem)
  JOIN directory_searchword w ON w.network_id = %(network)s AND w.word = part
), found AS MATERIALIZED (
  SELECT stem, id, max(quality) AS quality FROM likely WHERE quality > 0.25 GROUP BY stem, id
), best AS MATERIALIZED (
  SELECT p.entry_id, {best}
  FROM found JOIN wanted USING (stem) JOIN directory_searchposting p ON p.word_id = found.id
  GROUP BY p.entry_id
), rarity AS (
  SELECT {rarity} FROM best
), ranked AS MATERIALIZED (
  SELECT entry_id,
    ({sum}) * (0.35::float8 + 0.65::float8 * num_nonnulls({all}) / %(asked)s::float8) AS total
  FROM best CROSS JOIN rarity
  ORDER BY total DESC, entry_id LIMIT %(most)s
), telling AS (
  SELECT entry_id, total FROM ranked WHERE total >= %(worst)s * (SELECT max(total) FROM ranked)
)
"""
ALL = "SELECT entry_id, total FROM telling ORDER BY total DESC, entry_id"
ALLOWED = """
SELECT entry_id,
  telling.total * CASE WHEN allowed.vouched_on >= %(oldest)s THEN 1 ELSE %(stale)s END AS weight
FROM telling JOIN ({allowed}) AS allowed(id, vouched_on) ON allowed.id = entry_id
ORDER BY weight DESC, telling.total DESC, entry_id
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
    """Return those of `services` that answer the question, best first: two queries, and one
    for the rows that are looked at.

    `services` says who may see what and which filters hold; the ranking knows no rights.
    """
    allowed = services.order_by().prefetch_related(None).select_related(None)
    columns = allowed.values_list("pk", Coalesce("verified_on", "created_on"))
    try:
        statement, values = columns.query.sql_with_params()
    except EmptyResultSet:  # the filters leave nothing
        return Found(services, [])
    named = {f"allowed_{number}": value for number, value in enumerate(values)}
    rows = _ranked(
        network,
        question_words(text),
        ALLOWED.format(allowed=statement % tuple(f"%({name})s" for name in named)),
        {**named, "oldest": clock.today() - MARKED_AFTER, "stale": STALE},
    )
    return Found(services, [key for key, _weight in rows])


def rank(network: Network, text: str) -> Asked:
    """Return ids of services with their scores, best first; noise is left out."""
    stems = question_words(text)
    return Asked(tuple(stems), tuple(_ranked(network, stems, ALL, {})))


def _ranked(
    network: Network, stems: Sequence[str], end: str, more: dict[str, Any]
) -> list[tuple[UUID, float]]:
    """Run the ranking with this last part; nothing is asked when there is nothing to look for."""
    if not stems:
        return []
    with connection.cursor() as cursor:
        wanted = _wanted(network, stems)
        parts = [(part, word) for word in stems for part in _parts(word)]
        arguments: dict[str, Any] = {
            "stems": [stem for stem, _place, _given in wanted],
            "places": [place for _stem, place, _given in wanted],
            "given": [given for _stem, _place, given in wanted],
            "parts": [part for part, _ in parts],
            "wholes": [whole for _, whole in parts],
            "network": network.pk,
            "begins": BEGINS,
            "contains": CONTAINS,
            "contained": CONTAINED,
            "alike": ALIKE,
            "infix": LEAST_INFIX,
            "asked": len(stems),
            "total": 1000.0,
            "most": MOST,
            "worst": WORST,
        }
        cursor.execute(_ranking(len(stems)) + end, {**arguments, **more})
        return [(key, score) for key, score in cursor.fetchall()]


@cache
def _ranking(places: int) -> str:
    """Return the ranking for a question of so many stems."""
    columns = [f"best_{place}" for place in range(places)]
    best = ", ".join(
        f"max(found.quality * p.weight) FILTER (WHERE wanted.place = {place}) AS {column}"
        for place, column in enumerate(columns)
    )
    rarity = ", ".join(
        f"ln(1 + %(total)s::float8 / nullif(count({it}), 0)) AS of_{it}" for it in columns
    )
    total = " + ".join(f"coalesce({it} * of_{it}, 0)" for it in columns)
    return RANKING.format(best=best, rarity=rarity, sum=total, all=", ".join(columns))


def _wanted(network: Network, stems: Sequence[str]) -> list[tuple[str, int, float]]:
    """Return (word, place in the question, how well it stands for the stem there)."""
    found = {(word, place): 1.0 for place, word in enumerate(stems)}
    for places, word in _synonyms(network, stems):
        for place in places:
            found[word, place] = max(SYNONYM, found.get((word, place), 0))
    return [(word, place, given) for (word, place), given in found.items()]


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
