"""The rows a problem is made of: services with staff, sessions, tokens; interpreters; ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from knotenpunkt.availability.models import GroupSession, Interpreter
from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Location, StaffMember, TravelTime
from knotenpunkt.visits.plan import BookingPlan
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


@dataclass(frozen=True)
class Named:
    """What a plan names: its check needs to read no other staff, interpreters or places.

    With an interpreter every place counts (None): she may come from any of them.
    """

    staff: list[UUID]
    interpreters: list[UUID]
    locations: list[UUID] | None

    @classmethod
    def by(cls, plan: BookingPlan) -> Named:
        interpreters = {leg.interpreter for leg in plan.legs if leg.interpreter}
        return cls(
            staff=list({member for leg in plan.legs for member in leg.staff}),
            interpreters=list(interpreters),
            locations=None if interpreters else list({leg.location for leg in plan.legs}),
        )


# One statement with one look: the columns a plan is checked against, the links as arrays.
SERVICES = """
SELECT s.id, s.organization_id, s.code, s.minutes, s.interpreter_class, s.is_joint,
    s.min_notice_workdays,
    ARRAY(SELECT staffmember_id FROM directory_service_staff l WHERE l.service_id = s.id)
        AS staff_ids,
    ARRAY(SELECT location_id FROM directory_serviceatlocation l WHERE l.service_id = s.id)
        AS location_ids,
    ARRAY(SELECT token_id FROM directory_service_requires l WHERE l.service_id = s.id)
        AS required_ids,
    ARRAY(SELECT token_id FROM directory_service_produces l WHERE l.service_id = s.id
          ORDER BY token_id) AS produced_ids,
    ARRAY(SELECT t.valid_after_days FROM directory_service_produces l
          JOIN directory_token t ON t.id = l.token_id WHERE l.service_id = s.id
          ORDER BY l.token_id) AS produced_after_days,
    EXISTS(SELECT FROM availability_groupsession g WHERE g.service_id = s.id) AS has_sessions
FROM directory_service s JOIN network_organization o ON o.id = s.organization_id
WHERE s.id = ANY(%s) AND o.network_id = %s AND s.status = %s
"""


def read_catalogue(wish: VisitWish, named: Named | None = None) -> Catalogue:
    """Return the rows of a wish, in five queries at most. Raises `BadWish`.

    With `named`, only the staff, interpreters and places that a plan names are among them.
    """
    places = named.locations if named else None
    parameters = [list(wish.services), wish.network.id, ServiceStatus.VERIFIED]
    rows: Iterable[Any] = Service.objects.raw(SERVICES, parameters)  # with columns of the statement
    found = {service.id: service for service in rows}
    if len(found) != len(wish.services):
        raise BadWish("services", "unknown")
    services = [found[service_id] for service_id in wish.services]
    return Catalogue(
        services=services,
        staff=_staff(services, named),
        sessions=_sessions(services),
        places={it.id: set(it.location_ids) for it in services},
        requires={it.id: set(it.required_ids) for it in services},
        produces={
            it.id: dict(zip(it.produced_ids, it.produced_after_days, strict=True))
            for it in services
        },
        locations=_locations(wish, places),
        travel=_travel(wish, places),
        interpreters=_interpreters(wish, named),
    )


def _staff(services: list[Any], named: Named | None) -> dict[UUID, list[StaffMember]]:
    wanted = {member for service in services for member in service.staff_ids}
    if named is not None:
        wanted &= set(named.staff)
    rows = StaffMember.objects.filter(id__in=wanted, left_on=None)
    members = rows.only("id", "code", "languages", "organization_id").order_by("name", "id")
    return {
        service.id: [one for one in members if one.id in set(service.staff_ids)]
        for service in services
    }


def _sessions(services: list[Any]) -> dict[UUID, list[GroupSession]]:
    sessions: dict[UUID, list[GroupSession]] = defaultdict(list)
    with_sessions = [service.id for service in services if service.has_sessions]
    if with_sessions:
        rows = GroupSession.objects.filter(service__in=with_sessions)
        for session in rows.select_related("staff_member"):
            sessions[session.service_id].append(session)
    return sessions


def _locations(wish: VisitWish, places: list[UUID] | None) -> list[Location]:
    locations = Location.objects.filter(network=wish.network)
    return list(locations if places is None else locations.filter(id__in=places))


def _travel(wish: VisitWish, places: list[UUID] | None) -> dict[tuple[UUID, UUID], int]:
    ways = TravelTime.objects.filter(origin__network=wish.network)
    if places is not None:
        if len(places) == 1:
            return {}
        ways = ways.filter(origin__in=places, destination__in=places)
    rows = ways.values_list("origin_id", "destination_id", "minutes")
    return {(origin, destination): minutes for origin, destination, minutes in rows}


def _interpreters(wish: VisitWish, named: Named | None) -> list[Interpreter]:
    if named is not None and not named.interpreters:
        return []
    found = Interpreter.objects.filter(
        network=wish.network, languages__overlap=list(wish.languages)
    )
    return list(found if named is None else found.filter(id__in=named.interpreters))
