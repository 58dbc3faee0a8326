"""Taking open time away: someone is absent, a place is closed, a place merges into another."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import models, transaction
from django.db.models import Max

from knotenpunkt.availability.actions.open_intervals import renew_open_intervals
from knotenpunkt.availability.models import (
    Closure,
    GroupSession,
    OpenInterval,
    OutreachHours,
    Presence,
)
from knotenpunkt.availability.queries import resources_of
from knotenpunkt.availability.recurrence import Period, days_of
from knotenpunkt.directory.models import ServiceAtLocation
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Location, Network, Organization, StaffMember

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Closed:
    """Who or what takes nobody: a staff member, an organization or a location."""

    network: Network
    staff_member: StaffMember | None = None
    organization: Organization | None = None
    location: Location | None = None


@transaction.atomic
def close_days(*, closed: Closed, first: dt.date, last: dt.date | None, reason: str) -> None:
    """Close these local days (both included; without a last one, as far as is known)."""
    until = min(last, horizon(closed.network)) if last else horizon(closed.network)
    days = [first + DAY * n for n in range((until - first).days + 1)]
    rows = [_closure(closed, day, reason) for day in days]
    Closure.objects.bulk_create(rows)
    _link(closed, rows)
    if days:
        staff = _touched(closed)
        renew_open_intervals(network=closed.network, first=first, last=until, staff=staff)


@transaction.atomic
def close_time(*, closed: Closed, start: dt.datetime, end: dt.datetime, reason: str) -> None:
    """Close a stretch of one local day."""
    day = clock.local_day(start)
    row = _closure(closed, day, reason)
    row.starts_at = start.astimezone(clock.LOCAL).time()
    row.ends_at = end.astimezone(clock.LOCAL).time()
    row.save()
    _link(closed, [row])
    renew_open_intervals(network=closed.network, first=day, last=day, staff=_touched(closed))


def _touched(closed: Closed) -> frozenset[UUID] | None:
    """Return whose times a closure takes: she, the colleagues, or who works at the place."""
    if closed.staff_member is not None:
        return frozenset({closed.staff_member.pk})
    found: set[UUID] = set()
    if closed.organization is not None:
        found |= set(closed.organization.staff.values_list("pk", flat=True))
    if closed.location is not None:
        for model in (Presence, OutreachHours, GroupSession):
            rules = model._default_manager.filter(location=closed.location)
            found |= set(rules.values_list("staff_member", flat=True))
    is_for_all = closed.organization is None and closed.location is None
    return None if is_for_all else frozenset(found)


def _closure(closed: Closed, day: dt.date, reason: str) -> Closure:
    return Closure(
        network=closed.network,
        day=day,
        reason=reason,
        location=closed.location,
        staff_member=closed.staff_member,
    )


def _link(closed: Closed, rows: list[Closure]) -> None:
    if closed.organization is not None:
        link = Closure.organizations.through
        link.objects.bulk_create(
            link(closure_id=row.id, organization_id=closed.organization.id) for row in rows
        )


@transaction.atomic
def move_rules(*, location: Location, successor: Location, first: dt.date) -> None:
    """Let everything bookable here take place there from this day on."""
    for model in (Presence, OutreachHours, GroupSession):
        for rule in model._default_manager.filter(location=location):
            if rule.last_on is None or rule.last_on >= first:
                _move(rule, successor, first)
    services = ServiceAtLocation.objects.filter(location=location).values_list("service", flat=True)
    ServiceAtLocation.objects.bulk_create(
        [ServiceAtLocation(service_id=it, location=successor) for it in services],
        ignore_conflicts=True,
    )
    network = location.network
    renew_open_intervals(network=network, first=first, last=max(horizon(network), first))


def _move(rule: models.Model, successor: Location, first: dt.date) -> None:
    """End a rule here and begin it there with an occurrence of its own, so that parity stays."""
    occurrences = sorted(days_of(rule, Period(first, first + 366 * DAY)))  # type: ignore[arg-type]
    copy = type(rule)(
        **{
            field.attname: getattr(rule, field.attname)
            for field in rule._meta.concrete_fields
            if not field.primary_key
        }
    )
    if occurrences:
        copy.location, copy.room, copy.first_on = successor, None, occurrences[0]  # type: ignore[attr-defined]
        copy.save()
    rule.last_on = first - DAY  # type: ignore[attr-defined]
    rule.save(update_fields=["last_on"])


def horizon(network: Network) -> dt.date:
    """Return the last local day whose open times are known."""
    rows = OpenInterval.objects.filter(resource__in=resources_of(network))
    return rows.aggregate(last=Max("day"))["last"] or clock.today()
