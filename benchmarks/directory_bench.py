"""The directory: what people type is found (recall@5), and how fast among 5,000 services."""

from __future__ import annotations

import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from benchmarks.machine import median_and_p95, milliseconds
from benchmarks.pages_bench import database
from tests.directory.relevance import questions, recall_at_five

SERVICES, ORGANIZATIONS = 5_000, 60
LANGUAGES = ("de", "en", "uk", "ar", "fa", "tr", "ru", "fr")
REPEATS = 15
PAGE = 20


def main() -> None:
    with database():
        import django  # noqa: PLC0415 - the settings need the database first

        django.setup()
        from django.conf import settings  # noqa: PLC0415 - after the set-up

        settings.ALLOWED_HOSTS = ["testserver"]
        _measure()


def _measure() -> None:
    from knotenpunkt.config.region.actions import (  # noqa: PLC0415 - after the set-up
        DEMO_REGION,
        load_region,
    )
    from knotenpunkt.directory.queries import services_of_network  # noqa: PLC0415 - after
    from knotenpunkt.directory.search.asking import search_services  # noqa: PLC0415 - after

    network = load_region(DEMO_REGION)
    services = services_of_network(network)

    def find(_language: str, text: str) -> list[str]:
        return [it.code for it in search_services(services, network, text)[:PAGE]]

    recall = recall_at_five(find)
    print(f"\nSearch, demo region, {len(questions())} questions: recall@5 by language")
    print("  " + "  ".join(f"{language} {share:.3f}" for language, share in recall.items()))
    print(f"  mean of languages {statistics.mean(recall.values()):.3f}")
    began = time.perf_counter()
    grow(network)
    print(f"\nDirectory with {SERVICES} services, texts in {len(LANGUAGES)} languages")
    print(f"  writing them and their search words: {time.perf_counter() - began:.0f} s")
    _searches(find)
    _pages()


def _searches(find: Callable[[str, str], list[str]]) -> None:
    """Time every question of the relevance set, by the language it is asked in."""
    by_language: dict[str, list[float]] = defaultdict(list)
    for language, text, _wanted in questions():
        find(language, text)
        for _ in range(3):
            by_language[language].append(milliseconds(partial(find, language, text)))
    every = [taken for group in by_language.values() for taken in group]
    for language, taken in by_language.items():
        print(f"  search in {language:<16} {_figures(taken)}")
    print(f"  search, {len(questions())} questions     {_figures(every)}")


def grow(network: Any) -> None:
    """Add invented services until there are enough: names and descriptions in all languages."""
    from django.db import connection  # noqa: PLC0415 - after the set-up

    from knotenpunkt.directory.actions.finding import renew_search  # noqa: PLC0415 - after
    from knotenpunkt.directory.models import Service, ServiceAtLocation  # noqa: PLC0415 - after
    from knotenpunkt.foundation import clock  # noqa: PLC0415 - after the set-up
    from knotenpunkt.network.models import Location, Organization  # noqa: PLC0415 - after

    dice, models = random.Random(5), list(Service.objects.select_related("topic"))
    towns = [f"{a}{b}" for a in ("Neu", "Alt", "Ober", "Nieder", "Wald") for b in _ENDS]
    places = list(Location.objects.filter(network=network))
    owners = Organization.objects.bulk_create(
        Organization(
            network=network, code=f"bench-{n}", name=f"Verein {towns[n % len(towns)]} {n}",
            kind="partner", legal_class="other", valid_from="2020-01-01",
        )
        for n in range(ORGANIZATIONS)
    )  # fmt: skip
    rows = []
    for number in range(SERVICES - len(models)):
        one, two, three = dice.choice(models), dice.choice(models), dice.choice(models)
        town = dice.choice(towns)
        rows.append(
            Service(
                id=uuid4(), organization=dice.choice(owners), topic=one.topic,
                code=f"bench-{number}", mode=one.mode, minutes=one.minutes,
                interpreter_class=one.interpreter_class, verified_on=clock.today(),
                name={code: f"{one.name.get(code, one.name['de'])} {town}" for code in LANGUAGES},
                description={
                    code: " ".join(it.name.get(code, it.name["de"]) for it in (two, three))
                    for code in LANGUAGES
                },
                languages=dice.sample(LANGUAGES, 3),
            )
        )  # fmt: skip
    Service.objects.bulk_create(rows, batch_size=1000)
    ServiceAtLocation.objects.bulk_create(
        [ServiceAtLocation(service=it, location=dice.choice(places)) for it in rows], 1000
    )
    renew_search(services=[it.pk for it in rows])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


_ENDS = ("dorf", "stadt", "heim", "bach", "berg", "feld", "hausen", "kirchen", "rode", "au")


def _pages() -> None:
    """Server time and queries of lists of twenty."""
    from django.test import Client  # noqa: PLC0415 - after the set-up

    from knotenpunkt.directory.models import Service  # noqa: PLC0415 - after the set-up
    from knotenpunkt.network.models import Account  # noqa: PLC0415 - after the set-up

    desk, anyone = Client(), Client()
    desk.force_login(Account.objects.get(staff_member__code="st-ki03"))
    one = Service.objects.get(code="of-jc-antrag").pk
    pages: list[tuple[str, Callable[[], Any]]] = [
        ("desk, list of 20", lambda: desk.get("/desk/directory/")),
        ("desk, search", lambda: desk.get("/desk/directory/?q=Kindergartenplatz")),
        ("desk, list in Arabic", lambda: desk.get("/desk/directory/?language=ar&page=7")),
        ("desk, service", lambda: desk.get(f"/desk/directory/services/{one}/")),
        ("desk, organizations", lambda: desk.get("/desk/directory/organizations/")),
        ("HSDS /services, 20", lambda: anyone.get("/hsds/services?per_page=20")),
        ("HSDS /services full, 20", lambda: anyone.get("/hsds/services?per_page=20&full=true")),
        ("HSDS /services/ID", lambda: anyone.get(f"/hsds/services/{one}")),
        ("HSDS search, 20", lambda: anyone.get("/hsds/services?search=Kindergartenplatz")),
        ("public topic", lambda: anyone.get("/topics/t1_health/")),
    ]
    for name, show in pages:
        _one_page(name, show)


def _one_page(name: str, show: Callable[[], Any]) -> None:
    from django.db import connection  # noqa: PLC0415 - after the set-up

    queries: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        queries.append(sql)
        return execute(sql, *rest)

    assert show().status_code == 200
    with connection.execute_wrapper(count):
        show()
    taken = [milliseconds(show) for _ in range(REPEATS)]
    print(f"  {name:<26} {_figures(taken)}  {len(queries)} queries")


def _figures(taken: list[float]) -> str:
    median, p95 = median_and_p95(taken)
    return f"median {median:5.1f} ms, p95 {p95:5.1f} ms"


if __name__ == "__main__":
    main()
