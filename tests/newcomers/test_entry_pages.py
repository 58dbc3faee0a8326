"""Public pages of one service and one house: what everyone may see, also for machines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Network, Organization

# What schema.org lets these types say, as far as we say it.
VOCABULARY = {
    "GovernmentService": {"@id", "url", "name", "description", "serviceType", "provider",
                          "availableChannel"},
    "GovernmentOrganization": {"@id", "name", "alternateName", "description", "url", "telephone",
                               "email"},
    "ServiceChannel": {"availableLanguage", "serviceLocation"},
    "Place": {"name", "address", "geo", "openingHoursSpecification"},
    "GeoCoordinates": {"latitude", "longitude"},
    "OpeningHoursSpecification": {"dayOfWeek", "opens", "closes", "validFrom", "validThrough"},
    "ItemList": {"name", "itemListElement"},
    "ListItem": {"position", "name", "url"},
}  # fmt: skip
VOCABULARY["Service"] = VOCABULARY["GovernmentService"]
VOCABULARY["Organization"] = VOCABULARY["GovernmentOrganization"]
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture
def entry(network: Network) -> Service:
    return Service.objects.select_related("organization").get(code="of-jc-antrag")


def page_of(service: Service, language: str = "de") -> str:
    return show(reverse("public:service", args=[service.pk]), language)


def show(address: str, language: str = "de") -> str:
    answer = Client(headers={"accept-language": language}).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def without_addresses(answer: Any) -> str:
    """Return a page without what differs from request to request."""
    text = answer.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    return text.replace(answer.wsgi_request.path, "")


def linked_data(page: str) -> list[dict[str, Any]]:
    return [json.loads(text) for text in BLOCK.findall(page)]


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from nodes(part)


def strange_to_schema_org(page: str) -> list[str]:
    """Return types and properties that schema.org, as far as we use it, does not know."""
    blocks = linked_data(page)
    found = [] if blocks else ["no block"]
    for block in blocks:
        if block.pop("@context", "") != "https://schema.org":
            found.append("context")
        for node in nodes(block):
            kind = node.get("@type", "")
            found += [
                f"{kind}.{key}" for key in node.keys() - {"@type"} - VOCABULARY.get(kind, set())
            ]
    return found


def test_a_service_page_says_where_when_what_and_how(entry: Service) -> None:
    entry.languages = ["de", "uk"]
    entry.save(update_fields=["languages"])

    page = page_of(entry)

    for text in ("Heute", "Українська", entry.organization.phone, "Bestätigt am"):
        assert text in page
    for place in entry.locations.all():
        assert place.name in page
    for document in entry.documents.all():
        assert document.name["de"] in page
    assert reverse("public:organization", args=[entry.organization_id]) in page


def test_the_reader_sees_her_language_and_the_german_name_beside_it(entry: Service) -> None:
    page = page_of(entry, "uk")

    assert entry.name["uk"] in page
    assert entry.name["de"] in page


def test_hidden_parts_are_on_no_public_page(entry: Service) -> None:
    entry.visibility = {"places": "partners", "contacts": "partners", "hours": "partners"}
    entry.email = "nur-partner@example.org"
    entry.save()
    Organization.objects.filter(pk=entry.organization_id).update(
        visibility={"contacts": "partners", "places": "partners"}
    )
    house = reverse("public:organization", args=[entry.organization_id])
    topic = reverse("public:topic", args=[entry.topic.code])

    pages = [page_of(entry), show(house)]

    place = entry.locations.order_by("position")[0]
    assert place.name not in pages[0] + pages[1]
    assert not [
        text
        for text in ("nur-partner", entry.organization.phone, "opens")
        if text in "".join(pages)
    ]
    card = show(topic).split(str(entry.pk))[1].split("</section>")[0]
    assert place.name not in card


def test_nothing_for_partners_only_is_public(entry: Service) -> None:
    pages = page_of(entry) + show(reverse("public:organization", args=[entry.organization_id]))

    assert entry.organization.partner_line
    assert entry.organization.partner_line not in pages
    assert not [member.name for member in entry.staff.all() if member.name in pages]


@pytest.mark.parametrize(
    "change",
    [
        {"status": ServiceStatus.DRAFT},
        {"verified_on": "2025-01-01"},
        {"visibility": {"basics": "partners"}},
    ],
)
def test_what_is_not_public_is_not_there(change: dict[str, Any], entry: Service) -> None:
    Service.objects.filter(organization=entry.organization).update(**change)
    unknown = Client().get(reverse("public:service", args=[uuid4()]))

    answer = Client().get(reverse("public:service", args=[entry.pk]))

    assert answer.status_code == unknown.status_code == 404
    assert without_addresses(answer) == without_addresses(unknown)
    house = reverse("public:organization", args=[entry.organization_id])
    assert Client().get(house).status_code == 404
    assert str(entry.pk) not in show(reverse("public:topic", args=[entry.topic.code]))


def test_machines_read_schema_org(entry: Service) -> None:
    house = reverse("public:organization", args=[entry.organization_id])
    topic = reverse("public:topic", args=[entry.topic.code])
    pages = [page_of(entry), show(house), show(topic)]

    assert [fault for page in pages for fault in strange_to_schema_org(page)] == []
    service = linked_data(pages[0])[0]
    assert service["@type"] == "GovernmentService"
    assert service["provider"]["@type"] == "GovernmentOrganization"
    hours = service["availableChannel"][0]["serviceLocation"]["openingHoursSpecification"]
    assert {it["@type"] for it in hours} == {"OpeningHoursSpecification"}
    assert all(day.startswith("https://schema.org/") for it in hours for day in it["dayOfWeek"])


def test_a_word_that_schema_org_does_not_know_would_be_noticed(entry: Service) -> None:
    page = page_of(entry).replace('"serviceType"', '"kindOfService"')

    assert strange_to_schema_org(page) == ["GovernmentService.kindOfService"]


def test_a_name_cannot_end_the_block_of_data(entry: Service) -> None:
    evil = "</script><script>alert(1)</script><!-- \u2028 &amp;"
    entry.name = {"de": evil}
    entry.save(update_fields=["name"])

    page = page_of(entry)

    assert "<script>alert" not in page
    assert linked_data(page)[0]["name"] == evil


def test_a_topic_shows_twenty_offers_at_a_time(entry: Service) -> None:
    Service.objects.update(topic=entry.topic, status=ServiceStatus.VERIFIED)
    address = reverse("public:topic", args=[entry.topic.code])

    first, second = show(address), show(f"{address}?page=2")

    assert len(linked_data(first)[0]["itemListElement"]) == 20
    assert "page=2" in first
    assert linked_data(first)[0]["itemListElement"] != linked_data(second)[0]["itemListElement"]
