"""How single values of ours and of HSDS turn into each other. Nothing here reads the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from knotenpunkt.directory.hsds.spec import Row
from knotenpunkt.directory.models import Schedule, Service, Topic
from knotenpunkt.foundation.ids import stable_id
from knotenpunkt.foundation.languages import text_in
from knotenpunkt.network.models import Location, Network, Organization

# Parts of an iCalendar rule and the HSDS columns that hold them, in the order we write them.
RULE_PARTS = (
    ("FREQ", "freq"),
    ("INTERVAL", "interval"),
    ("BYDAY", "byday"),
    ("BYWEEKNO", "byweekno"),
    ("BYMONTHDAY", "bymonthday"),
    ("BYYEARDAY", "byyearday"),
    ("COUNT", "count"),
    ("UNTIL", "until"),
    ("WKST", "wkst"),
)
NUMBERS = frozenset({"interval", "count"})
LANDS = {
    "BW": "Baden-Württemberg", "BY": "Bayern", "BE": "Berlin", "BB": "Brandenburg",
    "HB": "Bremen", "HH": "Hamburg", "HE": "Hessen", "MV": "Mecklenburg-Vorpommern",
    "NI": "Niedersachsen", "NW": "Nordrhein-Westfalen", "RP": "Rheinland-Pfalz", "SL": "Saarland",
    "SN": "Sachsen", "ST": "Sachsen-Anhalt", "SH": "Schleswig-Holstein", "TH": "Thüringen",
}  # fmt: skip


def plain_number(value: float | None) -> float | int | None:
    """Return 12 rather than 12.0."""
    return int(value) if value is not None and float(value).is_integer() else value


def moment_text(moment: dt.datetime) -> str:
    """Return a moment as HSDS writes it: UTC, milliseconds, Z."""
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def rule_of(row: Row) -> str:
    """Return the iCalendar rule of an HSDS schedule."""
    parts = []
    for part, column in RULE_PARTS:
        value = row.get(column)
        if value not in (None, ""):
            text = str(value).replace(" ", "")
            parts.append(f"{part}={text.replace('-', '') if part == 'UNTIL' else text}")
    return ";".join(parts)


def columns_of_rule(rrule: str) -> Row:
    """Return the HSDS columns of an iCalendar rule; the inverse of `rule_of`."""
    columns = dict(RULE_PARTS)
    row: Row = {}
    for part in rrule.split(";"):
        name, _, value = part.partition("=")
        column = columns[name]
        if name == "UNTIL":
            value = f"{value[:4]}-{value[4:6]}-{value[6:8]}"
        row[column] = int(value) if column in NUMBERS else value
    return row


def schedule_row(schedule: Schedule) -> Row:
    """Return an HSDS schedule; a rule HSDS cannot name (yearly weeks) stands in its notes."""
    row: Row = {
        **schedule.details,
        "id": str(schedule.id),
        "opens_at": schedule.opens_at.isoformat(),
        "closes_at": schedule.closes_at.isoformat(),
    }
    rule = columns_of_rule(schedule.rrule)
    if rule.get("freq") in {"WEEKLY", "MONTHLY"}:
        row |= rule
    else:
        row.setdefault("notes", f"RRULE:{schedule.rrule}")
    for column in ("service", "location", "service_at_location"):
        owner = getattr(schedule, f"{column}_id")
        if owner:
            row[f"{column}_id"] = str(owner)
    for column in ("valid_from", "valid_to"):
        day = getattr(schedule, column)
        if day:
            row[column] = day.isoformat()
    return row


def language_rows(service: Service) -> Iterator[Row]:
    """Yield a language row for every language of a service that no imported row names."""
    named = {row.get("code") for row in service.details.get("languages", ())}
    for code in service.languages:
        if code not in named:
            yield {
                "id": str(stable_id(service.id, "language", code)),
                "service_id": str(service.id),
                "code": code,
            }


def area_rows(service: Service) -> Iterator[Row]:
    """Yield the municipalities for whose people a service is, unless imported areas say so.

    HSDS ties an area to a service, we tie it to each place. One place that is for everyone makes
    the service one for everyone.
    """
    places = [list(it.municipalities.all()) for it in service.services_at_location.all()]
    if service.details.get("service_areas") or not places or not all(places):
        return
    found = {it.pk: it for municipalities in places for it in municipalities}
    for key, municipality in sorted(found.items(), key=lambda pair: pair[1].name):
        yield {
            "id": str(stable_id(service.id, "area", str(key))),
            "service_id": str(service.id),
            "name": municipality.name,
        }


def phone_rows(organization: Organization) -> Iterator[Row]:
    """Yield the main number, unless imported phones are there (the first is the main one)."""
    if organization.phone and not organization.details.get("phones"):
        yield {
            "id": str(stable_id(organization.id, "phone")),
            "organization_id": str(organization.id),
            "number": organization.phone,
            "type": "voice",
        }


def places_rows(location: Location) -> Iterator[tuple[str, Row]]:
    """Yield the address and the way without steps, where imported rows do not say them."""
    if location.address and not location.details.get("addresses"):
        street, _, city = location.address.partition(",")
        yield (
            "addresses",
            {
                "id": str(stable_id(location.id, "address")),
                "location_id": str(location.id),
                "address_1": street.strip(),
                "city": city.strip(),
                "state_province": LANDS.get(location.network.land, location.network.land),
                "postal_code": "",
                "country": "DE",
                "address_type": "physical",
            },
        )
    if location.is_step_free and not location.details.get("accessibility"):
        yield (
            "accessibility",
            {
                "id": str(stable_id(location.id, "step_free")),
                "location_id": str(location.id),
                "description": STEP_FREE,
            },
        )


STEP_FREE = "stufenlos (step-free)"


def says_step_free(rows: list[Row]) -> bool:
    """Return whether accessibility rows speak of a way without steps."""
    words = ("stufenlos", "step-free", "step free", "wheelchair", "rollstuhl")
    return any(word in str(row.get("description", "")).lower() for row in rows for word in words)


def one_line(address: Row) -> str:
    """Return an HSDS address as people write it on one line."""
    city = f"{address.get('postal_code', '')} {address.get('city', '')}".strip()
    return ", ".join(filter(None, [str(address.get("address_1", "")).strip(), city]))[:200]


def topics_taxonomy_id(network: Network) -> str:
    return str(stable_id(network.code, "taxonomy", "topics"))


def topics_taxonomy(network: Network) -> Row:
    """Return the taxonomy of the nine matters people bring."""
    return {
        "id": topics_taxonomy_id(network),
        "name": "Topics",
        "description": "The matters people bring when they arrive",
    }


def topic_term(topic: Topic, network: Network, language: str) -> Row:
    return {
        "id": str(topic.id),
        "code": topic.code,
        "name": text_in(topic.name, language).text,
        "description": text_in(topic.name, language).text,
        "taxonomy": "Topics",
        "taxonomy_id": topics_taxonomy_id(network),
    }


def time_of(text: Any) -> dt.time | None:
    """Return the wall time of an HSDS value (`10:00`, `10:00:00`, `10:00Z`), or None."""
    cleaned = str(text or "").strip().removesuffix("Z").partition("+")[0]
    try:
        return dt.time.fromisoformat(cleaned)
    except ValueError:
        return None


def day_of(text: Any) -> dt.date | None:
    """Return the day of an ISO 8601 value, or None."""
    try:
        return dt.date.fromisoformat(str(text or "").strip()[:10])
    except ValueError:
        return None


def moment_of(text: Any) -> dt.datetime | None:
    """Return the moment of an ISO 8601 value, UTC if it names no zone, or None."""
    try:
        moment = dt.datetime.fromisoformat(str(text or "").strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
