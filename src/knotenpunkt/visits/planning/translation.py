"""A wish as a problem of the planner, and the planner's plans as plans to book."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from knotenpunkt.availability.board import View, read_board
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.workdays import after_workdays
from knotenpunkt.people.enums import GenderWish
from knotenpunkt.planner import (
    AnyFirst,
    Interpreter,
    Item,
    Network,
    Plan,
    Precedence,
    Problem,
    Request,
)
from knotenpunkt.planner import Service as PlannerService
from knotenpunkt.visits.plan import BookingPlan, PlannedLeg
from knotenpunkt.visits.planning.catalogue import (
    Catalogue,
    InterpreterRow,
    Named,
    ServiceRow,
    read_catalogue,
)
from knotenpunkt.visits.planning.desks import Calendars, Desks, build_desks
from knotenpunkt.visits.planning.grid import DAY_TICKS, ORIGIN, TICK, Grid, Ticks, subtract
from knotenpunkt.visits.planning.kept import kept_for
from knotenpunkt.visits.planning.one_interpreter import with_fewest_interpreters
from knotenpunkt.visits.planning.times import NO_TIMES, times_of
from knotenpunkt.visits.planning.wish import VisitWish

# Own language before volunteer before telephone (soft order of the visit rules).
COST_OF_INTERPRETER, COST_OF_TELEPHONE, COST_OUTSIDE = 2, 4, 1
COST_OF_OTHER_GENDER = 3  # so that a woman by telephone comes before a man in the room
LEAD_MINUTES = 30  # nobody is sent to a talk that starts in less


@dataclass(frozen=True)
class Missing:
    """A service that needs a state the person does not have and no other need produces."""

    service: UUID
    token: UUID


@dataclass(frozen=True)
class Translated:
    """A problem, and what its indexes stand for."""

    wish: VisitWish
    problem: Problem
    grid: Grid
    catalogue: Catalogue
    desks: Desks
    missing: tuple[Missing, ...]

    def booking_plan(self, plan: Plan) -> BookingPlan:
        """Return the planner's plan with the ids and moments of the directory.

        One interpreter stays through the visit where that costs nothing.
        """
        plan = with_fewest_interpreters(self.problem, plan)
        legs = []
        for leg in plan.legs:
            row, desk = self.desks.rows[leg.desk], self.problem.network.desks[leg.desk]
            interpreter = (
                None if leg.interpreter is None else self.catalogue.interpreters[leg.interpreter]
            )
            legs.append(
                PlannedLeg(
                    service=self.wish.services[leg.item],
                    location=row.location,
                    room=row.room,
                    staff=row.staff,
                    group_session=row.session,
                    interpreter=interpreter.id if interpreter else None,
                    language=self._language(desk.languages, interpreter),
                    starts_at=self.grid.moment(leg.day, leg.start),
                    ends_at=self.grid.moment(leg.day, leg.end),
                )
            )
        return BookingPlan(legs=tuple(legs))

    def _language(self, spoken: frozenset[str], interpreter: InterpreterRow | None) -> str:
        """Return the language in which the person will be understood."""
        known = spoken if interpreter is None else frozenset(interpreter.languages)
        return next((name for name in self.wish.languages if name in known), "de")


def translate(wish: VisitWish, named: Named | None = None) -> Translated:
    """Return the problem of a checked wish, from one look at what is free. Raises `BadWish`.

    With `named` it is the smaller problem of checking one plan: only what the plan names is there,
    read anew.
    """
    catalogue, calendars = _read(wish, named) if named else kept_for(wish.network).look(wish)
    grid = Grid(wish.first_day, wish.last_day, ZoneInfo(wish.network.time_zone))
    desks = build_desks(catalogue, calendars, grid)
    order = token_order(wish, catalogue)
    network = Network(
        sites=tuple(str(location.id) for location in catalogue.locations),
        travel=_travel(wish, catalogue),
        services={str(s.id): _service(s) for s in catalogue.services},
        desks=tuple(desks.desks),
        interpreters=_interpreters(wish, catalogue, calendars, grid),
        horizon_days=grid.days,
        day_ticks=DAY_TICKS,
        first_weekday=grid.first.weekday(),
    )
    request = _request(wish, catalogue, calendars, grid, order)
    return Translated(wish, Problem(network, request), grid, catalogue, desks, order.missing)


def _read(wish: VisitWish, named: Named) -> tuple[Catalogue, Calendars]:
    """Return what a plan names as it is now, for whoever is about to book it."""
    found = read_catalogue(wish.network, named)
    catalogue = found.of_wish(wish)
    board = read_board(
        first=wish.first_day,
        last=wish.last_day,
        open_resources=found.calendars_of(wish),
        other_resources=[wish.person_id] if wish.person_id else [],
        ignored_visit=wish.ignored_visit,
        view=View(wish.pools, wish.for_public),
    )
    zone = ZoneInfo(wish.network.time_zone)
    return catalogue, {
        it: times_of(board.free.get(it, []), board.taken.get(it, []), zone)
        for it in {*board.free, *board.taken}
    }


def _travel(wish: VisitWish, catalogue: Catalogue) -> tuple[tuple[int, ...], ...]:
    rules = wish.network.visit_rules
    here = _to_ticks(rules.get("buffer_minutes_same_site", 10))
    after = rules.get("buffer_minutes_after_travel", 10)
    return tuple(
        tuple(
            here
            if one.id == other.id
            else _to_ticks(catalogue.travel.get((one.id, other.id), 24 * 60) + after)
            for other in catalogue.locations
        )
        for one in catalogue.locations
    )


def _to_ticks(minutes: float) -> int:
    return -(-int(minutes) // TICK)


def _service(service: ServiceRow) -> PlannerService:
    return PlannerService(
        id=str(service.id),
        partner=str(service.organization_id),
        duration=_to_ticks(service.minutes),
        interpreter_class=service.interpreter_class,
    )


def _interpreters(
    wish: VisitWish, catalogue: Catalogue, calendars: Calendars, grid: Grid
) -> tuple[Interpreter, ...]:
    sites = {location.id: i for i, location in enumerate(catalogue.locations)}
    return tuple(
        _interpreter(wish, row, calendars.get(row.id, NO_TIMES).talks(sites, grid) or {}, grid)
        for row in catalogue.interpreters
    )


def _interpreter(
    wish: VisitWish, row: InterpreterRow, free: Mapping[int, tuple[Any, ...]], grid: Grid
) -> Interpreter:
    notice = after_workdays(clock.today(), row.notice_workdays, wish.network.land)
    return Interpreter(
        id=str(row.id),
        languages=frozenset(row.languages),
        mode="remote" if row.is_remote else "onsite",
        free=free,
        interpreter_class=row.rank,
        gender=row.gender or None,
        first_day=max(grid.day_of(notice), 0),
    )


@dataclass(frozen=True)
class TokenOrder:
    """What tokens say: rules, choices of which any one rule suffices, and what is missing."""

    rules: tuple[Precedence, ...]
    choices: tuple[AnyFirst, ...]
    missing: tuple[Missing, ...]


def token_order(wish: VisitWish, catalogue: Catalogue) -> TokenOrder:
    """Turn tokens into an order: who produces what another needs comes first, plus its delay.

    Where several needs produce the same token, any one of them suffices.
    """
    rules: list[Precedence] = []
    choices: list[AnyFirst] = []
    missing: list[Missing] = []
    for after, service in enumerate(catalogue.services):
        for token in sorted(catalogue.requires[service.id] - wish.held_tokens, key=str):
            producers = [
                Precedence(before, after, 0, catalogue.produces[other.id][token])
                for before, other in enumerate(catalogue.services)
                if before != after and token in catalogue.produces[other.id]
            ]
            if not producers:
                missing.append(Missing(service.id, token))
            elif len(producers) == 1:
                rules += producers
            else:
                choices.append(AnyFirst(tuple(producers)))
    return TokenOrder(tuple(rules), tuple(choices), tuple(missing))


def _request(
    wish: VisitWish,
    catalogue: Catalogue,
    calendars: Calendars,
    grid: Grid,
    order: TokenOrder,
) -> Request:
    rules = wish.network.visit_rules
    gender = {GenderWish.ONLY_FEMALE: "f", GenderWish.ONLY_MALE: "m"}.get(wish.interpreter_gender)
    step_free = frozenset(
        i for i, location in enumerate(catalogue.locations) if location.is_step_free
    )
    return Request(
        items=tuple(_item(wish, service, grid) for service in catalogue.services),
        languages=dict.fromkeys(wish.languages, 0),
        availability=_availability(wish, calendars, grid),
        precedence=order.rules,
        any_first=order.choices,
        allow_interpreter=wish.with_interpreters,
        interpreter_cost=COST_OF_INTERPRETER,
        remote_interpreter_cost=COST_OF_TELEPHONE,
        outside_centre_cost=COST_OUTSIDE,
        max_days=min(wish.max_days, int(rules.get("max_days", 2))),
        max_day_span=_to_ticks(wish.longest_day) if wish.longest_day else DAY_TICKS,
        interpreter_gender=gender,
        preferred_gender="f" if wish.interpreter_gender == GenderWish.PREFER_FEMALE else None,
        other_gender_cost=COST_OF_OTHER_GENDER,
        max_stretch=_to_ticks(rules.get("max_hours_without_break", 3.5) * 60),
        min_break=_to_ticks(rules.get("break_minutes", 30)),
        max_legs_per_day=int(rules.get("max_appointments_per_day", 6)),
        allowed_sites=step_free if wish.needs_step_free else None,
        order="fewest_locations",
    )


def _item(wish: VisitWish, service: ServiceRow, grid: Grid) -> Item:
    earliest = after_workdays(clock.today(), service.min_notice_workdays, wish.network.land)
    return Item(str(service.id), max(grid.day_of(earliest), 0), grid.days - 1)


def _availability(
    wish: VisitWish, calendars: Calendars, grid: Grid
) -> dict[int, tuple[Ticks, ...]]:
    """Return the ticks at which the person can come, by day."""
    soonest = _minute(clock.now()) + LEAD_MINUTES
    taken = list(calendars.get(wish.person_id, NO_TIMES).taken) if wish.person_id else []
    taken += [(_minute(start), _minute(end)) for start, end in wish.declined]
    free = {}
    for day in range(grid.days):
        date = grid.date_of(day)
        windows = [(_tick(wish.earliest), _tick(wish.latest, up=False))]
        weekly = [window for weekday, window in wish.unavailable if weekday == date.weekday()]
        busy = [(_tick(start, up=False), _tick(end)) for start, end in weekly]
        busy += [ticks for during in taken if (ticks := grid.ticks_around(day, during))]
        past = grid.ticks_around(day, (0, soonest))
        left = subtract([w for w in windows if w[0] < w[1]], [*busy, *([past] if past else [])])
        if left:
            free[day] = tuple(sorted(left))
    return free


def _tick(minute: int, *, up: bool = True) -> int:
    ticks = -(-(minute - ORIGIN) // TICK) if up else (minute - ORIGIN) // TICK
    return min(max(ticks, 0), DAY_TICKS)


def _minute(moment: dt.datetime) -> int:
    """Return the minutes since 1970 in UTC, as boards count them."""
    return int(moment.timestamp()) // 60
