"""A partner's table into the directory: through HSDS, so that the same checks hold."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from knotenpunkt.directory.actions.finding import renew_search
from knotenpunkt.directory.actions.importing import import_bundle
from knotenpunkt.directory.actions.incoming import USUAL_MINUTES, ImportReport, Origin
from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.directory.errors import NotTheOwner
from knotenpunkt.directory.hsds.spec import Bundle, empty_bundle
from knotenpunkt.directory.models import Service, Topic
from knotenpunkt.directory.rights import may_edit
from knotenpunkt.directory.search.folding import fold
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.ids import stable_id
from knotenpunkt.network.models import Account, Organization


@transaction.atomic
def import_rows(
    *, organization: Organization, rows: list[dict[str, Any]], by: Account
) -> ImportReport:
    """Write the rows of a table: all or nothing, and the same services when it comes again.

    A service is known by its name, a place by its name and address. Raises `BadImport` with
    what the linter finds, or `NotTheOwner`.
    """
    if not may_edit(by, organization):
        raise NotTheOwner
    network = organization.network
    topics = {it.position: it for it in Topic.objects.filter(network=network)}
    bundle = bundle_of_rows(organization, rows, topics)
    origin = Origin(source="Tabelle", only_for=organization.pk)
    report = import_bundle(network=network, bundle=bundle, by=by, origin=origin)
    for row in rows:
        Service.objects.filter(pk=service_id(organization, row)).update(
            mode=row["mode"],
            minutes=row["minutes"] or USUAL_MINUTES,
            target_groups=row["groups"],
            status=ServiceStatus.VERIFIED if organization.is_listed else ServiceStatus.DRAFT,
            verified_on=clock.today(),
        )
    renew_search(services=[service_id(organization, row) for row in rows])
    return report


def service_id(organization: Organization, row: dict[str, Any]) -> UUID:
    return stable_id(organization.pk, "service", fold(row["name"]))


def _location_id(organization: Organization, row: dict[str, Any]) -> UUID:
    return stable_id(organization.pk, "location", fold(row["location"]), fold(row["address"]))


def bundle_of_rows(
    organization: Organization, rows: list[dict[str, Any]], topics: dict[int, Topic]
) -> Bundle:
    """Return parsed rows as HSDS tables."""
    bundle = empty_bundle()
    places = {_location_id(organization, row): row for row in rows}
    for key, row in places.items():
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
    _add_place(bundle, organization, row, key)
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


def _add_place(bundle: Bundle, organization: Organization, row: dict[str, Any], key: UUID) -> None:
    """Add where the service is given, and when it is open there."""
    place = str(stable_id(key, "place"))
    bundle["service_at_location"].append(
        {
            "id": place,
            "service_id": str(key),
            "location_id": str(_location_id(organization, row)),
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
