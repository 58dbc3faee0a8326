"""Places that close and organizations that end: what hangs on them is listed, then moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from knotenpunkt.directory.actions.finding import renew_search
from knotenpunkt.directory.errors import NotTheOwner
from knotenpunkt.directory.models import Service, ServiceAtLocation
from knotenpunkt.directory.rights import NETWORK_ROLES
from knotenpunkt.directory.signals import (
    locations_merged,
    locations_merging,
    organization_succeeded,
)
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account, Location, Organization, TravelTime

DROPPED_WHEN_DOUBLED = (ServiceAtLocation, TravelTime)


@dataclass(frozen=True)
class Affected:
    """Rows of one kind that point at a place; of those with a time, how many are to come."""

    kind: str
    count: int
    coming: int | None


def affected_by_merge(location: Location) -> list[Affected]:
    """Return everything that stands at this location, also what higher layers keep there.

    It follows the references of the database itself, so nothing can be forgotten.
    """
    found = []
    for model, name in _pointing_at_locations():
        rows = model._default_manager.filter(**{name: location})
        count = rows.count()
        if count:
            starts = [it for it in model._meta.concrete_fields if it.name == "starts_at"]
            has_time = bool(starts) and isinstance(starts[0], models.DateTimeField)
            coming = rows.filter(starts_at__gte=clock.now()).count() if has_time else None
            found.append(Affected(str(model._meta.verbose_name), count, coming))
    return sorted(found, key=lambda it: it.kind)


def _pointing_at_locations() -> Iterator[tuple[type[models.Model], str]]:
    """Yield every model with a foreign key to a location, tables between two models included."""
    for field in Location._meta.get_fields(include_hidden=True):
        if isinstance(field, models.ManyToOneRel):
            yield field.related_model, field.field.name


@transaction.atomic
def merge_locations(*, old: Location, into: Location, by: Account) -> list[Affected]:
    """Move everything from one location to another and remove the empty one.

    What the new place has already (the same way, the same service) is dropped instead of doubled;
    a room of the same name gets the old house in its name. Returns what was affected;
    `locations_merging` lets higher layers see what is booked at the old place before it moves.
    Raises `NotTheOwner`.
    """
    if by.staff_member.role not in NETWORK_ROLES or old.network_id != into.network_id:
        raise NotTheOwner
    affected, old_id = affected_by_merge(old), old.pk
    locations_merging.send(Location, old=old, into=into, by=by)
    if into.schedules.exists():  # the new house keeps its own hours
        old.schedules.all().delete()
    TravelTime.objects.filter(
        Q(origin=old, destination=into) | Q(origin=into, destination=old)
    ).delete()
    for room in old.rooms.filter(name__in=into.rooms.values("name")):
        room.name = f"{room.name} ({old.name})"[:60]
        room.save(update_fields=["name"])
    for model, name in _pointing_at_locations():
        for row in model._default_manager.filter(**{name: old}):
            _move(row, name, into)
    services = list(Service.objects.filter(locations=into).values_list("pk", flat=True))
    record("directory.locations_merged", into, by=by)
    locations_merged.send(Location, old_id=old_id, into=into, by=by)
    Location.objects.filter(pk=old_id).delete()
    renew_search(services=services)
    return affected


def _move(row: models.Model, name: str, into: Location) -> None:
    """Let one row point at the new place; a link that is there already goes."""
    setattr(row, name, into)
    try:
        with transaction.atomic():
            row.save(update_fields=[name])
    except IntegrityError:
        if not (row._meta.auto_created or isinstance(row, DROPPED_WHEN_DOUBLED)):
            raise
        row.delete()


MOVES_WITH_SERVICES = frozenset({"services", "locations"})


@dataclass(frozen=True)
class Inherited:
    """Rows of one kind that point at an organization, and whether the successor gets them."""

    kind: str
    count: int
    moves: bool


def affected_by_succession(organization: Organization) -> list[Inherited]:
    """Return what points at an organization and what becomes of it: moves, or stays and ends.

    It follows the references of the database itself. Consents stay: what somebody allowed one
    house she has not allowed another.
    """
    found = []
    for field in Organization._meta.get_fields():
        is_link = isinstance(field, models.ManyToOneRel) or field.name == "locations"
        accessor = getattr(field, "get_accessor_name", lambda: field.name)()  # noqa: B023
        if not is_link or not accessor or isinstance(field, models.OneToOneRel):
            continue
        count = getattr(organization, accessor).count()
        if count:
            kind = str(field.related_model._meta.verbose_name_plural)  # type: ignore[union-attr]
            found.append(Inherited(kind, count, accessor in MOVES_WITH_SERVICES))
    return sorted(found, key=lambda it: (not it.moves, it.kind))


@transaction.atomic
def succeed_organization(
    *, old: Organization, successor: Organization, on: dt.date, by: Account
) -> None:
    """End an organization on this day; its services and places go to the successor.

    Whoever keeps commitments hears of it by `organization_succeeded`; consents never follow.
    Raises `NotTheOwner`. Harmless when repeated.
    """
    if by.staff_member.role not in NETWORK_ROLES or old.network_id != successor.network_id:
        raise NotTheOwner
    if old.successor_id == successor.pk:
        return
    old.valid_to, old.successor = on, successor
    old.save(update_fields=["valid_to", "successor"])
    taken = set(successor.services.values_list("code", flat=True))
    moved = []
    for service in old.services.all():
        service.organization = successor
        service.code = f"{service.code}-{old.code}"[:50] if service.code in taken else service.code
        service.save(update_fields=["organization", "code"])
        moved.append(service.pk)
    successor.locations.add(*old.locations.all())
    record("directory.organization_succeeded", successor, by=by)
    organization_succeeded.send(Organization, old=old, successor=successor, by=by)
    renew_search(services=moved)
