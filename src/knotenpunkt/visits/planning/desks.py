"""Desks of a wish: staff members at a location, several at one table, or a group session."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from uuid import UUID

from knotenpunkt.availability.board import Board
from knotenpunkt.availability.models import GroupSession
from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import StaffMember
from knotenpunkt.planner import Desk
from knotenpunkt.visits.planning.catalogue import Catalogue
from knotenpunkt.visits.planning.grid import Grid, Ticks

Free = dict[int, list[Ticks]]


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


def build_desks(catalogue: Catalogue, board: Board, grid: Grid) -> Desks:
    """Return every desk that could give one of the services, with its free ticks by day."""
    sites = {location.id: i for i, location in enumerate(catalogue.locations)}
    desks = Desks([], [])
    _add_single_desks(desks, catalogue, board, grid, sites)
    for service in catalogue.services:
        if service.is_joint:
            _add_joint_desks(desks, service, catalogue, board, grid, sites)
        for session in catalogue.sessions[service.id]:
            _add_session(desks, service, session, board, grid, sites)
    return desks


def _add_single_desks(
    desks: Desks, catalogue: Catalogue, board: Board, grid: Grid, sites: dict[UUID, int]
) -> None:
    members: dict[UUID, StaffMember] = {}
    given: dict[UUID, list[Service]] = defaultdict(list)
    for service in catalogue.services:
        if service.is_joint or catalogue.sessions[service.id]:
            continue
        for member in catalogue.staff[service.id]:
            members[member.id] = member
            given[member.id].append(service)
    for member in sorted(members.values(), key=lambda one: (one.code, str(one.id))):
        for (location, room), free in sorted(_places(board, member.id, grid), key=str):
            offered = [s for s in given[member.id] if location in catalogue.places[s.id]]
            if offered and location in sites:
                desk = _desk(f"{member.id}@{location}", [member], sites[location], offered, free)
                desks.add(desk, DeskRow(location, room, (member.id,)))


def _places(
    board: Board, resource: UUID, grid: Grid
) -> Iterable[tuple[tuple[UUID, UUID | None], Free]]:
    places: dict[tuple[UUID, UUID | None], Free] = defaultdict(lambda: defaultdict(list))
    for piece in board.free.get(resource, ()):
        day = grid.day_of(piece.day)
        ticks = grid.ticks(day, piece.during)
        if piece.location is not None and ticks is not None:
            places[piece.location, piece.room][day].append(ticks)
    return places.items()


def _desk(
    name: str, members: list[StaffMember], site: int, services: list[Service], free: Free
) -> Desk:
    shared = set(members[0].languages).intersection(*(one.languages for one in members))
    return Desk(
        id=name,
        partner=str(services[0].organization_id),
        site=site,
        services=frozenset(str(service.id) for service in services),
        languages=frozenset(shared),
        free={day: tuple(sorted(windows)) for day, windows in free.items()},
        members=tuple(str(one.id) for one in members),
    )


def _add_joint_desks(
    desks: Desks,
    service: Service,
    catalogue: Catalogue,
    board: Board,
    grid: Grid,
    sites: dict[UUID, int],
) -> None:
    """Add a desk for every choice of one staff member of each organization involved."""
    by_employer: dict[UUID, list[StaffMember]] = defaultdict(list)
    for member in catalogue.staff[service.id]:
        by_employer[member.organization_id].append(member)
    for team in product(*(by_employer[key] for key in sorted(by_employer, key=str))):
        for location in sorted(catalogue.places[service.id], key=str):
            free = _common([_at(board, member.id, location, grid) for member in team])
            if free and location in sites:
                name = "+".join(str(member.id) for member in team)
                desk = _desk(f"{name}@{location}", list(team), sites[location], [service], free)
                desks.add(desk, DeskRow(location, None, tuple(member.id for member in team)))


def _at(board: Board, resource: UUID, location: UUID, grid: Grid) -> Free:
    free: Free = defaultdict(list)
    for (place, _), days in _places(board, resource, grid):
        if place == location:
            for day, windows in days.items():
                free[day] += windows
    return free


def _common(calendars: list[Free]) -> Free:
    free = calendars[0]
    for other in calendars[1:]:
        free = {
            day: both
            for day, windows in free.items()
            if (both := list(_both(windows, other.get(day, []))))
        }
    return free


def _both(left: list[Ticks], right: list[Ticks]) -> Iterator[Ticks]:
    for a, b in product(sorted(left), sorted(right)):
        if max(a[0], b[0]) < min(a[1], b[1]):
            yield max(a[0], b[0]), min(a[1], b[1])


def _add_session(
    desks: Desks,
    service: Service,
    session: GroupSession,
    board: Board,
    grid: Grid,
    sites: dict[UUID, int],
) -> None:
    free: Free = defaultdict(list)
    starts: dict[int, list[int]] = defaultdict(list)
    for piece in board.free.get(session.id, ()):
        day = grid.day_of(piece.day)
        ticks = grid.ticks(day, piece.during)
        if ticks and first_free_seat(session, board, piece.during) is not None:
            free[day].append(ticks)
            starts[day].append(ticks[0])
    if free and session.location_id in sites:
        desk = _desk(
            f"{session.id}", [session.staff_member], sites[session.location_id], [service], free
        )
        fixed = {day: tuple(sorted(ticks)) for day, ticks in starts.items()}
        desk = Desk(**{key: getattr(desk, key) for key in desk.__slots__} | {"starts": fixed})
        row = DeskRow(session.location_id, session.room_id, (session.staff_member_id,), session.id)
        desks.add(desk, row)


def first_free_seat(session: GroupSession, board: Board, during: tuple[int, int]) -> int | None:
    """Return the lowest seat nobody has taken in this session, or None."""
    for seat in range(1, session.seats + 1):
        taken = board.taken.get(session.seat_id(seat), ())
        if not any(it.during[0] < during[1] and during[0] < it.during[1] for it in taken):
            return seat
    return None
