"""A partner's table into the directory: through HSDS, so that the same checks hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from knotenpunkt.directory.actions.finding import Progress
from knotenpunkt.directory.actions.importing import import_bundle
from knotenpunkt.directory.actions.incoming import BATCH, USUAL_MINUTES, ImportReport, Origin
from knotenpunkt.directory.actions.setting_up import add_ways
from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.directory.errors import NotTheOwner
from knotenpunkt.directory.hsds.spec import Bundle, Row, empty_bundle
from knotenpunkt.directory.models import Service, Topic
from knotenpunkt.directory.rights import may_edit
from knotenpunkt.directory.search.folding import fold
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.ids import stable_id
from knotenpunkt.network.models import Account, Location, Organization, TravelTime

Place = tuple[str, str]  # name and address, folded
UNKNOWN_WAY_MINUTES = 60  # to the central house, until the partner says how far it is


@transaction.atomic
def import_rows(
    *,
    organization: Organization,
    rows: list[dict[str, Any]],
    by: Account,
    progress: Progress | None = None,
) -> ImportReport:
    """Write the rows of a table: all or nothing, and the same services when it comes again.

    A service is known by its name, a place by its name and address; a place that the house has
    entered already is used and stays as it is. Raises `BadImport` with what the linter finds, or
    `NotTheOwner`.
    """
    if not may_edit(by, organization):
        raise NotTheOwner
    network = organization.network
    topics = {it.position: it for it in Topic.objects.filter(network=network)}
    places = _places(organization, rows)
    bundle = bundle_of_rows(organization, rows, topics, places)
    origin = Origin(source="Tabelle", only_for=organization.pk)
    report = import_bundle(network=network, bundle=bundle, by=by, origin=origin, progress=progress)
    _write_columns(organization, rows)
    for location in Location.objects.filter(pk__in=_ids(bundle["locations"])):
        if not TravelTime.objects.filter(origin=location).exists():
            add_ways(location, UNKNOWN_WAY_MINUTES)
    return report


def _write_columns(organization: Organization, rows: list[dict[str, Any]]) -> None:
    """Write what the table says and HSDS has no field for."""
    services = Service.objects.in_bulk([service_id(organization, row) for row in rows])
    for row in rows:
        service = services[service_id(organization, row)]
        service.mode, service.target_groups = row["mode"], row["groups"]
        service.minutes = row["minutes"] or USUAL_MINUTES
        service.status = ServiceStatus.VERIFIED if organization.is_listed else ServiceStatus.DRAFT
        service.verified_on = clock.today()
    columns = ["mode", "target_groups", "minutes", "status", "verified_on"]
    Service.objects.bulk_create(  # all are there: one statement updates five hundred
        services.values(), batch_size=BATCH, update_conflicts=True, unique_fields=["id"],
        update_fields=columns,
    )  # fmt: skip


def service_id(organization: Organization, row: dict[str, Any]) -> UUID:
    return stable_id(organization.pk, "service", fold(row["name"]))


def _place_of(row: dict[str, Any]) -> Place:
    return fold(row["location"]), fold(row["address"])


def _places(organization: Organization, rows: list[dict[str, Any]]) -> dict[Place, UUID]:
    """Return the places of the rows that the house has: by name and address, or by a name that
    stands for one place here and there (an address is written in many ways).
    """
    own: dict[str, list[Location]] = defaultdict(list)
    for location in organization.locations.filter(successor=None):
        own[fold(location.name)].append(location)
    wanted = {_place_of(row) for row in rows}
    names = Counter(name for name, _address in wanted)
    found = {}
    for name, address in wanted:
        same = [it for it in own[name] if fold(it.address) == address]
        if same or (len(own[name]) == names[name] == 1):
            found[name, address] = (same or own[name])[0].pk
    return found


def _ids(rows: list[Row]) -> list[str]:
    return [str(row["id"]) for row in rows]


def bundle_of_rows(
    organization: Organization,
    rows: list[dict[str, Any]],
    topics: dict[int, Topic],
    known: Mapping[Place, UUID],
) -> Bundle:
    """Return parsed rows as HSDS tables; of places only those that are not known yet."""
    bundle = empty_bundle()
    wanted = {_place_of(row): row for row in rows}
    ids = {it: known.get(it) or stable_id(organization.pk, "location", *it) for it in wanted}
    for place, row in wanted.items():
        if place in known:
            continue
        key = ids[place]
        bundle["locations"].append(
            {
                "id": str(key),
                "name": row["location"],
                "location_type": "physical",
                "organization_id": str(organization.pk),
            }
        )
        street, _, city = row["address"].rpartition(",")
        bundle["addresses"].append(
            {
                "id": str(stable_id(key, "address")),
                "location_id": str(key),
                "address_1": street.strip() or city.strip(),
                "city": city.strip() if street else "",
                "country": "DE",
                "address_type": "physical",
            }
        )
    for row in rows:
        _add_service(bundle, organization, row, topics)
        _add_place(bundle, row, service_id(organization, row), ids[_place_of(row)])
    return bundle


def _add_service(
    bundle: Bundle, organization: Organization, row: dict[str, Any], topics: dict[int, Topic]
) -> None:
    key = service_id(organization, row)
    names = ("name", "description", "email", "url", "minimum_age", "maximum_age")
    bundle["services"].append(
        {
            **{name: row[name] for name in names},
            "id": str(key),
            "organization_id": str(organization.pk),
            "status": "active",
            "assured_date": clock.today().isoformat(),
        }
    )
    for code in row["languages"]:
        bundle["languages"].append(
            {"id": str(stable_id(key, "language", code)), "service_id": str(key), "code": code}
        )
    for paper in row["documents"]:
        bundle["required_documents"].append(
            {
                "id": str(stable_id(key, "paper", fold(paper))),
                "service_id": str(key),
                "document": paper,
            }
        )
    topic = topics.get(row["topic"] or 0)
    if topic:
        bundle["attributes"].append(
            {
                "id": str(stable_id(key, "topic")),
                "link_id": str(key),
                "link_type": "topic",
                "link_entity": "service",
                "taxonomy_term_id": str(topic.pk),
            }
        )


def _add_place(bundle: Bundle, row: dict[str, Any], key: UUID, location: UUID) -> None:
    """Add where the service is given, and when it is open there."""
    place = str(stable_id(key, "place"))
    bundle["service_at_location"].append(
        {
            "id": place,
            "service_id": str(key),
            "location_id": str(location),
        }
    )
    for number, hours in enumerate(row["hours"]):
        bundle["schedules"].append(
            {
                "id": str(stable_id(place, "hours", number)),
                "service_at_location_id": place,
                "freq": "WEEKLY",
                "byday": hours.day,
                "opens_at": hours.opens.isoformat(),
                "closes_at": hours.closes.isoformat(),
            }
        )
