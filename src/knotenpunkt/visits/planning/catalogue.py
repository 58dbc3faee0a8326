"""The rows a problem is made of: services with staff, sessions, tokens; interpreters; ways."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from knotenpunkt.availability.models import GroupSession, Interpreter
from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Location, StaffMember, TravelTime
from knotenpunkt.visits.planning.wish import BadWish, VisitWish


@dataclass(frozen=True)
class Catalogue:
    """Everything of the directory that one wish touches, in a fixed number of queries."""

    services: list[Service]
    staff: dict[UUID, list[StaffMember]]
    sessions: dict[UUID, list[GroupSession]]
    places: dict[UUID, set[UUID]]
    requires: dict[UUID, set[UUID]]
    produces: dict[UUID, dict[UUID, int]]
    locations: list[Location]
    travel: dict[tuple[UUID, UUID], int]
    interpreters: list[Interpreter]


def read_catalogue(wish: VisitWish) -> Catalogue:
    """Return the rows of a wish. Raises `BadWish` for services that are not bookable here."""
    found = {
        service.id: service
        for service in Service.objects.filter(
            id__in=wish.services,
            organization__network=wish.network,
            status=ServiceStatus.VERIFIED,
        )
        .select_related("organization")
        .prefetch_related(
            "staff", "requires", "produces", "services_at_location", "group_sessions__staff_member"
        )
    }
    if len(found) != len(wish.services):
        raise BadWish("services", "unknown")
    services = [found[service_id] for service_id in wish.services]
    ways = TravelTime.objects.filter(origin__network=wish.network)
    return Catalogue(
        services=services,
        staff={s.id: [one for one in s.staff.all() if one.left_on is None] for s in services},
        sessions={s.id: list(s.group_sessions.all()) for s in services},
        places={s.id: {at.location_id for at in s.services_at_location.all()} for s in services},
        requires={s.id: {token.id for token in s.requires.all()} for s in services},
        produces={s.id: {t.id: t.valid_after_days for t in s.produces.all()} for s in services},
        locations=list(Location.objects.filter(network=wish.network)),
        travel={
            (origin, destination): minutes
            for origin, destination, minutes in ways.values_list(
                "origin_id", "destination_id", "minutes"
            )
        },
        interpreters=list(
            Interpreter.objects.filter(
                network=wish.network, languages__overlap=list(wish.languages)
            )
        ),
    )
