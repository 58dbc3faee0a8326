"""The instance format coordplan-1 (JSON): strict reading, plain writing.

A wrong instance raises `BadInstance` with the path of the wrong value.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from knotenpunkt.planner.model import (
    CLASS_RANK,
    MAX_DAY_TICKS,
    MAX_DAYS,
    MAX_INTERVALS,
    MAX_ITEMS,
    MAX_VISIT_DAYS,
    AnyFirst,
    BadInstance,
    Desk,
    Interpreter,
    Item,
    Network,
    Plan,
    Precedence,
    Problem,
    Refusal,
    Request,
    Service,
    Solution,
)

FORMAT = "coordplan-1"
T = TypeVar("T")


class _Reader:
    """A value of the document that knows its own path."""

    def __init__(self, value: Any, place: str) -> None:
        self.value, self.place = value, place

    def fail(self, message: str) -> BadInstance:
        return BadInstance(self.place, message)

    def get(self, key: str) -> _Reader:
        if not isinstance(self.value, dict):
            raise self.fail("is not an object")
        if key not in self.value:
            raise self.fail(f"the key {key!r} is missing")
        return _Reader(self.value[key], f"{self.place}.{key}")

    def maybe(self, key: str) -> _Reader | None:
        present = isinstance(self.value, dict) and self.value.get(key) is not None
        return self.get(key) if present else None

    def number(self, least: int, most: int) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.fail(f"{self.value!r} is not a whole number")
        if not least <= self.value <= most:
            raise self.fail(f"{self.value} is not between {least} and {most}")
        return self.value

    def number_or(self, key: str, default: int, least: int, most: int) -> int:
        found = self.maybe(key)
        return found.number(least, most) if found else default

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self.fail(f"{self.value!r} is not a text")
        return self.value

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.fail(f"{self.value!r} is neither true nor false")
        return self.value

    def list(self) -> list[_Reader]:
        if not isinstance(self.value, list):
            raise self.fail("is not a list")
        return [_Reader(value, f"{self.place}[{i}]") for i, value in enumerate(self.value)]

    def by_day(self, read: Callable[[_Reader], T], horizon: int) -> dict[int, tuple[T, ...]]:
        if not isinstance(self.value, dict):
            raise self.fail("is not an object of days")
        days: dict[int, tuple[T, ...]] = {}
        names = {str(day) for day in range(horizon)}  # no "01" beside "1", no digits of others
        for key, value in self.value.items():
            reader = _Reader(value, f"{self.place}.{key}")
            if key not in names:
                raise reader.fail(f"{key!r} is not a day of the horizon")
            days[int(key)] = tuple(read(each) for each in reader.list())
            _ascending(reader, days[int(key)])
        return days

    def one_of(self, choices: Mapping[str, Any] | set[str]) -> str:
        text = self.text()
        if text not in choices:
            raise self.fail(f"{text!r} is not one of {', '.join(sorted(choices))}")
        return text


def _ascending(reader: _Reader, entries: tuple[Any, ...]) -> None:
    for first, second in itertools.pairwise(entries):
        if isinstance(first, tuple) and second[0] < first[1]:
            raise reader.fail(f"the intervals {first[:2]} and {second[:2]} overlap or are unsorted")
        if isinstance(first, int) and second <= first:
            raise reader.fail(f"the starts {first} and {second} are not ascending")


def read_problem(document: Any) -> Problem:
    """Return the problem of a parsed coordplan-1 document."""
    root = _Reader(document, "instance")
    if root.get("format").text() != FORMAT:
        raise root.get("format").fail(f"is not {FORMAT!r}")
    name = root.maybe("name")
    network = _network(root.get("network"))
    request = _request(root.get("request"), network)
    return Problem(network, request, name.text() if name else "")


def read_network(document: Any, place: str = "instance.network") -> Network:
    """Return the network of the value under `network`; `place` is where it stands, for errors."""
    return _network(_Reader(document, place))


def read_request(document: Any, network: Network, place: str = "instance.request") -> Request:
    """Return the request of the value under `request` before a network that was read."""
    return _request(_Reader(document, place), network)


def _network(at: _Reader) -> Network:
    sites = tuple(site.text() for site in at.get("sites").list())
    ticks = at.number_or("day_ticks", 144, 1, MAX_DAY_TICKS)
    horizon = at.get("horizon_days").number(1, MAX_DAYS)
    travel = tuple(
        tuple(cell.number(0, 10_000) for cell in row.list()) for row in at.get("travel").list()
    )
    if len(travel) != len(sites) or any(len(row) != len(sites) for row in travel):
        raise at.get("travel").fail(f"is not a table of {len(sites)} by {len(sites)}")
    services: dict[str, Service] = {}
    for each in at.get("services").list():
        service = _service(each)
        if service.id in services:
            raise each.get("id").fail(f"{service.id!r} is there twice")
        services[service.id] = service
    desks = tuple(
        _desk(each, len(sites), services, horizon, ticks) for each in at.get("desks").list()
    )
    found = at.maybe("interpreters")
    interpreters = tuple(
        _interpreter(each, len(sites), horizon, ticks) for each in (found.list() if found else [])
    )
    for place, calendars in (("desks", desks), ("interpreters", interpreters)):
        if sum(len(day) for one in calendars for day in one.free.values()) > MAX_INTERVALS:
            raise at.get(place).fail(f"more than {MAX_INTERVALS} intervals")
    origin = at.maybe("day_origin")
    return Network(
        sites=sites,
        travel=travel,
        services=services,
        desks=desks,
        interpreters=interpreters,
        horizon_days=horizon,
        day_ticks=ticks,
        tick_minutes=at.number_or("tick_minutes", 5, 1, 60),
        day_origin=origin.text() if origin else "07:00",
        first_weekday=at.number_or("first_weekday", 0, 0, 6),
    )


def _service(at: _Reader) -> Service:
    kind = at.maybe("interpreter_class")
    partner = at.maybe("partner")
    return Service(
        id=at.get("id").text(),
        partner=str(partner.value) if partner else "",
        duration=at.get("duration").number(1, 1440),
        buffer=at.number_or("buffer", 0, 0, 1440),
        interpreter_class=kind.one_of(CLASS_RANK) if kind else "volunteer",
    )


def _desk(
    at: _Reader, sites: int, services: Mapping[str, Service], horizon: int, ticks: int
) -> Desk:
    partner, starts, members = at.maybe("partner"), at.maybe("starts"), at.maybe("members")
    return Desk(
        id=at.get("id").text(),
        partner=str(partner.value) if partner else "",
        site=at.get("site").number(0, sites - 1),
        services=frozenset(each.one_of(set(services)) for each in at.get("services").list()),
        languages=frozenset(each.text() for each in at.get("languages").list()),
        free=at.get("free").by_day(lambda each: _interval(each, ticks), horizon),
        starts=starts.by_day(lambda each: each.number(0, ticks - 1), horizon) if starts else None,
        members=tuple(each.text() for each in members.list()) if members else (),
        cost=at.number_or("cost", 0, 0, 10_000),
    )


def _interval(at: _Reader, ticks: int) -> tuple[int, int]:
    parts = at.list()
    if len(parts) != 2:
        raise at.fail("an interval is [from, to]")
    start, end = parts[0].number(0, ticks), parts[1].number(0, ticks)
    if end <= start:
        raise at.fail(f"the interval [{start}, {end}] is empty")
    return start, end


def _interpreter(at: _Reader, sites: int, horizon: int, ticks: int) -> Interpreter:
    kind, gender = at.maybe("class"), at.maybe("gender")

    def interval(each: _Reader) -> tuple[int, int, int, int]:
        parts = each.list()
        if len(parts) != 4:
            raise each.fail("an interval of an interpreter is [from, to, site_before, site_after]")
        start, end = _interval(_Reader(each.value[:2], each.place), ticks)
        return start, end, parts[2].number(-1, sites - 1), parts[3].number(-1, sites - 1)

    mode = at.get("mode").one_of({"onsite", "remote"})
    return Interpreter(
        id=at.get("id").text(),
        languages=frozenset(each.text() for each in at.get("languages").list()),
        mode=cast("Any", mode),
        free=at.get("free").by_day(interval, horizon),
        interpreter_class=kind.one_of(CLASS_RANK) if kind else "sworn_or_phone",
        gender=gender.text() if gender else None,
        first_day=at.number_or("first_day", 0, 0, 10_000),
    )


def _request(at: _Reader, network: Network) -> Request:
    items = tuple(_item(each, network) for each in at.get("items").list())
    if not 1 <= len(items) <= MAX_ITEMS:
        raise at.get("items").fail(f"{len(items)} needs; 1 to {MAX_ITEMS} can be planned")
    languages, rules = at.get("languages"), at.maybe("precedence")
    if not isinstance(languages.value, dict):
        raise languages.fail("is not an object of costs")
    interpreter, gender = at.maybe("allow_interpreter"), at.maybe("interpreter_gender")
    preferred = at.maybe("preferred_gender")
    precedence = [_precedence(each, len(items)) for each in (rules.list() if rules else [])]
    request = Request(
        items=items,
        languages={name: languages.get(name).number(0, 10_000) for name in languages.value},
        availability=at.get("availability").by_day(
            lambda each: _interval(each, network.day_ticks), network.horizon_days
        ),
        precedence=tuple(rule for each in precedence for rule in each if len(each) == 1),
        any_first=tuple(AnyFirst(each) for each in precedence if len(each) > 1),
        allow_interpreter=interpreter.flag() if interpreter else False,
        interpreter_gender=gender.text() if gender else None,
        preferred_gender=preferred.text() if preferred else None,
        **_costs(at),
        **_limits(at, network),
    )
    _refuse_cycles(at, request)
    return request


def _costs(at: _Reader) -> dict[str, Any]:
    names = ("interpreter", "remote_interpreter", "outside_centre", "early", "late", "other_gender")
    costs = {f"{name}_cost": at.number_or(f"{name}_cost", 0, 0, 10_000) for name in names}
    return costs | {
        "early_before": at.number_or("early_before", 0, 0, 10_000),
        "late_after": at.number_or("late_after", 10**6, 0, 10_000_000),
    }


def _limits(at: _Reader, network: Network) -> dict[str, Any]:
    stretch, allowed, order = at.maybe("max_stretch"), at.maybe("allowed_sites"), at.maybe("order")
    last_site = len(network.sites) - 1
    sites = frozenset(each.number(0, last_site) for each in allowed.list()) if allowed else None
    return {
        "max_days": at.number_or("max_days", 2, 1, MAX_VISIT_DAYS),
        "max_day_span": at.number_or("max_day_span", network.day_ticks, 1, 10_000),
        "max_stretch": stretch.number(1, 10_000) if stretch else None,
        "min_break": at.number_or("min_break", 0, 0, 1440),
        "max_legs_per_day": at.number_or("max_legs_per_day", MAX_ITEMS, 1, MAX_ITEMS),
        "allowed_sites": sites,
        "order": order.one_of({"standard", "fewest_locations"}) if order else "standard",
    }


def _item(at: _Reader, network: Network) -> Item:
    desks, known = at.maybe("desks"), {desk.id for desk in network.desks}
    return Item(
        service=at.get("service").one_of(set(network.services)),
        earliest_day=at.number_or("earliest_day", 0, 0, 10_000),
        latest_day=at.number_or("latest_day", network.horizon_days - 1, -1, 10_000),
        desks=frozenset(each.one_of(known) for each in desks.list()) if desks else None,
    )


def _precedence(at: _Reader, items: int) -> tuple[Precedence, ...]:
    """Return one rule, or, where `before` is a list, the rules of which any one suffices."""
    before = at.get("before")
    several = before.list() if isinstance(before.value, list) else [before]
    if not several:
        raise before.fail("names nothing")
    return tuple(
        Precedence(
            before=each.number(0, items - 1),
            after=at.get("after").number(0, items - 1),
            min_lag_ticks=at.number_or("min_lag_ticks", 0, 0, 10_000),
            min_lag_days=at.number_or("min_lag_days", 0, 0, 10_000),
        )
        for each in several
    )


def _refuse_cycles(at: _Reader, request: Request) -> None:
    left = set(range(len(request.items)))
    while left:
        free = {
            i
            for i in left
            if not any(p.after == i and p.before in left for p in request.precedence)
        }
        if not free:
            raise at.get("precedence").fail(
                f"the needs {sorted(left)} wait for each other in a circle"
            )
        left -= free


def write_solution(solution: Solution) -> dict[str, Any]:
    """Return the answer as coordplan-1 puts it; `bound` only when the time limit struck."""
    best = solution.best
    return {
        "status": solution.status,
        "objective": best.objective.as_list() if best else None,
        "plans": [write_plan(plan) for plan in solution.plans],
        "refusal": _write_refusal(solution.refusal) if solution.refusal else None,
        **({"bound": solution.bound.as_list()} if solution.bound else {}),
    }


def write_plan(plan: Plan) -> dict[str, Any]:
    """Return one plan as a plain object."""
    legs = [{key: getattr(leg, key) for key in leg.__slots__} for leg in plan.legs]
    return {"objective": plan.objective.as_list(), "legs": legs}


def _write_wishes(wishes: tuple[tuple[str, int | None], ...]) -> list[dict[str, Any]]:
    return [{"wish": wish, "subject": subject} for wish, subject in wishes]


def _write_refusal(refusal: Refusal) -> dict[str, Any]:
    return {
        "conflict": _write_wishes(refusal.conflict),
        "conflicts": [_write_wishes(conflict) for conflict in refusal.conflicts],
        "concessions": [
            {
                "wish": concession.wish,
                "subject": concession.subject,
                "plan": write_plan(concession.plan) if concession.plan else None,
            }
            for concession in refusal.concessions
        ],
    }
