"""Faults that send people to a closed door are flagged; the official schema lets most pass."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from knotenpunkt.directory.actions.importing import import_bundle
from knotenpunkt.directory.errors import BadImport
from knotenpunkt.directory.hsds.lint import KINDS, findings_of
from knotenpunkt.directory.hsds.nesting import in_tables
from knotenpunkt.directory.hsds.package import write_package
from knotenpunkt.directory.hsds.spec import Bundle, tables, tidy
from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Network
from tests.directory.test_hsds_api import validator

EXAMPLES = Path(__file__).parent / "hsds_examples"
Fault = Callable[[Bundle], Any]
SEEDS: list[tuple[str, str, Fault]] = [
    ("closes_before_opens", "schedules", lambda it: it.update(closes_at="09:00:00")),
    ("minimum_age_above_maximum", "services", lambda it: it.update(minimum_age=65, maximum_age=18)),
    ("unknown_language", "languages", lambda it: it.update(code="xx-deutsch")),
    ("dangling_reference", "service_at_location", lambda it: it.update(location_id=LOST)),
    ("impossible_coordinates", "locations", lambda it: it.update(latitude=509.05)),
    ("coordinates_at_zero", "locations", lambda it: it.update(latitude=0, longitude=0)),
    ("ends_before_it_starts", "cost_options", lambda it: it.update(valid_to="1999-01-01")),
    ("bad_date", "services", lambda it: it.update(assured_date="32.13.2026")),
    ("bad_time", "schedules", lambda it: it.update(opens_at="25 Uhr")),
    ("impossible_rule", "schedules", lambda it: it.update(freq="MONTHLY", bymonthday="45")),
    ("schedule_has_ended", "schedules", lambda it: it.update(valid_to="2011-01-01")),
    ("impossible_age", "services", lambda it: it.update(maximum_age=-3)),
    ("negative_amount", "cost_options", lambda it: it.update(amount=-5)),
    ("unknown_currency", "cost_options", lambda it: it.update(currency="Taler")),
    ("unknown_country", "addresses", lambda it: it.update(country="Germany")),
    ("unreachable_number", "phones", lambda it: it.update(number="12")),
    ("unknown_time_zone", "schedules", lambda it: it.update(timezone=40)),
    ("confirmed_in_future", "services", lambda it: it.update(assured_date="2099-01-01")),
    ("blank_name", "services", lambda it: it.update(name=" . ")),
    ("half_coordinates", "locations", lambda it: it.pop("longitude")),
    ("circular_parent", "organizations", lambda it: it.update(parent_organization_id=it["id"])),
    ("bad_address", "organizations", lambda it: it.update(website="javascript:alert(1)")),
]  # fmt: skip
LOST = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def sound() -> Bundle:
    document = json.loads((EXAMPLES / "service_full.json").read_text())
    bundle = tidy(in_tables({"services": [document]}))
    bundle["locations"][0]["latitude"] = 51.5
    bundle["organizations"][0].pop("parent_organization_id")
    bundle["taxonomy_terms"][0].pop("parent_id")
    bundle["cost_options"][0].update(valid_to="2031-01-01")
    for column in ("byweekno", "bymonthday", "byyearday", "count", "until", "valid_to"):
        bundle["schedules"][0].pop(column)
    return bundle


def by_api(bundle: Bundle, network: Network) -> set[tuple[str, str, int]]:
    answer = Client().post("/hsds/check", write_package(bundle), content_type="application/zip")
    assert answer.status_code == 200
    return {(it["kind"], it["table"], it["row"]) for it in answer.json()["findings"]}


def by_import(bundle: Bundle, network: Network) -> set[tuple[str, str, int]]:
    """Return what the import found; with an error among it, it has written nothing."""
    before = Service.objects.count()
    try:
        found = import_bundle(network=network, bundle=bundle, by=None).warnings
    except BadImport as error:
        assert Service.objects.count() == before
        return {(it.kind, it.table, it.row) for it in error.findings}
    return {(it.kind, it.table, it.row) for it in found}


def by_command(bundle: Bundle, network: Network) -> set[tuple[str, str, int]]:
    return {(it.kind, it.table, it.row) for it in findings_of(bundle)}


WAYS: dict[str, Callable[[Bundle, Network], set[tuple[str, str, int]]]] = {
    "api": by_api,
    "import": by_import,
    "command": by_command,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_sound_bundle_passes_every_way(way: str, sound: Bundle, network: Network) -> None:
    assert WAYS[way](sound, network) == set()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("kind", "table", "fault"), SEEDS, ids=[it[0] for it in SEEDS])
def test_a_seeded_fault_is_flagged_every_way(
    way: str, kind: str, table: str, fault: Fault, sound: Bundle, network: Network
) -> None:
    fault(sound[table][0])

    assert (kind, table, 1) in WAYS[way](sound, network)


def test_a_sound_bundle_has_no_faults(sound: Bundle) -> None:
    assert [str(it) for it in findings_of(sound)] == []


def test_the_official_schema_lets_most_of_them_pass(sound: Bundle) -> None:
    passed = []
    for kind, table, fault in SEEDS:
        seeded = deepcopy(sound)
        fault(seeded[table][0])
        check = validator(f"{tables()[table].singular}.json")
        if not list(check.iter_errors(seeded[table][0])):
            passed.append(kind)

    assert len(SEEDS) >= 15
    assert len(passed) >= 15, passed


def test_more_faults_of_whole_bundles(sound: Bundle) -> None:
    sound["services"].append({**sound["services"][0], "id": LOST, "status": "active"})
    sound["services"][1].pop("url")
    sound["services"][1].pop("email")
    sound["phones"].append(dict(sound["phones"][0]))
    sound["funding"].append({"id": LOST, "source": "nobody"})
    sound["languages"][0]["phone_id"] = LOST

    kinds = {it.kind for it in findings_of(sound)}

    assert kinds >= {
        "doubled_service", "nobody_can_come", "doubled_id", "without_owner", "dangling_hint",
    }  # fmt: skip


def test_without_its_checks_the_linter_finds_nothing(sound: Bundle) -> None:
    SEEDS[0][2](sound["schedules"][0])

    assert findings_of(sound, checks=(lambda table, row, context: iter(()),)) == []


def test_every_kind_says_what_is_wrong() -> None:
    assert len(KINDS) >= 30
    assert all(str(text) for _, text in KINDS.values())
