"""Network, municipalities, locations, organizations, staff and demo sign-ins."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.hashers import make_password

from knotenpunkt.config.region.actions.rows import put, put_links, row_id
from knotenpunkt.config.region.schema import Organisation, Region
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.ids import stable_id
from knotenpunkt.network.enums import LegalClass, Role
from knotenpunkt.network.models import (
    Account,
    Language,
    Location,
    Municipality,
    Network,
    Organization,
    Room,
    StaffMember,
    TravelTime,
)

DEMO_PASSWORD = "musterkreis"  # noqa: S105 - invented accounts of an invented Kreis
FREE_CARRIERS = frozenset(
    {"migration_counselling", "youth_migration_service", "consumer_advice", "health_kiosk"}
)
ROLE_OF_JOB = {
    "manager": Role.MANAGER,
    "team_lead": Role.LEAD,
    "coordinator": Role.COORDINATOR,
    "front_desk": Role.FRONT_DESK,
    "interpreter_coordinator": Role.INTERPRETER_COORDINATOR,
    "confidential_counsellor": Role.CONFIDENTIAL_WORKER,
    "reader": Role.READER,
    "data_protection_officer": Role.DATA_PROTECTION_OFFICER,
}


def load_network(region: Region) -> Network:
    """Write who works where, and return the network."""
    kreis = region.kreis
    network = Network(
        id=stable_id(kreis.id),
        code=kreis.id,
        name=kreis.name,
        land=region.meta.land,
        time_zone=region.meta.timezone,
        is_invented="invented" in str(region.meta.model_extra or {}).lower(),
        anchor_monday=region.meta.anchor_monday,
        visit_rules=region.bundle_rules.model_dump(),
    )
    put(Network, [network])
    _load_languages(region)
    _load_places(network, region)
    _load_ways(network, region)
    _load_organizations(network, region)
    _load_staff(network, region)
    return network


def _load_languages(region: Region) -> None:
    rows = [
        Language(code=it.code, endonym=it.endonym, is_right_to_left=it.rtl)
        for it in region.languages
    ]
    Language.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["endonym", "is_right_to_left"],
    )


def _load_places(network: Network, region: Region) -> None:
    put(
        Municipality,
        (
            Municipality(
                id=row_id(network, "municipality", it.id),
                network=network,
                code=it.id,
                name=it.name,
                population=it.population,
                is_seat=it.seat,
            )
            for it in region.kreis.municipalities
        ),
    )
    put(
        Location,
        (
            Location(
                id=row_id(network, "location", it.id),
                network=network,
                code=it.id,
                name=it.name,
                address=it.address,
                latitude=it.lat,
                longitude=it.lon,
                is_step_free=it.step_free,
                is_central=position == 0,
                position=position,
            )
            for position, it in enumerate(region.sites)
        ),
    )


def _load_ways(network: Network, region: Region) -> None:
    put(
        Room,
        (
            Room(
                id=room_id(network, it.id, room),
                location_id=row_id(network, "location", it.id),
                name=room,
            )
            for it in region.sites
            for room in it.rooms
        ),
    )
    put(
        TravelTime,
        (
            TravelTime(
                id=row_id(network, "way", f"{origin}/{destination}"),
                origin_id=row_id(network, "location", origin),
                destination_id=row_id(network, "location", destination),
                minutes=minutes,
            )
            for origin, ways in region.travel_minutes_public_transport.items()
            for destination, minutes in ways.items()
        ),
    )


def room_id(network: Network, site: str, room: str) -> UUID:
    """Return the id of a room of this location."""
    return row_id(network, "room", f"{site}/{room}")


def _load_organizations(network: Network, region: Region) -> None:
    put(
        Organization,
        (
            Organization(
                id=row_id(network, "organization", it.id),
                network=network,
                code=it.id,
                name=it.name,
                kind=it.kind,
                legal_class=_legal_class(it),
                legal_basis=it.legal_basis,
                care_model=it.care_model,
                email=it.contact.mail,
                phone=it.contact.phone,
                partner_line=it.contact.partner_line,
                partner_line_hours=it.contact.partner_line_hours,
                valid_from=it.valid_from,
            )
            for it in region.organisations
        ),
    )
    put_links(
        Organization.locations.through,
        (
            {
                "organization_id": row_id(network, "organization", it.id),
                "location_id": row_id(network, "location", site),
            }
            for it in region.organisations
            for site in it.sites
        ),
    )


def _legal_class(organisation: Organisation) -> LegalClass:
    if organisation.kind == "immigration_office":
        return LegalClass.IMMIGRATION_OFFICE
    if organisation.social_benefit_carrier_35_sgb1:
        return LegalClass.BENEFIT_CARRIER
    return LegalClass.FREE_CARRIER if organisation.kind in FREE_CARRIERS else LegalClass.OTHER


def _load_staff(network: Network, region: Region) -> None:
    """Write the staff; in an invented region each gets a sign-in."""
    if network.is_invented:
        password, now = make_password(DEMO_PASSWORD), clock.now()
        put(
            Account,
            (
                Account(
                    id=row_id(network, "account", it.id),
                    email=demo_email(network, it.id),
                    password=password,
                    joined_at=now,
                )
                for it in region.staff
            ),
        )
    put(
        StaffMember,
        (
            StaffMember(
                id=row_id(network, "staff", it.id),
                organization_id=row_id(network, "organization", it.org),
                account_id=row_id(network, "account", it.id) if network.is_invented else None,
                code=it.id,
                name=it.name,
                job=it.role,
                role=ROLE_OF_JOB.get(it.role, Role.WORKER),
                languages=it.languages,
            )
            for it in region.staff
        ),
    )


def demo_email(network: Network, staff_code: str) -> str:
    """Return the sign-in of an invented staff member."""
    return f"{staff_code}@{network.code.removeprefix('kreis-')}.example"
