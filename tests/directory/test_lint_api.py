"""The linter as a call: anyone may have HSDS data checked, within limits, and nothing is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from knotenpunkt.directory.actions.importing import BadImport, Origin, import_bundle
from knotenpunkt.directory.hsds.nesting import in_tables
from knotenpunkt.directory.hsds.outgoing import public_bundle
from knotenpunkt.directory.hsds.package import write_package
from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Network
from knotenpunkt.web.api.hsds.checking import CHECKS, MOST_BYTES

EXAMPLE = Path(__file__).parent / "hsds_examples" / "service_full.json"


def check(content: bytes, kind: str = "application/json") -> Any:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "de"})
    answer: HttpResponse = client.post("/hsds/check", content, content_type=kind)
    return answer


def example(**changed: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(EXAMPLE.read_text())
    return document | changed


def test_faults_are_named_by_table_row_and_field(network: Network) -> None:
    before = Service.objects.count()

    answer = check(json.dumps(example(minimum_age=65, maximum_age=18)).encode())

    found = {(it["kind"], it["table"], it["row"]): it for it in answer.json()["findings"]}
    fault = found["minimum_age_above_maximum", "services", 1]
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert fault["severity"] == "error"
    assert fault["message"] == "Das Mindestalter liegt über dem Höchstalter."
    assert answer.json()["errors"] >= 1
    assert Service.objects.count() == before


def test_what_we_export_ourselves_has_no_errors(network: Network) -> None:
    answer = check(write_package(public_bundle(network.code)), "application/zip")

    assert answer.status_code == 200
    assert answer.json()["findings"] == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"PK no zip", b"\xff\xfe", b'{"a": 1}'])
def test_what_is_no_hsds_is_refused_with_a_reason(content: bytes, network: Network) -> None:
    answer = check(content)

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:knotenpunkt:not-readable"


def test_too_much_is_refused_politely(network: Network) -> None:
    answer = check(b" " * (MOST_BYTES + 1))

    assert answer.status_code == 413
    assert "directory check" in answer.json()["detail"]


def test_an_address_may_not_keep_us_busy(network: Network) -> None:
    answers = [check(b"{").status_code for _ in range(CHECKS.most + 1)]

    assert answers == [422] * CHECKS.most + [429]
    assert int(check(b"{")["Retry-After"]) > 0


def test_the_import_refuses_what_the_linter_calls_an_error(network: Network) -> None:
    bundle = in_tables({"services": [example(minimum_age=65, maximum_age=18)]})
    before = Service.objects.count()

    with pytest.raises(BadImport) as refused:
        import_bundle(network=network, bundle=bundle, by=None, origin=Origin())

    assert "minimum_age_above_maximum" in {it.kind for it in refused.value.findings}
    assert Service.objects.count() == before
