"""The rows a problem is made of: services with staff, sessions, tokens; interpreters; ways."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from knotenpunkt.availability.models import GroupSession, Interpreter
from knotenpunkt.directory.enums import ServiceStatus
from knotenpunkt.foundation.prepared import prepared_cursor
from knotenpunkt.network.models import Network, TravelTime
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.wish import BadWish, VisitWish

Row = TypeVar("Row", bound="Known")
IDS = frozenset({"id", "organization_id"})


@dataclass(frozen=True)
class Known:
    """What planning knows of a row: these fields and no others, and no names of people."""

    id: UUID

    @classmethod
    def of(cls: type[Row], row: Mapping[str, Any]) -> Row:
        """Return it from a row of JSON that has (at least) these fields."""
        names = [it.name for it in fields(cls)]
        return cls(**{name: UUID(row[name]) if name in IDS else row[name] for name in names})


@dataclass(frozen=True)
class ServiceRow(Known):
    organization_id: UUID
    code: str
    minutes: int
    interpreter_class: str
    is_joint: bool
    min_notice_workdays: int


@dataclass(frozen=True)
class MemberRow(Known):
    organization_id: UUID
    code: str
    languages: list[str]


@dataclass(frozen=True)
class PlaceRow(Known):
    is_step_free: bool


@dataclass(frozen=True)
class SessionRow(Known):
    service_id: UUID
    location_id: UUID
    room_id: UUID | None
    leader: MemberRow
    seats: int

    @cached_property
    def seat_ids(self) -> list[UUID]:
        """The resources of its seats, as `GroupSession.seat_id` counts them."""
        return [uuid.uuid5(self.id, str(number)) for number in range(1, self.seats + 1)]


@dataclass(frozen=True)
class InterpreterRow(Known):
    rank: str
    gender: str
    languages: list[str]
    is_remote: bool
    notice_workdays: int


@dataclass(frozen=True)
class Catalogue:
    """Services with all that planning needs to know of them; see `of_wish` for one person's."""

    services: list[ServiceRow]
    staff: dict[UUID, list[MemberRow]]
    sessions: dict[UUID, list[SessionRow]]
    places: dict[UUID, dict[UUID, frozenset[UUID]]]  # of a service; for whose people, or everyone
    requires: dict[UUID, set[UUID]]
    produces: dict[UUID, dict[UUID, int]]
    locations: list[PlaceRow]
    travel: dict[tuple[UUID, UUID], int]
    interpreters: list[InterpreterRow]

    @cached_property
    def by_id(self) -> dict[UUID, ServiceRow]:
        return {row.id: row for row in self.services}

    def of_wish(self, wish: VisitWish) -> Catalogue:
        """Return what concerns one wish: her services in her order. Raises `BadWish`.

        A place that names municipalities is for their people alone; it is open to whoever's home
        is not known.
        """
        if not self.by_id.keys() >= set(wish.services):
            raise BadWish("services", "unknown")
        home, spoken = wish.municipality, set(wish.languages)
        return replace(
            self,
            services=[self.by_id[it] for it in wish.services],
            places={
                it: {
                    place: homes
                    for place, homes in self.places[it].items()
                    if home is None or not homes or home in homes
                }
                for it in wish.services
            },
            interpreters=[it for it in self.interpreters if not spoken.isdisjoint(it.languages)],
        )

    def calendars_of(self, wish: VisitWish) -> set[UUID]:
        """Return whose times decide about a wish: staff, sessions, seats and interpreters."""
        sessions = [row for it in wish.services for row in self.sessions.get(it, ())]
        return {
            *(member.id for it in wish.services for member in self.staff.get(it, ())),
            *(session.id for session in sessions),
            *(seat for session in sessions for seat in session.seat_ids),
            *(
                it.id
                for it in self.interpreters
                if not set(wish.languages).isdisjoint(it.languages)
            ),
        }


@dataclass(frozen=True)
class Named:
    """What a plan names: its check needs to read no other staff, interpreters or places.

    With an interpreter every place counts (None): she may come from any of them.
    """

    services: list[UUID]
    staff: list[UUID]
    interpreters: list[UUID]
    locations: list[UUID] | None

    @classmethod
    def by(cls, plan: BookingPlan) -> Named:
        interpreters = {leg.interpreter for leg in plan.legs if leg.interpreter}
        return cls(
            services=[leg.service for leg in plan.legs],
            staff=list({member for leg in plan.legs for member in leg.staff}),
            interpreters=list(interpreters),
            locations=None if interpreters else list({leg.location for leg in plan.legs}),
        )


