"""What the search stands on, kept current by whatever changes a service."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from knotenpunkt.directory.enums import SynonymOrigin
from knotenpunkt.directory.models import (
    SearchEntry,
    SearchPosting,
    SearchWord,
    Service,
    Synonym,
    ZeroHit,
)
from knotenpunkt.directory.search.folding import fold, question_words, words_of
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account, Network

SYNONYMS = Path(__file__).parent.parent / "search" / "synonyms.toml"
# How much a word says, by where it stands.
NAME, TOPIC, AROUND, DESCRIPTION = 3.0, 1.2, 1.0, 1.0
BATCH = 200
COPY_POSTINGS = "COPY directory_searchposting (word_id, entry_id, weight) FROM STDIN"
LONGEST_QUERY = 60
Progress = Callable[[int], object]


@transaction.atomic
def renew_search(*, services: Iterable[UUID], progress: Progress | None = None) -> int:
    """Write the words of these services anew; those that are gone lose theirs. Returns how many.

    `progress` hears after each two hundred how many are done.
    """
    ids, done = list(services), 0
    for start in range(0, len(ids), BATCH):
        rows = (
            Service.objects.filter(pk__in=ids[start : start + BATCH])
            .select_related("organization", "topic")
            .prefetch_related("documents", "locations", "staff", "produces")
        )
        done += _renew(list(rows))
        if progress:
            progress(done)
    return done


def renew_search_of(*, network: Network) -> int:
    """Write the words of every service of the network anew."""
    ids = Service.objects.filter(organization__network=network).values_list("pk", flat=True)
    return renew_search(services=ids)


def _renew(services: list[Service]) -> int:
    SearchEntry.objects.bulk_create(
        [
            SearchEntry(service=it, network_id=it.organization.network_id, languages=_languages(it))
            for it in services
        ],
        update_conflicts=True,
        unique_fields=["service"],
        update_fields=["network", "languages"],
    )
    weights = {it: word_weights(it) for it in services}
    numbers = _numbers(weights)
    SearchPosting.objects.filter(entry__in=[it.pk for it in services]).delete()
    # COPY: a service has some hundred words in eight languages, and rows one by one take minutes.
    with connection.cursor() as cursor:
        driver: Any = cursor
        with driver.copy(COPY_POSTINGS) as copy:
            for it, words in weights.items():
                for word, weight in sorted(words.items()):
                    copy.write_row((numbers[it.organization.network_id, word], it.pk, weight))
    return len(services)


def _numbers(weights: dict[Service, dict[str, float]]) -> dict[tuple[UUID, str], int]:
    """Return the number of every word, new ones included."""
    wanted = {(it.organization.network_id, word) for it, words in weights.items() for word in words}
    SearchWord.objects.bulk_create(
        [SearchWord(network_id=network, word=word) for network, word in sorted(wanted, key=str)],
        ignore_conflicts=True,
        batch_size=5000,
    )
    found = SearchWord.objects.filter(
        network__in={network for network, _ in wanted}, word__in={word for _, word in wanted}
    )
    return {(it.network_id, it.word): it.pk for it in found}


def _languages(service: Service) -> list[str]:
    spoken = {code for member in service.staff.all() for code in member.languages}
    return sorted(spoken | set(service.languages))


def word_weights(service: Service) -> dict[str, float]:
    """Return the words of a service in all its languages, each with its greatest weight."""
    organization = service.organization
    around: list[str] = [organization.name, organization.alternate_name, *organization.legal_basis]
    around += [it.name for it in service.locations.all()]
    documents: list[Any] = [*service.documents.all(), *service.produces.all()]
    around += [text for it in documents for text in it.name.values()]
    weights: dict[str, float] = {}
    for weight, texts in (
        (NAME, [*service.name.values(), service.details.get("fields", {}).get("alternate_name")]),
        (TOPIC, service.topic.name.values()),
        (DESCRIPTION, [*service.description.values(), service.eligibility]),
        (AROUND, around),
    ):
        for text in texts:
            for word in words_of(text or ""):
                weights[word] = max(weight, weights.get(word, 0))
    return weights


@transaction.atomic
def load_synonyms(*, network: Network) -> int:
    """Write the synonyms that come with the product; those of the staff stay. Returns how many."""
    data = tomllib.loads(SYNONYMS.read_text(encoding="utf-8"))
    rows = {
        (phrase_of(term), means)
        for means, terms in data["synonyms"].items()
        for term in terms
        if phrase_of(term)
    }
    Synonym.objects.filter(network=network, origin=SynonymOrigin.PRODUCT).delete()
    Synonym.objects.bulk_create(
        [
            Synonym(network=network, term=term, means=means, origin=SynonymOrigin.PRODUCT)
            for term, means in sorted(rows)
        ],
        ignore_conflicts=True,
    )
    return len(rows)


def phrase_of(text: str) -> str:
    """Return a term as questions are compared with it: its telling stems, on one line."""
    return " ".join(question_words(text))[:80]


@transaction.atomic
def note_zero_hit(*, network: Network, query: str, language: str) -> None:
    """Count a question that found nothing. Numbers and addresses are not kept, nor who asked."""
    words = [it for it in fold(query).split() if not any(s.isdigit() or s == "@" for s in it)]
    text = " ".join(words)[:LONGEST_QUERY].strip()
    if not text or not question_words(text):
        return
    hit, is_new = ZeroHit.objects.get_or_create(
        network=network, query=text, language=language, defaults={"last_on": clock.today()}
    )
    if not is_new:
        ZeroHit.objects.filter(pk=hit.pk).update(
            count=F("count") + 1, last_on=clock.today(), is_done=False
        )


@transaction.atomic
def make_synonym(*, hit: ZeroHit, means: str, by: Account) -> Synonym:
    """Let what found nothing mean this from now on, in every language. Harmless when repeated."""
    synonym, _is_new = Synonym.objects.get_or_create(
        network=hit.network,
        term=phrase_of(hit.query),
        means=means[:200],
        defaults={"origin": SynonymOrigin.ZERO_HIT},
    )
    ZeroHit.objects.filter(network=hit.network, query=hit.query).update(is_done=True)
    record("directory.synonym_made", synonym, by=by)
    return synonym


@transaction.atomic
def dismiss_zero_hit(*, hit: ZeroHit, by: Account) -> None:
    """Take a question off the list: nothing here answers it. It returns when asked again."""
    ZeroHit.objects.filter(pk=hit.pk).update(is_done=True)
    record("directory.zero_hit_dismissed", hit, by=by)
