"""Places that close and organizations that end: what hangs on them is listed, then moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from knotenpunkt.directory.actions.finding import renew_search
from knotenpunkt.directory.enums import SuggestionStatus
from knotenpunkt.directory.errors import NotTheOwner
from knotenpunkt.directory.models import Schedule, Service, ServiceAtLocation
from knotenpunkt.directory.rights import NETWORK_ROLES
from knotenpunkt.directory.signals import locations_merged, locations_merging
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account, Location, Organization, TravelTime
from knotenpunkt.network.signals import organization_succeeded

DROPPED_WHEN_DOUBLED = (ServiceAtLocation, TravelTime)


@dataclass(frozen=True)
class Affected:
    """Rows of one kind that point at a place, and what becomes of them when it merges.

    `moves` go to the new place. `ends` are about the old house alone, its hours and closures: they
    close no other. The rest is over and stays: people came to the old door.
    """

    kind: str
    count: int
    moves: int
    ends: int = 0

    @property
    def stays(self) -> int:
        return self.count - self.moves - self.ends


def affected_by_merge(location: Location, into: Location | None = None) -> list[Affected]:
    """Return everything that stands at this location, also what higher layers keep there.

    It follows the references of the database itself, so nothing can be forgotten.
    """
    found = []
    for model, name in _pointing_at_locations():
        rows = model._default_manager.filter(**{name: location})
        count = rows.count()
        if count:
            over = _is_over(model)
            coming = rows.exclude(over).count() if over else count
            ends = coming if _ends_with_house(model, into) else 0
            found.append(Affected(str(model._meta.verbose_name), count, coming - ends, ends))
    return sorted(found, key=lambda it: it.kind)


def _ends_with_house(model: type[models.Model], into: Location | None) -> bool:
    """Return whether rows are about the house itself: closures, and hours if the other has some."""
    if model is Schedule:
        return into is not None and into.schedules.exists()
    return getattr(model, "ends_with_house", False)


def _pointing_at_locations() -> Iterator[tuple[type[models.Model], str]]:
    """Yield every model with a foreign key to a location, tables between two models included."""
    for field in Location._meta.get_fields(include_hidden=True):
        if isinstance(field, models.ManyToOneRel):
            yield field.related_model, field.field.name


def _is_over(model: type[models.Model]) -> Q | None:
    """Return which rows of a kind belong to the past, or None if the kind knows no time."""
    fields = {it.name: it for it in model._meta.concrete_fields}
    if "during" in fields:
        return Q(during__endswith__lte=clock.now())
    if isinstance(fields.get("ends_at"), models.DateTimeField):
        return Q(ends_at__lte=clock.now())
    if isinstance(fields.get("starts_at"), models.DateTimeField):
        return Q(starts_at__lte=clock.now())
    for name in ("last_on", "day"):
        if isinstance(fields.get(name), models.DateField):
            return Q(**{f"{name}__isnull": False, f"{name}__lt": clock.today()})
    return None


@transaction.atomic
def merge_locations(*, old: Location, into: Location, by: Account) -> list[Affected]:
    """Move everything that is not over from one location to another, which succeeds it.

    Past appointments keep the address people came to; so the old place stays as a row that nobody
    is offered any more. Its closures stay with it, and close nobody elsewhere. What the new place
    has already (the same way, the same service) is dropped instead of doubled; a room of the same
    name gets the old house in its name. Returns what was affected; `locations_merging` lets higher
    layers see what is booked at the old place before it moves. Raises `NotTheOwner`.
    """
    if by.staff_member.role not in NETWORK_ROLES or old.network_id != into.network_id:
        raise NotTheOwner
    affected = affected_by_merge(old, into)
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
        if _ends_with_house(model, into):
            continue
        rows, over = model._default_manager.filter(**{name: old}), _is_over(model)
        for row in rows.exclude(over) if over else rows:
            _move(row, name, into)
    old.successor = into
    old.save(update_fields=["successor"])
    services = list(Service.objects.filter(locations=into).values_list("pk", flat=True))
    record("directory.locations_merged", into, by=by)
    locations_merged.send(Location, old=old, into=into, by=by)
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


# What a house has promised goes on; whoever keeps a promise moves it (`organization_succeeded`).
COMMITMENTS = frozenset(
    {
        "programs",
        "suggestions",
        "capacity_pools",
        "stalls",
        "responsibility_rules",
        "agreement_parties",
        "commitments",
        "task_shares",
        "open_points",
    }
)
INHERITED = COMMITMENTS | {"services", "locations"}


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
            found.append(Inherited(kind, count, accessor in INHERITED))
    return sorted(found, key=lambda it: (not it.moves, it.kind))


@transaction.atomic
def succeed_organization(
    *, old: Organization, successor: Organization, on: dt.date, by: Account
) -> None:
    """End an organization on this day; its services, places and commitments go to the successor.

    Commitments are what it has promised others: programs, capacity that programmes pay for, stalls
    at coming fairs, its share in the rules of responsibility, agreements and what it promised in
    them. Whoever keeps one hears of it by `organization_succeeded`. Consents never follow: people
    allowed one house, not another. Raises `NotTheOwner`. Harmless when repeated.
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
    old.programs.update(organization=successor)
    old.suggestions.filter(status=SuggestionStatus.OPEN).update(organization=successor)
    record("directory.organization_succeeded", successor, by=by)
    organization_succeeded.send(Organization, old=old, successor=successor, on=on, by=by)
    renew_search(services=moved)
