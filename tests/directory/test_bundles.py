"""HSDS in and out: what goes in comes out equal, in JSON and in CSV; bad data goes nowhere."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from knotenpunkt.directory.actions.importing import import_bundle
from knotenpunkt.directory.errors import BadImport, NotTheOwner
from knotenpunkt.directory.hsds.nesting import Nest, in_tables
from knotenpunkt.directory.hsds.outgoing import Outgoing
from knotenpunkt.directory.hsds.package import BadPackage, read_package, write_package
from knotenpunkt.directory.hsds.reading import read_bundle
from knotenpunkt.directory.hsds.spec import Bundle, tidy
from knotenpunkt.directory.models import Service, ServiceAtLocation
from knotenpunkt.directory.queries import services_of_network, with_hsds
from knotenpunkt.network.enums import Audience
from knotenpunkt.network.models import Account, Location, Network, Organization

EXAMPLES = Path(__file__).parent / "hsds_examples"


@pytest.fixture
def example() -> Bundle:
    """The official full example, with the three values mended that cannot be true."""
    document = json.loads((EXAMPLES / "service_full.json").read_text())
    bundle = tidy(in_tables({"services": [document]}))
    for location in bundle["locations"]:
        location["latitude"] = 51.5
    for schedule in bundle["schedules"]:
        for column in ("byweekno", "bymonthday", "byyearday", "count"):
            schedule.pop(column)
        schedule["until"] = schedule["valid_to"] = "2031-12-31"
    return bundle


@pytest.fixture
def bare_network(network: Network) -> Network:
    """Another network, empty but for its topics."""
    other = Network.objects.create(code="elsewhere", name="Elsewhere", land="BB")
    for topic in network.topics.all():
        topic.pk, topic.network = uuid4(), other
        topic.save(force_insert=True)
    return other


def everything(network: Network) -> Bundle:
    outgoing = Outgoing(audience=Audience.OWN_ORGANIZATION)
    for service in with_hsds(services_of_network(network)):
        outgoing.service(service)
    outgoing.named_terms()
    return outgoing.done()


def test_every_table_of_the_official_example_comes_out_as_it_went_in(
    example: Bundle, bare_network: Network
) -> None:
    filled = [name for name, rows in example.items() if rows]

    import_bundle(network=bare_network, bundle=example, by=None)

    assert len(filled) == 20
    assert everything(bare_network) == example


def test_importing_twice_changes_nothing(example: Bundle, bare_network: Network) -> None:
    first = import_bundle(network=bare_network, bundle=example, by=None)
    second = import_bundle(network=bare_network, bundle=example, by=None)

    assert first.created["services"] == 1
    assert dict(second.created) == {}
    assert everything(bare_network) == example


def test_the_demo_region_survives_json_and_csv(network: Network) -> None:
    bundle = everything(network)
    nest = Nest(bundle)
    documents = [nest.service(row["id"]) for row in bundle["services"]]

    by_json = tidy(in_tables({"services": json.loads(json.dumps(documents))}))
    by_csv = tidy(read_package(write_package(bundle)))

    assert len(bundle["services"]) == 46
    assert by_csv == bundle
    assert by_json["services"] == bundle["services"]
    assert by_json["schedules"] == bundle["schedules"]


def test_exporting_importing_and_exporting_the_demo_region_is_equal(network: Network) -> None:
    before = everything(network)

    report = import_bundle(network=network, bundle=before, by=None)

    assert dict(report.created) == {}
    assert everything(network) == before


def test_a_service_for_some_municipalities_says_so_and_one_open_place_lifts_it(
    network: Network,
) -> None:
    service = Service.objects.get(code="of-vz-konto")
    two = list(network.municipalities.order_by("name")[:2])
    for place in service.services_at_location.all():
        place.municipalities.set(two)
    restricted = areas(everything(network), service)
    other = Location.objects.exclude(services_at_location__service=service)[0]
    ServiceAtLocation.objects.create(service=service, location=other)

    assert restricted == [it.name for it in two]
    assert areas(everything(network), service) == []


def areas(bundle: Bundle, service: Service) -> list[str]:
    rows = bundle["service_areas"]
    return sorted(it["name"] for it in rows if it["service_id"] == str(service.pk))


def test_a_lost_value_would_be_noticed(example: Bundle, bare_network: Network) -> None:
    damaged = deepcopy(example)
    damaged["contacts"][0].pop("title")

    import_bundle(network=bare_network, bundle=damaged, by=None)

    assert everything(bare_network) != example


def test_bad_data_is_refused_with_every_fault_and_nothing_is_written(
    example: Bundle, bare_network: Network
) -> None:
    example["services"][0]["minimum_age"] = 200
    example["schedules"][0]["closes_at"] = "09:00:00"

    with pytest.raises(BadImport) as refused:
        import_bundle(network=bare_network, bundle=example, by=None)

    assert {it.kind for it in refused.value.findings} >= {
        "impossible_age", "closes_before_opens", "minimum_age_above_maximum",
    }  # fmt: skip
    assert not Organization.objects.filter(network=bare_network).exists()


def test_nobody_imports_over_another_organization(
    network: Network, account: Callable[[str], Account], example: Bundle
) -> None:
    before = everything(network)
    theirs = Service.objects.get(code="of-vz-konto")
    stolen = deepcopy(before)
    stolen["services"] = [it for it in stolen["services"] if it["id"] == str(theirs.id)]
    stolen["services"][0]["name"] = "Meins"
    mine = {**deepcopy(example), "organizations": []}

    for bundle in (stolen, mine):
        with pytest.raises((NotTheOwner, BadImport)):
            import_bundle(network=network, bundle=bundle, by=account("st-jc05"))

    assert everything(network) == before


def test_a_formula_leaves_as_text_and_comes_back(example: Bundle) -> None:
    example["services"][0]["name"] = '=HYPERLINK("http://evil.example")'

    package = write_package(example)

    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        text = archive.read("services.csv").decode()
    assert "'=HYPERLINK" in text
    assert tidy(read_package(package)) == example


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_package_is_refused(content: bytes) -> None:
    with pytest.raises(BadPackage):
        read_package(content)


def test_a_zip_bomb_is_refused_unopened() -> None:
    memory: Any = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("services.csv", b"\0" * 60_000_000)

    with pytest.raises(BadPackage, match="50 MB"):
        read_package(memory.getvalue())


@pytest.mark.parametrize("shape", ["document", "list", "page", "tables", "lists"])
def test_every_shape_of_json_is_read(shape: str, example: Bundle) -> None:
    service = Nest(example).service(example["services"][0]["id"])
    shapes: dict[str, Any] = {
        "document": service,
        "list": [service],
        "page": {"contents": [service], "total_items": 1},
        "lists": {"services": [service]},
        "tables": {f"{name}.csv": rows for name, rows in example.items()},
    }

    bundle = read_bundle("x.json", json.dumps(shapes[shape]).encode())

    assert tidy(bundle) == example


@pytest.mark.parametrize("content", [b"{", b"[]", b"7", b'{"a": 1}', b"\xff", b"[" * 100_000])
def test_what_is_no_hsds_is_refused(content: bytes) -> None:
    with pytest.raises(BadPackage):
        read_bundle("x.json", content)
