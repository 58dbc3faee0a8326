"""Desks of a wish: staff members at a location, several at one table, or a group session."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from uuid import UUID

from knotenpunkt.planner import Desk
from knotenpunkt.visits.planning.catalogue import Catalogue, MemberRow, ServiceRow, SessionRow
from knotenpunkt.visits.planning.grid import Grid, Minutes, Ticks
from knotenpunkt.visits.planning.times import NO_TIMES, Place, Times

Free = Mapping[int, tuple[Ticks, ...]]
Calendars = Mapping[UUID, Times]


@dataclass(frozen=True)
class DeskRow:
    """What a desk of the planner stands for."""

    location: UUID
    room: UUID | None
    staff: tuple[UUID, ...]
    session: UUID | None = None


@dataclass(frozen=True)
class Desks:
    """Desks of the planner and, in the same order, the rows they stand for."""

    desks: list[Desk]
    rows: list[DeskRow]

    def add(self, desk: Desk, row: DeskRow) -> None:
        self.desks.append(desk)
        self.rows.append(row)


def build_desks(catalogue: Catalogue, calendars: Calendars, grid: Grid) -> Desks:
    """Return every desk that could give one of the services, with its free ticks by day."""
    sites = {location.id: i for i, location in enumerate(catalogue.locations)}
    desks = Desks([], [])
    _add_single_desks(desks, catalogue, calendars, grid, sites)
    for service in catalogue.services:
        if service.is_joint:
            _add_joint_desks(desks, service, catalogue, calendars, grid, sites)
        for session in catalogue.sessions.get(service.id, ()):
            _add_session(desks, service, session, calendars, grid, sites)
    return desks


def _add_single_desks(
    desks: Desks, catalogue: Catalogue, calendars: Calendars, grid: Grid, sites: dict[UUID, int]
) -> None:
    members: dict[UUID, MemberRow] = {}
    given: dict[UUID, list[ServiceRow]] = defaultdict(list)
    for service in catalogue.services:
        if service.is_joint or catalogue.sessions.get(service.id):
            continue
        for member in catalogue.staff[service.id]:
            members[member.id] = member
            given[member.id].append(service)
    for member in sorted(members.values(), key=lambda one: (one.code, str(one.id))):
        times = calendars.get(member.id, NO_TIMES)
        for place in times.free:
            location, room = place
            offered = [it for it in given[member.id] if location in catalogue.places[it.id]]
            if location and location in sites and offered and (free := times.at(place, grid)):
                desk = _desk(f"{member.id}@{location}", [member], sites[location], offered, free)
                desks.add(desk, DeskRow(location, room, (member.id,)))


def _desk(
    name: str, members: list[MemberRow], site: int, services: list[ServiceRow], free: Free
) -> Desk:
    shared = set(members[0].languages).intersection(*(one.languages for one in members))
    return Desk(
        id=name,
        partner=str(services[0].organization_id),
        site=site,
        services=frozenset(str(service.id) for service in services),
        languages=frozenset(shared),
        free=free,
        members=tuple(str(one.id) for one in members),
    )


def _add_joint_desks(
    desks: Desks,
    service: ServiceRow,
    catalogue: Catalogue,
    calendars: Calendars,
    grid: Grid,
    sites: dict[UUID, int],
) -> None:
    """Add a desk for every choice of one staff member of each organization involved."""
    by_employer: dict[UUID, list[MemberRow]] = defaultdict(list)
    for member in catalogue.staff[service.id]:
        by_employer[member.organization_id].append(member)
    for team in product(*(by_employer[key] for key in sorted(by_employer, key=str))):
        for location in sorted(catalogue.places[service.id], key=str):
            free = _common([_at(calendars, member.id, location, grid) for member in team])
            if free and location in sites:
                name = "+".join(str(member.id) for member in team)
                desk = _desk(f"{name}@{location}", list(team), sites[location], [service], free)
                desks.add(desk, DeskRow(location, None, tuple(member.id for member in team)))


def _at(calendars: Calendars, member: UUID, location: UUID, grid: Grid) -> Free:
    """Return when somebody is free at a location, in whatever room."""
    free: dict[int, list[Ticks]] = defaultdict(list)
    times = calendars.get(member, NO_TIMES)
    for place in times.free:
        if place[0] == location:
            for day, windows in times.at(place, grid).items():
                free[day] += windows
    return {day: tuple(sorted(windows)) for day, windows in free.items()}


def _common(calendars: list[Free]) -> Free:
    free = calendars[0]
    for other in calendars[1:]:
        free = {
            day: both
            for day, windows in free.items()
            if (both := tuple(_both(windows, other.get(day, ()))))
        }
    return free


def _both(left: Iterable[Ticks], right: Iterable[Ticks]) -> Iterator[Ticks]:
    for a, b in product(left, right):
        if max(a[0], b[0]) < min(a[1], b[1]):
            yield max(a[0], b[0]), min(a[1], b[1])


def _add_session(
    desks: Desks,
    service: ServiceRow,
    session: SessionRow,
    calendars: Calendars,
    grid: Grid,
    sites: dict[UUID, int],
) -> None:
    place: Place = (session.location_id, session.room_id)
    times = calendars.get(session.id, NO_TIMES)
    if place not in times.free or session.location_id not in sites:
        return
    seats = [calendars.get(seat, NO_TIMES).taken for seat in session.seat_ids]
    free = {
        day: found
        for day, windows in times.at(place, grid).items()
        if (found := tuple(it for it in windows if _has_seat(seats, grid.minutes(day, it))))
    }
    if free:
        site = sites[session.location_id]
        desk = _desk(f"{session.id}", [session.leader], site, [service], free)
        starts = {day: tuple(start for start, _end in windows) for day, windows in free.items()}
        desk = replace(desk, starts=starts)
        row = DeskRow(session.location_id, session.room_id, (session.leader.id,), session.id)
        desks.add(desk, row)


def _has_seat(seats: Iterable[Iterable[Minutes]], during: Minutes) -> bool:
    return first_free_seat(seats, during) is not None


def first_free_seat(seats: Iterable[Iterable[Minutes]], during: Minutes) -> int | None:
    """Return the lowest seat, from 1, that nobody has taken at this time, or None.

    `seats` are the taken times of each.
    """
    for seat, taken in enumerate(seats, 1):
        if not any(begin < during[1] and during[0] < end for begin, end in taken):
            return seat
    return None