# One statement with one look: the columns a problem is made of, links as arrays. What a plan does
# not name is NULL and stands for everything.
ROWS = """
WITH wanted AS (
    SELECT s.id, s.organization_id, s.code, s.minutes, s.interpreter_class, s.is_joint,
        s.min_notice_workdays,
        ARRAY(SELECT staffmember_id FROM directory_service_staff l WHERE l.service_id = s.id
              AND (%(staff)s::uuid[] IS NULL OR staffmember_id = ANY(%(staff)s::uuid[]))) AS staff,
        ARRAY(SELECT json_build_array(location_id, ARRAY(
                  SELECT municipality_id FROM directory_serviceatlocation_municipalities m
                  WHERE m.serviceatlocation_id = l.id))
              FROM directory_serviceatlocation l WHERE l.service_id = s.id) AS places,
        ARRAY(SELECT token_id FROM directory_service_requires l WHERE l.service_id = s.id)
            AS requires,
        ARRAY(SELECT json_build_array(t.id, t.valid_after_days) FROM directory_service_produces l
              JOIN directory_token t ON t.id = l.token_id WHERE l.service_id = s.id ORDER BY t.id)
            AS produces,
        EXISTS(SELECT FROM availability_groupsession g WHERE g.service_id = s.id) AS has_sessions
    FROM directory_service s JOIN network_organization o ON o.id = s.organization_id
    WHERE s.id = ANY(coalesce(%(services)s::uuid[], ARRAY(
            SELECT one.id FROM directory_service one
            JOIN network_organization house ON house.id = one.organization_id
            WHERE house.network_id = %(network)s)))
        AND o.network_id = %(network)s AND s.status = %(verified)s
), member AS (
    SELECT id, code, languages, organization_id FROM network_staffmember
    WHERE left_on IS NULL AND id = ANY(
        coalesce(%(staff)s::uuid[], ARRAY(SELECT unnest(staff) FROM wanted))
    ) ORDER BY name, id
), place AS (
    SELECT id, is_step_free FROM network_location
    WHERE network_id = %(network)s
        AND (%(places)s::uuid[] IS NULL OR id = ANY(%(places)s::uuid[])) ORDER BY position, name
)
SELECT (SELECT json_agg(wanted) FROM wanted), (SELECT json_agg(member) FROM member),
    (SELECT json_agg(place) FROM place)
"""


def read_catalogue(network: Network, named: Named | None = None) -> Catalogue:
    """Return the rows of a network, in four queries at most.

    With `named`, only the services, staff, interpreters and places that a plan names.
    """
    places = named.locations if named else None
    with prepared_cursor() as cursor:
        cursor.execute(
            ROWS,
            {
                "services": named.services if named else None,
                "network": network.id,
                "verified": ServiceStatus.VERIFIED.value,
                "staff": named.staff if named else None,
                "places": places,
            },
        )
        wanted, members, locations = (found or [] for found in cursor.fetchone())
    rows = {UUID(row["id"]): row for row in wanted}
    return Catalogue(
        services=[ServiceRow.of(row) for row in wanted],
        staff=_staff(rows, [MemberRow.of(row) for row in members]),
        sessions=_sessions([it for it, row in rows.items() if row["has_sessions"]]),
        places={
            it: {UUID(place): frozenset(map(UUID, homes)) for place, homes in row["places"]}
            for it, row in rows.items()
        },
        requires={it: {UUID(token) for token in row["requires"]} for it, row in rows.items()},
        produces={
            it: {UUID(token): after for token, after in row["produces"]} for it, row in rows.items()
        },
        locations=[PlaceRow.of(row) for row in locations],
        travel=_travel(network, places),
        interpreters=_interpreters(network, named),
    )


def _staff(
    services: dict[UUID, dict[str, Any]], members: list[MemberRow]
) -> dict[UUID, list[MemberRow]]:
    given = {it: {UUID(member) for member in row["staff"]} for it, row in services.items()}
    return {it: [row for row in members if row.id in staff] for it, staff in given.items()}


def _sessions(with_sessions: list[UUID]) -> dict[UUID, list[SessionRow]]:
    sessions: dict[UUID, list[SessionRow]] = defaultdict(list)
    if with_sessions:
        rows = GroupSession.objects.filter(service__in=with_sessions)
        for row in rows.select_related("staff_member").order_by("id"):
            one = row.staff_member
            leader = MemberRow(one.id, one.organization_id, one.code, one.languages)
            session = SessionRow(
                row.id, row.service_id, row.location_id, row.room_id, leader, row.seats
            )
            sessions[row.service_id].append(session)
    return sessions


def _travel(network: Network, places: list[UUID] | None) -> dict[tuple[UUID, UUID], int]:
    if places is not None and len(places) == 1:
        return {}
    ways = TravelTime.objects.filter(origin__network=network)
    if places is not None:
        ways = ways.filter(origin__in=places, destination__in=places)
    rows = ways.values_list("origin_id", "destination_id", "minutes")
    return {(origin, destination): minutes for origin, destination, minutes in rows}


def _interpreters(network: Network, named: Named | None) -> list[InterpreterRow]:
    if named is not None and not named.interpreters:
        return []
    found = Interpreter.objects.filter(network=network)
    if named is not None:
        found = found.filter(id__in=named.interpreters)
    return [
        InterpreterRow(*row) for row in found.values_list(*(f.name for f in fields(InterpreterRow)))
    ]
