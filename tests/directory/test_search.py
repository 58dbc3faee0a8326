"""People find what they type for, in eight languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from knotenpunkt.directory.models import Synonym
from knotenpunkt.directory.queries import services_public
from knotenpunkt.directory.search.asking import search_services
from knotenpunkt.network.models import Network
from tests.directory.relevance import FLOOR, questions, recall_at_five

Find = Callable[[str], list[str]]


@pytest.fixture
def find(network: Network) -> Find:
    return lambda text: [it.code for it in search_services(services_public(network), network, text)]


def test_the_relevance_set_covers_the_languages() -> None:
    by_language = {language for language, _, _ in questions()}

    assert len(questions()) >= 120
    assert {"de", "uk", "ar", "fa", "tr"} <= by_language


def test_a_search_asks_twice_and_reads_rows_once_whatever_it_finds(network: Network) -> None:
    counts = []
    for text, most in (("Konto", 1), ("Beratung", 3), ("Beratung", 20)):
        with CaptureQueriesContext(connection) as queries:
            found = search_services(services_public(network), network, text)[:most]
        counts.append((len(found) >= min(most, 3), _statements(queries)))

    assert counts == [(True, 3)] * 3


def test_filters_that_leave_nothing_are_no_fault(network: Network) -> None:
    assert list(search_services(services_public(network).none(), network, "Konto")) == []
    assert list(search_services(services_public(network), network, "?!")) == []


def _statements(queries: CaptureQueriesContext) -> int:
    return sum("FROM" in it["sql"] for it in queries.captured_queries)


def test_what_people_type_is_found(find: Find) -> None:
    recall = recall_at_five(lambda _, text: find(text))

    assert min(recall.values()) >= FLOOR, recall


def test_without_synonyms_the_measure_would_fall_below_its_floor(
    find: Find, network: Network
) -> None:
    Synonym.objects.filter(network=network).delete()

    recall = recall_at_five(lambda _, text: find(text))

    assert min(recall.values()) < FLOOR
