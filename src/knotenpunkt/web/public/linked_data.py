"""What public pages say to machines: schema.org as JSON-LD. Only what the page itself shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from knotenpunkt.directory.models import Schedule, Service
from knotenpunkt.foundation.languages import text_in
from knotenpunkt.network.enums import Audience, FieldGroup, LegalClass
from knotenpunkt.network.models import Location, Organization

Node = dict[str, Any]
CONTEXT = "https://schema.org"
STATE_CLASSES = frozenset({LegalClass.BENEFIT_CARRIER, LegalClass.IMMIGRATION_OFFICE})
DAYS = {
    "MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday",
    "SA": "Saturday", "SU": "Sunday",
}  # fmt: skip
# Inside a script element these would end it, or be read as a mark.
ESCAPES = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}


def reader() -> str:
    """Return the language of the page at hand."""
    return (get_language() or "de")[:2]


def as_script(node: Node) -> SafeString:
    """Return the node as a data block. Browsers never run it, so the policy lets it be."""
    text = json.dumps({"@context": CONTEXT, **node}, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped


def service_node(service: Service, languages: Sequence[str], language: str, address: str) -> Node:
    """Return a service that `with_hsds` fetched, in the reader's language."""
    is_official = service.organization.legal_class in STATE_CLASSES
    node: Node = {
        "@type": "GovernmentService" if is_official else "Service",
        "@id": address,
        "url": address,
        "name": text_in(service.name, language).text,
        "description": text_in(service.description, language).text if service.description else None,
        "serviceType": text_in(service.topic.name, language).text,
        "provider": organization_node(service.organization, language),
        "availableChannel": [_channel(service, languages, it) for it in _places(service)],
    }
    return _filled(node)


def organization_node(organization: Organization, language: str, address: str = "") -> Node:
    """Return an organization with what everyone may see of it."""
    is_official = organization.legal_class in STATE_CLASSES
    has_contacts = organization.shows(FieldGroup.CONTACTS, to=Audience.PUBLIC)
    texts = organization.description
    node: Node = {
        "@type": "GovernmentOrganization" if is_official else "Organization",
        "@id": address,
        "name": organization.name,
        "alternateName": organization.alternate_name,
        "description": text_in(texts, language).text if texts else None,
        "url": organization.website if has_contacts else None,
        "telephone": organization.phone if has_contacts else None,
        "email": organization.email if has_contacts else None,
    }
    return _filled(node)


def list_node(name: str, entries: Iterable[tuple[str, str]]) -> Node:
    """Return a list of (name, address)."""
    items = [
        {"@type": "ListItem", "position": place, "name": text, "url": address}
        for place, (text, address) in enumerate(entries, start=1)
    ]
    return {"@type": "ItemList", "name": name, "itemListElement": items}


def named_addresses(request: HttpRequest, services: Iterable[Service]) -> list[tuple[str, str]]:
    """Return (name in the reader's language, address of the public page) of each service."""
    return [
        (
            text_in(it.name, reader()).text,
            request.build_absolute_uri(reverse("public:service", args=[it.pk])),
        )
        for it in services
    ]


def _places(service: Service) -> list[Any]:
    is_shown = service.shows(FieldGroup.PLACES, to=Audience.PUBLIC)
    return list(service.services_at_location.all()) if is_shown else []


def _channel(service: Service, languages: Sequence[str], at: Any) -> Node:
    return _filled(
        {
            "@type": "ServiceChannel",
            "availableLanguage": list(languages),
            "serviceLocation": place_node(at.location, _hours(service, at)),
        }
    )


def _hours(service: Service, at: Any) -> list[Schedule]:
    if not service.shows(FieldGroup.HOURS, to=Audience.PUBLIC):
        return []
    own = list(at.schedules.all()) or list(service.schedules.all())
    if own or not at.location.shows(FieldGroup.HOURS, to=Audience.PUBLIC):
        return own
    return list(at.location.schedules.all())


def place_node(location: Location, schedules: Iterable[Schedule]) -> Node:
    """Return a place with the hours that hold every week; others cannot be said there."""
    has_point = location.latitude is not None and location.longitude is not None
    point = {
        "@type": "GeoCoordinates",
        "latitude": location.latitude,
        "longitude": location.longitude,
    }
    hours = [_hours_node(it) for it in schedules if _is_weekly(it)]
    return _filled(
        {
            "@type": "Place",
            "name": location.name,
            "address": location.address,
            "geo": point if has_point else None,
            "openingHoursSpecification": hours,
        }
    )


def _parts(rrule: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in rrule.split(";") if "=" in part)


def _is_weekly(schedule: Schedule) -> bool:
    """Return whether weekdays alone say when these hours hold."""
    parts = _parts(schedule.rrule)
    is_plain = parts.pop("FREQ", "") == "WEEKLY" and parts.pop("INTERVAL", "1") == "1"
    days = parts.pop("BYDAY", "").split(",")
    parts.pop("WKST", None)
    is_partial = bool(schedule.details.get("school_holidays"))
    return is_plain and not parts and not is_partial and all(day in DAYS for day in days)


def _hours_node(schedule: Schedule) -> Node:
    days = _parts(schedule.rrule)["BYDAY"].split(",")
    return _filled(
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": [f"{CONTEXT}/{DAYS[day]}" for day in days],
            "opens": schedule.opens_at.strftime("%H:%M"),
            "closes": schedule.closes_at.strftime("%H:%M"),
            "validFrom": schedule.valid_from.isoformat() if schedule.valid_from else None,
            "validThrough": schedule.valid_to.isoformat() if schedule.valid_to else None,
        }
    )


def _filled(node: Node) -> Node:
    return {key: value for key, value in node.items() if value not in (None, "", [])}
