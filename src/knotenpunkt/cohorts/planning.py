"""A cohort as a problem of the planner, and its answer as plans to book.

Each person is translated as for a visit of her own; the networks she would be planned in are then
laid over each other. What she alone may use (times of her programme, places for the people of her
municipality) stays hers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from knotenpunkt.availability.board import read_board
from knotenpunkt.availability.models import GroupSession
from knotenpunkt.availability.models import Interpreter as InterpreterRow
from knotenpunkt.cohorts.models import Cohort, CohortPlace
from knotenpunkt.planner import Desk, Interpreter, Leg, Plan, Precedence, Request
from knotenpunkt.planner.cohort import Cohort as PlannerCohort
from knotenpunkt.planner.cohort import Member
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.desks import DeskRow
from knotenpunkt.visits.planning.translation import Translated, translate
from knotenpunkt.visits.planning.wish import VisitWish, wish_of

MANY_TALKS = 1000  # a telephone service without limit
Free = Mapping[int, tuple[tuple[int, int], ...]]


@dataclass(frozen=True)
class Asked:
    """A cohort of the planner, and what its members and desks stand for."""

    places: tuple[CohortPlace, ...]
    translated: tuple[Translated, ...]
    cohort: PlannerCohort
    rows: tuple[DeskRow, ...]

    def booking_plan(self, member: int, plan: Plan) -> BookingPlan:
        """Return the plan of this member with the ids and moments of the directory.

        Others of the cohort have what else is free, so her interpreters stay whom she was given.
        """
        hers = self.translated[member]
        desks = {row: index for index, row in enumerate(hers.desks.rows)}
        names = {it.id: index for index, it in enumerate(hers.problem.network.interpreters)}
        talkers = self.cohort.network.interpreters
        legs = tuple(
            replace(
                leg,
                desk=desks[self.rows[leg.desk]],
                interpreter=(
                    None if leg.interpreter is None else names[talkers[leg.interpreter].id]
                ),
            )
            for leg in plan.legs
        )
        return _with_these_interpreters_alone(hers, legs).booking_plan(replace(plan, legs=legs))


def read_asked(cohort: Cohort, places: Iterable[CohortPlace]) -> tuple[Asked | None, list[UUID]]:
    """Return the problem of these places, and the ids of those to whom something is missing.

    None when nobody is left. Raises `BadWish` for days that lie in the past.
    """
    found, missing = [], []
    for place in places:
        translated = translate(_wish(cohort, place).checked())
        if translated.missing:
            missing.append(place.id)
        else:
            found.append((place, translated))
    if not found:
        return None, missing
    chosen, translations = zip(*found, strict=True)
    return _Overlay(cohort, chosen, translations).asked(), missing


def _wish(cohort: Cohort, place: CohortPlace) -> VisitWish:
    return wish_of(place.person, tuple(place.services), cohort.first_on, cohort.last_on)


class _Overlay:
    """The networks of all members laid over each other, desk by desk."""

    def __init__(
        self, cohort: Cohort, places: Sequence[CohortPlace], translated: Sequence[Translated]
    ) -> None:
        self.row, self.places, self.translated = cohort, tuple(places), tuple(translated)
        self.rows: list[DeskRow] = []
        self.desks: list[Desk] = []
        self.index: dict[DeskRow, int] = {}
        self.fenced: dict[str, dict[int, Free]] = defaultdict(dict)
        self.talkers: dict[str, Interpreter] = {}

    def asked(self) -> Asked:
        for one in self.translated:
            self._add(one)
        first = self.translated[0]
        services = {
            name: service
            for one in self.translated
            for name, service in one.problem.network.services.items()
        }
        network = replace(
            first.problem.network,
            services=services,
            desks=tuple(self.desks),
            interpreters=tuple(self.talkers.values()),
        )
        cohort = PlannerCohort(
            network=network,
            members=tuple(map(self._member, self.places, self.translated)),
            seats=self._seats(),
            lines=self._lines(),
            reserve=self.row.reserve_percent / 100,
            ring_fenced=self.fenced,
        )
        return Asked(self.places, self.translated, cohort, tuple(self.rows))

    def _add(self, one: Translated) -> None:
        programme = _programme(one.wish)
        for desk, row in zip(one.problem.network.desks, one.desks.rows, strict=True):
            if row not in self.index:
                self.index[row] = len(self.rows)
                self.rows.append(row)
                self.desks.append(_named(desk, row, len(self.desks)))
            index = self.index[row]
            known = self.desks[index]
            services = known.services | desk.services
            if programme is None:
                self.desks[index] = replace(known, services=services, free=desk.free)
            else:
                self.desks[index] = replace(known, services=services)
                self.fenced[programme][index] = desk.free
        for talker in one.problem.network.interpreters:
            self.talkers.setdefault(talker.id, talker)

    def _member(self, place: CohortPlace, one: Translated) -> Member:
        return Member(
            id=str(place.id),
            request=self._request(one),
            group=one.wish.languages[0],
            programme=_programme(one.wish),
        )

    def _request(self, one: Translated) -> Request:
        """Return her request: of several that could come first, the first does; her own desks."""
        request = one.problem.request
        rules: list[Precedence] = [*request.precedence, *(it.rules[0] for it in request.any_first)]
        items = tuple(
            replace(
                item,
                desks=frozenset(
                    self.desks[self.index[row]].id
                    for desk, row in zip(one.problem.network.desks, one.desks.rows, strict=True)
                    if item.service in desk.services
                ),
            )
            for item in request.items
        )
        return replace(request, items=items, precedence=tuple(rules), any_first=())

    def _seats(self) -> dict[int, int]:
        """Return how many seats of each group session are free on its fullest day."""
        wanted = {row.session: index for index, row in enumerate(self.rows) if row.session}
        sessions = GroupSession.objects.in_bulk(wanted)
        numbers = {
            session.seat_id(number): session.pk
            for session in sessions.values()
            for number in range(1, session.seats + 1)
        }
        grid = self.translated[0].grid
        board = read_board(
            first=grid.first, last=grid.last, open_resources=[], other_resources=numbers
        )
        taken: dict[tuple[UUID, int], int] = defaultdict(int)
        for seat, pieces in board.taken.items():
            for piece in pieces:
                taken[numbers[seat], piece.during[0]] += 1
        fullest: dict[UUID, int] = defaultdict(int)
        for (session, _moment), count in taken.items():
            fullest[session] = max(fullest[session], count)
        return {wanted[it.pk]: max(1, it.seats - fullest[it.pk]) for it in sessions.values()}

    def _lines(self) -> dict[int, int]:
        rows = InterpreterRow.objects.in_bulk([UUID(it) for it in self.talkers])
        return {
            index: rows[UUID(talker.id)].parallel_talks or MANY_TALKS
            for index, talker in enumerate(self.talkers.values())
            if talker.mode == "remote"
        }


def _programme(wish: VisitWish) -> str | None:
    return "+".join(sorted(str(it) for it in wish.pools)) or None


def _named(desk: Desk, row: DeskRow, index: int) -> Desk:
    """Return the desk under a name of its own; seats of a session are not the staff's time."""
    members = (f"session {row.session}",) if row.session else desk.members
    return replace(desk, id=f"{index}", members=members, services=frozenset(), free={})


def _with_these_interpreters_alone(hers: Translated, legs: tuple[Leg, ...]) -> Translated:
    """Return her problem with interpreters free for these legs and nothing else."""
    free: dict[int, dict[int, list[tuple[int, int, int, int]]]] = defaultdict(dict)
    for leg in legs:
        if leg.interpreter is not None:
            times = free[leg.interpreter].setdefault(leg.day, [])
            times.append((leg.start, leg.end, -1, -1))
    network = hers.problem.network
    interpreters = tuple(
        replace(it, free={day: tuple(sorted(times)) for day, times in free[index].items()})
        for index, it in enumerate(network.interpreters)
    )
    problem = replace(hers.problem, network=replace(network, interpreters=interpreters))
    return replace(hers, problem=problem)
