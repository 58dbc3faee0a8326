"""What a partner enters by hand: its places with hours, its services with all a booking needs."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from knotenpunkt.directory.actions.finding import renew_search
from knotenpunkt.directory.actions.following import tell_watchers
from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.directory.errors import NotTheOwner
from knotenpunkt.directory.hours import DayHours
from knotenpunkt.directory.hsds.rules import STEP_FREE
from knotenpunkt.directory.models import (
    Document,
    RequiredDocument,
    Schedule,
    Service,
    ServiceAtLocation,
)
from knotenpunkt.directory.rights import may_edit
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.ids import stable_id
from knotenpunkt.network.models import (
    Account,
    Location,
    Organization,
    Room,
    StaffMember,
    TravelTime,
)

STEPS_ONLY = "nur über Stufen (steps only)"


@dataclass(frozen=True)
class PlaceSaid:
    """What a partner says of a place. `travel_minutes` lead to the central house, door to door."""

    name: str
    address: str
    is_step_free: bool
    hours: tuple[DayHours, ...]
    travel_minutes: int
    rooms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offered:
    """Who gives a service, where, and which papers it needs; `new_documents` are German names."""

    locations: tuple[Location, ...]
    staff: tuple[StaffMember, ...]
    documents: tuple[Document, ...] = ()
    new_documents: tuple[str, ...] = ()


@transaction.atomic
def add_location(*, organization: Organization, place: PlaceSaid, by: Account) -> Location:
    """Add a place with its opening hours and the ways from there. Raises `NotTheOwner`."""
    _refuse_strangers(organization, by)
    location = Location(
        network=organization.network,
        code=f"{slugify(place.name)[:40] or 'place'}-{uuid.uuid4().hex[:6]}",
        position=Location.objects.filter(network=organization.network).count(),
    )
    _say_place(location, place)
    location.save()
    organization.locations.add(location)
    _write_hours(location, place.hours)
    _add_rooms(location, place.rooms)
    add_ways(location, place.travel_minutes)
    record("directory.location_added", location, by=by)
    return location


@transaction.atomic
def change_location(*, location: Location, place: PlaceSaid, by: Account) -> None:
    """Change a place and its hours; whoever shares a house leaves it to the coordinator.

    Raises `NotTheOwner`.
    """
    if not may_change_location(by, location):
        raise NotTheOwner
    _say_place(location, place)
    location.save()
    _write_hours(location, place.hours)
    _add_rooms(location, place.rooms)
    if place.travel_minutes != minutes_to_center(location):
        add_ways(location, place.travel_minutes)
    record("directory.location_changed", location, by=by)
    renew_search(services=Service.objects.filter(locations=location).values_list("pk", flat=True))


@transaction.atomic
def use_location(*, organization: Organization, location: Location, by: Account) -> None:
    """Say that an organization sits in a house that is there already. Raises `NotTheOwner`."""
    _refuse_strangers(organization, by)
    if location.network_id != organization.network_id:
        raise NotTheOwner
    organization.locations.add(location)
    record("directory.location_used", organization, by=by)


def may_change_location(account: Account, location: Location) -> bool:
    """Return whether every organization in the house is one that this account may change."""
    owners = list(location.organizations.all())
    return bool(owners) and all(may_edit(account, owner) for owner in owners)


def _say_place(location: Location, place: PlaceSaid) -> None:
    location.name, location.address = place.name, place.address
    location.is_step_free, location.changed_at = place.is_step_free, clock.now()
    location.details["accessibility"] = [
        {
            "id": str(stable_id(location.id, "step_free")),
            "location_id": str(location.id),
            "description": STEP_FREE if place.is_step_free else STEPS_ONLY,
        }
    ]


def _write_hours(location: Location, hours: Iterable[DayHours]) -> None:
    location.schedules.all().delete()
    Schedule.objects.bulk_create(
        Schedule(location=location, rrule=it.rrule, opens_at=it.starts_at, closes_at=it.ends_at)
        for it in sorted(hours)
    )


def _add_rooms(location: Location, names: Iterable[str]) -> None:
    """Add rooms that are new; one that is there stays, for talks may be booked in it."""
    Room.objects.bulk_create(
        [Room(location=location, name=name) for name in dict.fromkeys(names)],
        ignore_conflicts=True,
    )


def minutes_to_center(location: Location) -> int:
    """Return the minutes to the central house; 0 for that house itself and if nobody said."""
    way = TravelTime.objects.filter(origin=location, destination__is_central=True).first()
    return way.minutes if way else 0


def add_ways(location: Location, minutes: int) -> None:
    """Let every way lead through the central house: never shorter than the real one is likely.

    Ways that are there go.
    """
    center = Location.objects.filter(network=location.network, is_central=True).first()
    if center is None:
        return
    ways = {center.pk: minutes}
    if center.pk == location.pk:
        return
    for destination, more in TravelTime.objects.filter(origin=center).values_list(
        "destination", "minutes"
    ):
        if destination != location.pk:
            ways[destination] = minutes + more
    TravelTime.objects.filter(Q(origin=location) | Q(destination=location)).delete()
    TravelTime.objects.bulk_create(
        row
        for other, total in ways.items()
        for row in (
            TravelTime(origin=location, destination_id=other, minutes=total),
            TravelTime(origin_id=other, destination=location, minutes=total),
        )
    )


@transaction.atomic
def add_service(
    *, organization: Organization, fields: Mapping[str, Any], offered: Offered, by: Account
) -> Service:
    """Add a service; a draft while the organization does not show its entries yet.

    Raises `NotTheOwner`, also when a place or a staff member is another organization's.
    """
    _refuse_strangers(organization, by)
    service = Service.objects.create(
        organization=organization,
        code=f"of-{uuid.uuid4().hex[:10]}",
        status=ServiceStatus.VERIFIED if organization.is_listed else ServiceStatus.DRAFT,
        verified_on=clock.today(),
        **fields,
    )
    _write_offered(service, offered)
    record("directory.service_added", service, by=by)
    renew_search(services=[service.pk])
    if organization.is_listed:
        tell_watchers(changed=service, fields=["name"], by=by)
    return service


@transaction.atomic
def change_offered(*, service: Service, offered: Offered, by: Account) -> None:
    """Set who gives a service, where, and which papers it needs. Raises `NotTheOwner`."""
    _refuse_strangers(service.organization, by)
    _write_offered(service, offered)
    record("directory.service_changed", service, by=by, changed_fields=["staff", "locations"])
    renew_search(services=[service.pk])


def _write_offered(service: Service, offered: Offered) -> None:
    """Keep links that stay, so that what hangs on a service at a place stays too."""
    own = service.organization
    places = {it.pk for it in offered.locations}
    known = set(own.locations.filter(pk__in=places).values_list("pk", flat=True))
    if known != places or any(it.organization_id != own.pk for it in offered.staff):
        raise NotTheOwner
    ServiceAtLocation.objects.filter(service=service).exclude(location__in=places).delete()
    ServiceAtLocation.objects.bulk_create(
        [ServiceAtLocation(service=service, location_id=it) for it in places],
        ignore_conflicts=True,
    )
    others = service.staff.exclude(organization=own)
    service.staff.set([*others, *offered.staff])
    papers = [*offered.documents, *_new_documents(own, offered.new_documents)]
    service.required_documents.exclude(document__in=papers).delete()
    RequiredDocument.objects.bulk_create(
        [
            RequiredDocument(service=service, document=paper, position=position)
            for position, paper in enumerate(papers)
        ],
        ignore_conflicts=True,
    )


def _new_documents(organization: Organization, names: Iterable[str]) -> list[Document]:
    """Return the papers of these German names; those nobody asked for before are added."""
    network = organization.network
    found = []
    for name in dict.fromkeys(it.strip() for it in names if it.strip()):
        paper = Document.objects.filter(network=network, name__de__iexact=name).first()
        found.append(
            paper
            or Document.objects.create(
                network=network, code=f"doc-{uuid.uuid4().hex[:10]}", name={"de": name}
            )
        )
    return found


@transaction.atomic
def show_organization(*, organization: Organization, by: Account) -> None:
    """Let everybody see an organization and its drafts, confirmed today. Harmless when repeated.

    Raises `NotTheOwner`.
    """
    _refuse_strangers(organization, by)
    organization = Organization.objects.select_for_update(of=("self",)).get(pk=organization.pk)
    if organization.is_listed:
        return
    organization.is_listed = True
    organization.save(update_fields=["is_listed"])
    drafts = Service.objects.filter(organization=organization, status=ServiceStatus.DRAFT)
    ids = list(drafts.values_list("pk", flat=True))
    drafts.update(status=ServiceStatus.VERIFIED, verified_on=clock.today())
    record("directory.organization_shown", organization, by=by)
    renew_search(services=ids)


def _refuse_strangers(organization: Organization, by: Account) -> None:
    if not may_edit(by, organization):
        raise NotTheOwner
