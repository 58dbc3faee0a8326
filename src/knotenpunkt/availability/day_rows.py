"""The rows that say something of one local day at some places, read once for all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from uuid import UUID

from django.db.models import Q

from knotenpunkt.availability.models import Closure, OutreachHours
from knotenpunkt.directory.models import Schedule, ScheduleException, Service, ServiceAtLocation
from knotenpunkt.network.models import Location


class DayRows:
    """Rows of one network for one day. Each kind is read when first asked for, with one query."""

    def __init__(
        self, locations: Sequence[Location], day: dt.date, *, service: Service | None = None
    ) -> None:
        self.day, self.service = day, service
        self.ids = [it.pk for it in locations]
        self.network_ids = {it.network_id for it in locations}

    @cached_property
    def _schedules(self) -> list[Schedule]:
        wanted = Q(location__in=self.ids)
        if self.service is not None:
            at_places = Q(service_at_location__service=self.service)
            wanted |= Q(service=self.service) | at_places
        return list(Schedule.objects.filter(wanted))

    @cached_property
    def _exceptions(self) -> list[ScheduleException]:
        who = Q(location__in=self.ids)
        if self.service is not None:
            who |= Q(service=self.service)
        found = ScheduleException.objects.filter(who, first_on__lte=self.day, last_on__gte=self.day)
        return list(found.order_by("service", "first_on"))

    @cached_property
    def _closures(self) -> list[tuple[Closure, frozenset[UUID]]]:
        found = Closure.objects.filter(network__in=self.network_ids, day=self.day)
        return [
            (it, frozenset(organization.pk for organization in it.organizations.all()))
            for it in found.prefetch_related("organizations").order_by("starts_at", "reason")
        ]

    @cached_property
    def _outreach(self) -> list[OutreachHours]:
        rules = OutreachHours.objects.filter(location__in=self.ids).order_by("starts_at")
        return list(rules.select_related("staff_member__organization", "room"))

    @cached_property
    def homes(self) -> frozenset[UUID]:
        """The places where the organization of the service is at home."""
        if self.service is None:
            return frozenset()
        own = Location.organizations.through.objects.filter(
            organization=self.service.organization_id, location__in=self.ids
        )
        return frozenset(own.values_list("location", flat=True))

    @cached_property
    def shut_organizations(self) -> frozenset[UUID]:
        """The organizations that take nobody all day."""
        return frozenset().union(*(who for it, who in self._closures if it.starts_at is None))

    def is_shut(self, location: Location) -> bool:
        """Return whether a closure shuts this place for all of the day."""
        return any(
            it.starts_at is None and (it.is_for_all or it.location_id == location.pk)
            for it, _who in self._closures
        )

    def schedules_of(self, location: Location) -> list[Schedule]:
        return [it for it in self._schedules if it.location_id == location.pk]

    def schedules_at(self, at: ServiceAtLocation) -> list[Schedule]:
        """Return the narrowest hours: of the service at this place, the service, the place."""
        narrow = [it for it in self._schedules if it.service_at_location_id == at.pk]
        wide = [it for it in self._schedules if it.service_id == at.service_id]
        return narrow or wide or self.schedules_of(at.location)

    def exceptions_of(self, location: Location) -> list[ScheduleException]:
        """Return what is different that day for the place, or for the service wherever it is."""
        return [it for it in self._exceptions if it.location_id in (None, location.pk)]

    def closures_of(self, location: Location, *, guest: UUID | None) -> list[Closure]:
        """Return the closures of the place and, if one asks for it, of this organization."""
        return [
            it
            for it, who in self._closures
            if it.is_for_all or it.location_id == location.pk or guest in who
        ]

    def outreach_at(self, location: Location) -> list[OutreachHours]:
        return [it for it in self._outreach if it.location_id == location.pk]
