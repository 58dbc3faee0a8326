"""The public API keeps HSDS 3.0 and the Open Referral UK profile."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.directory.hsds.conformance import run_profile
from knotenpunkt.directory.hsds.spec import SCHEMAS
from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Network

Fetch = Callable[[str], tuple[int, Any]]


@pytest.fixture
def fetch(network: Network) -> Fetch:
    def get(address: str) -> tuple[int, Any]:
        answer = Client().get(f"/hsds{address}")
        return answer.status_code, json.loads(answer.content)

    return get


def validator(name: str) -> Draft202012Validator:
    """Return the official schema of one HSDS object, its references resolved."""
    documents = {path.name: json.loads(path.read_text()) for path in SCHEMAS.glob("*.json")}
    registry: Registry[Any] = Registry().with_resources(
        (key, Resource.from_contents(it, default_specification=DRAFT202012))
        for key, it in documents.items()
    )
    return Draft202012Validator(documents[name], registry=registry, format_checker=FormatChecker())


def test_the_open_referral_uk_profile_is_kept(fetch: Fetch) -> None:
    outcomes = run_profile(fetch)

    assert len(outcomes) == 9
    assert [it for it in outcomes if it.faults] == []


def test_a_fault_in_the_api_would_be_found(fetch: Fetch) -> None:
    def broken(address: str) -> tuple[int, Any]:
        status, answer = fetch(address)
        if answer.get("contents"):
            answer["contents"][0]["name"] = 7
            answer["first_page"] = False
        return status, answer

    faults = [fault for it in run_profile(broken) for fault in it.faults]

    assert any("7 is not of type" in fault for fault in faults)
    assert any("first_page is False" in fault for fault in faults)


@pytest.mark.parametrize(
    ("listing", "schema"),
    [
        ("services", "service.json"),
        ("organizations", "organization.json"),
        ("service_at_locations", "service_at_location.json"),
        ("taxonomies", "taxonomy.json"),
        ("taxonomy_terms", "taxonomy_term.json"),
    ],
)
def test_every_item_validates_against_the_official_schema(
    listing: str, schema: str, fetch: Fetch
) -> None:
    check = validator(schema)
    ids = [it["id"] for it in fetch(f"/{listing}?per_page=100")[1]["contents"]]

    documents = [fetch(f"/{listing}/{key}")[1] for key in ids]

    assert documents
    assert [error.message for it in documents for error in check.iter_errors(it)] == []
    assert list(check.iter_errors({**documents[0], "id": 7}))


def test_anyone_may_read_from_any_site(network: Network) -> None:
    answer = Client().get("/hsds/services")

    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer


def test_drafts_old_entries_and_hidden_groups_are_not_public(fetch: Fetch) -> None:
    service = Service.objects.get(code="of-vz-konto")
    service.visibility = {"places": "partners", "hours": "partners"}
    service.email, service.visibility["contacts"] = "nur-partner@example.org", "own_organization"
    service.save()
    Service.objects.filter(code="of-gk-kv").update(status=ServiceStatus.DRAFT)
    Service.objects.filter(code="of-gk-impf").update(verified_on="2025-01-01")
    names = {"of-gk-kv", "of-gk-impf"}
    hidden = {str(it.id) for it in Service.objects.filter(code__in=names)}

    listed = {it["id"] for it in fetch("/services?per_page=100")[1]["contents"]}
    shown = json.dumps(fetch(f"/services/{service.id}")[1])

    assert listed
    assert listed & hidden == set()
    assert [fetch(f"/services/{key}")[0] for key in hidden] == [404, 404]
    assert "nur-partner" not in shown
    assert "opens_at" not in shown
    assert "service_at_locations" not in shown


def test_nothing_for_partners_only_is_public(fetch: Fetch) -> None:
    everything = json.dumps(
        [fetch("/organizations?per_page=100&full=true")[1], fetch("/services?full=true")[1]]
    )

    assert "Jobcenter Musterkreis" in everything
    assert "55501-90" not in everything  # the line for partners
    assert "Mühlenfeld" not in everything  # a staff member


def test_what_is_not_there_is_a_404_and_bad_input_a_422(fetch: Fetch) -> None:
    assert fetch(f"/services/{uuid4()}")[0] == 404
    assert fetch("/services/not-a-uuid")[0] == 404
    assert fetch("/services?page=0")[0] == 422
    assert fetch("/services?per_page=x")[0] == 422
    assert fetch("/services?page=999")[1]["empty"] is True


def test_filters_narrow_the_list(fetch: Fetch) -> None:
    one = Service.objects.get(code="of-vz-konto")

    by_organization = fetch(f"/services?organization_id={one.organization_id}")[1]
    by_topic = fetch(f"/services?taxonomy_term_id={one.topic_id}&full=true")[1]
    by_words = fetch("/services?search=bank account")[1]
    later = fetch("/services?modified_after=2099-01-01T00:00:00Z")[1]

    assert {it["organization"]["name"] for it in by_organization["contents"]} == {
        "Verbraucherzentrale, Beratungsstelle Musterstadt"
    }
    assert str(one.id) in {it["id"] for it in by_topic["contents"]}
    assert str(one.id) in {it["id"] for it in by_words["contents"]}
    assert later["total_items"] == 0


@pytest.mark.parametrize(
    "address",
    [
        "/services?full=true",
        "/services?full=false",
        "/organizations?full=true",
        "/service_at_locations?x=1",
        "/taxonomy_terms?x=1",
    ],
)
def test_a_longer_page_needs_no_more_queries(address: str, network: Network) -> None:
    counts = []
    for size in (1, 3, 20):
        with CaptureQueriesContext(connection) as captured:
            Client().get(f"/hsds{address}&per_page={size}")
        counts.append(len(captured))

    assert max(counts) == min(counts)


def test_the_calendar_of_a_service_names_places_and_no_people(network: Network) -> None:
    service = Service.objects.get(code="of-vz-konto")

    answer = Client().get(f"/hsds/services/{service.id}/calendar.ics")
    calendar = Calendar.from_ical(answer.content)

    events = calendar.walk("VEVENT")
    assert len(events) == 5
    assert {str(it["SUMMARY"]) for it in events} == {str(service)}
    assert all("Musterarkaden" in str(it["LOCATION"]) for it in events)
    assert not any(member.name.encode() in answer.content for member in service.staff.all())
