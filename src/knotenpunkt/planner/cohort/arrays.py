"""A cohort as flat arrays.

Members with the same languages, conditions and programme are one *class*; a *pair* is a class and
a service; a *place* is a pair at a site. Costs of a leg depend on its place, day and tick alone,
so that a thousand members share a few hundred tables.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from knotenpunkt.planner.cohort.model import Cohort, Member
from knotenpunkt.planner.model import (
    CLASS_RANK,
    MAX_ITEMS,
    Desk,
    Interpreter,
    Interval,
    Item,
    Request,
)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
PREFERENCE = 1e-7  # costs of languages and places only break ties
WEEK = 7
NO_LIMIT = np.iinfo(np.int64).max // 4


class Space(NamedTuple):
    """Desks, interpreters, places and members, in the shape that the compiled code reads."""

    travel: Ints  # [site, site] ticks
    until: NDArray[np.int16]  # [view, desk, day, tick]: end of the free time around the tick, or 0
    desk_first: Ints  # [desk + 1] into desk_resources
    desk_resources: Ints
    talker_first: Ints  # [day + 1] into talker_rows
    talker_rows: Ints  # [row] (interpreter, from, to, site before, site after)
    talker_resource: Ints  # [interpreter] the first; on site there is one for each site, in order
    talker_remote: NDArray[np.bool_]
    talker_serves: NDArray[np.bool_]  # [help, interpreter]
    help_duration: Ints  # [help]: a class, a duration and a least class of interpreters
    help_of: Ints  # [pair], -1 where no interpreter is needed or allowed
    duration: Ints  # [pair]
    buffer: Ints  # [pair]
    place_first: Ints  # [pair + 1] into place_*
    place_site: Ints
    place_view: Ints
    option_first: Ints  # [place + 1] into option_*
    option_desk: Ints
    option_own: Floats  # cost of the talk in the desk's own language; inf: needs an interpreter
    option_helped: Floats  # cost of an interpreter at this desk, beside his prices; inf: none
    item_first: Ints  # [member + 1] into item_*
    item_pair: Ints
    item_earliest: Ints
    item_latest: Ints
    item_before: Ints  # bit set of items (of the same member) that come first
    item_lags: Ints  # [item, 10]: least days after each other item of the member, -1 none
    member_calendar: Ints
    member_value: Floats
    member_max_days: Ints
    member_most_legs: Ints
    member_span: Ints  # ticks from first start to last end of a day at most
    member_stretch: Ints  # ticks without a break at most
    member_break: Ints  # ticks that count as a break
    item_gaps: Ints  # [item, 10]: least ticks after each other item on the same day, -1 none
    member_group: Ints
    calendar: NDArray[np.int16]  # [calendar, day, tick]: end of the window around it, or 0


@dataclass(frozen=True)
class Layout:
    """What turns indexes of the arrays back into the words of the problem."""

    cohort: Cohort
    space: Space
    capacity: Ints  # [resource]
    budget: Ints  # [resource, week] ticks that the reserve leaves to the cohort
    open_ticks: NDArray[np.bool_]  # [resource, day, tick]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Resources, days, ticks of a day."""
        resources, days, ticks = self.open_ticks.shape
        return resources, days, ticks


def layout_of(cohort: Cohort) -> Layout:
    """Return the arrays of a cohort."""
    return _Builder(cohort).layout()


def class_of(request: Request, programme: str | None) -> Hashable:
    """Return what members must share so that their legs cost the same."""
    return (
        tuple(sorted(request.languages.items())),
        request.allow_interpreter,
        request.interpreter_gender,
        request.allowed_sites,
        (request.interpreter_cost, request.remote_interpreter_cost, request.outside_centre_cost),
        programme,
    )


class _Builder:
    def __init__(self, cohort: Cohort) -> None:
        self.cohort, self.network = cohort, cohort.network
        self.days, self.ticks = self.network.horizon_days, self.network.day_ticks
        self.views = [None, *sorted(cohort.ring_fenced)]
        self.resources: dict[str, int] = {}
        self.helps: dict[Hashable, int] = {}
        self.help_rows: list[tuple[NDArray[np.bool_], int]] = []
        self.pair_of: dict[Hashable, int] = {}
        self.pairs: list[tuple[int, int, int]] = []  # duration, buffer, help
        self.places: list[tuple[int, int, int]] = []  # pair, site, view
        self.options: list[list[tuple[int, float, float]]] = []

    def layout(self) -> Layout:
        desks = self.network.desks
        members_of = [
            [self._resource(name) for name in desk.members or (f"desk {desk.id}",)]
            for desk in desks
        ]
        talkers = [self._resources_of(it)[0] for it in self.network.interpreters]
        items, members, calendar = self._members()
        space = Space(
            travel=np.array(self.network.travel, np.int64).reshape(len(self.network.sites), -1),
            until=self._until(),
            **_rows("desk_first", "desk_resources", members_of),
            **self._talkers(),
            talker_resource=np.array(talkers, np.int64),
            talker_serves=np.array([row for row, _ in self.help_rows], np.bool_).reshape(
                len(self.help_rows), len(talkers)
            ),
            help_duration=np.array([duration for _, duration in self.help_rows], np.int64),
            **self._pairs(),
            **items,
            **members,
            calendar=calendar,
        )
        capacity = np.ones(len(self.resources), np.int64)
        for desk, seats in self.cohort.seats.items():
            for resource in members_of[desk]:
                capacity[resource] = seats
        for talker, lines in self.cohort.lines.items():
            capacity[self._resources_of(self.network.interpreters[talker])] = lines
        open_ticks = self._open_ticks(space, members_of)
        return Layout(self.cohort, space, capacity, self._budget(open_ticks, capacity), open_ticks)

    def _resource(self, name: str) -> int:
        return self.resources.setdefault(name, len(self.resources))

    def _resources_of(self, talker: Interpreter) -> list[int]:
        """Return the resources of an interpreter: one, or on site one for each site.

        Who talks at one site is at no other, nor on the way: `take` and `best_routes` know it.
        """
        if talker.mode == "remote":
            return [self._resource(f"interpreter {talker.id}")]
        sites = range(len(self.network.sites))
        return [self._resource(f"interpreter {talker.id} at {site}") for site in sites]

    def _until(self) -> NDArray[np.int16]:
        desks = self.network.desks
        until = np.zeros((len(self.views), len(desks), self.days, self.ticks), np.int16)
        for v, programme in enumerate(self.views):
            more = self.cohort.ring_fenced.get(programme or "", {})
            for d, desk in enumerate(desks):
                for day, intervals in desk.free.items():
                    _mark(until[v, d, day], intervals)
                for day, intervals in more.get(d, {}).items():
                    _mark(until[v, d, day], intervals)
                if desk.starts is not None:
                    self._keep_starts(until[v, d], desk)
        return until

    def _keep_starts(self, until: NDArray[np.int16], desk: Desk) -> None:
        for day in range(self.days):
            keep = np.zeros(self.ticks, np.bool_)
            keep[list((desk.starts or {}).get(day, ()))] = True
            until[day][~keep] = 0

    def _talkers(self) -> dict[str, Any]:
        rows: list[list[tuple[int, ...]]] = [[] for _ in range(self.days)]
        for i, talker in enumerate(self.network.interpreters):
            for day, talks in talker.free.items():
                if talker.first_day <= day < self.days:
                    rows[day].extend((i, *talk) for talk in talks)
        flat = [row for day in rows for row in day]
        return {
            "talker_first": _offsets(rows),
            "talker_rows": np.array(flat, np.int64).reshape(len(flat), 5),
            "talker_remote": np.array(
                [it.mode == "remote" for it in self.network.interpreters], np.bool_
            ),
        }

    def _pair(self, request: Request, programme: str | None, item: Item) -> int:
        key = (class_of(request, programme), item.service, item.desks)
        if key not in self.pair_of:
            service = self.network.services[item.service]
            rank = CLASS_RANK[service.interpreter_class]
            helper = self._help(request, service.duration, rank) if rank else -1
            self.pair_of[key] = len(self.pairs)
            self.pairs.append((service.duration, service.buffer, helper))
            self._add_places(request, programme, item, rank)
        return self.pair_of[key]

    def _help(self, request: Request, duration: int, rank: int) -> int:
        main = frozenset(name for name, cost in request.languages.items() if cost == 0)
        serves = np.array(
            [
                request.allow_interpreter
                and bool(one.languages & main)
                and CLASS_RANK[one.interpreter_class] >= rank
                and (request.interpreter_gender in (None, one.gender))
                for one in self.network.interpreters
            ],
            np.bool_,
        )
        if not serves.any():
            return -1
        key = (serves.tobytes(), duration)
        if key not in self.helps:
            self.helps[key] = len(self.help_rows)
            self.help_rows.append((serves, duration))
        return self.helps[key]

    def _add_places(self, request: Request, programme: str | None, item: Item, rank: int) -> None:
        pair = len(self.pairs) - 1
        by_site: dict[int, list[tuple[int, float, float]]] = {}
        for d, desk in enumerate(self.network.desks):
            is_allowed = request.allowed_sites is None or desk.site in request.allowed_sites
            is_meant = item.desks is None or desk.id in item.desks
            if item.service not in desk.services or not is_allowed or not is_meant:
                continue
            spoken = [cost for name, cost in request.languages.items() if name in desk.languages]
            own = 0.0 if rank == 0 else float(min(spoken)) if spoken else np.inf
            helped = float(request.interpreter_cost) if rank and "de" in desk.languages else np.inf
            fixed = desk.cost + (request.outside_centre_cost if desk.site else 0)
            by_site.setdefault(desk.site, []).append(
                (d, (own + fixed) * PREFERENCE, (helped + fixed) * PREFERENCE)
            )
        view = self.views.index(programme) if programme in self.views else 0
        for site, options in sorted(by_site.items()):
            self.places.append((pair, site, view))
            self.options.append(options)

    def _pairs(self) -> dict[str, Any]:
        duration, buffer, helper = np.array(self.pairs, np.int64).reshape(-1, 3).T.copy()
        per_pair: list[list[int]] = [[] for _ in self.pairs]
        for place, (pair, _, _) in enumerate(self.places):
            per_pair[pair].append(place)
        places = np.array(self.places, np.int64).reshape(-1, 3)
        flat = [option for options in self.options for option in options]
        return {
            "duration": duration,
            "buffer": buffer,
            "help_of": helper,
            "place_first": _offsets(per_pair),
            "place_site": places[:, 1].copy(),
            "place_view": places[:, 2].copy(),
            "option_first": _offsets(self.options),
            "option_desk": np.array([it[0] for it in flat], np.int64),
            "option_own": np.array([it[1] for it in flat], np.float64),
            "option_helped": np.array([it[2] for it in flat], np.float64),
        }

    def _members(self) -> tuple[dict[str, Any], dict[str, Any], NDArray[np.int16]]:
        items: list[tuple[int, int, int, int]] = []
        lags: list[list[int]] = []
        gaps: list[list[int]] = []
        calendars: dict[Hashable, int] = {}
        rows: list[NDArray[np.int16]] = []
        which = []
        for member in self.cohort.members:
            request = member.request
            key = tuple(sorted((day, tuple(free)) for day, free in request.availability.items()))
            if key not in calendars:
                calendars[key] = len(rows)
                rows.append(self._calendar(request))
            which.append(calendars[key])
            before, after_days, after_ticks = _order(request)
            for k, item in enumerate(request.items):
                pair = self._pair(request, member.programme, item)
                items.append((pair, item.earliest_day, item.latest_day, before[k]))
                lags.append(after_days[k])
                gaps.append(after_ticks[k])
        members = self.cohort.members
        pair, earliest, latest, first = np.array(items, np.int64).T.copy()
        return (
            {
                "item_first": _offsets([member.request.items for member in members]),
                "item_pair": pair,
                "item_earliest": earliest,
                "item_latest": latest,
                "item_before": first,
                "item_lags": np.array(lags, np.int64),
                "item_gaps": np.array(gaps, np.int64),
            },
            {"member_calendar": np.array(which, np.int64), **_conditions(members)},
            np.stack(rows),
        )

    def _calendar(self, request: Request) -> NDArray[np.int16]:
        until = np.zeros((self.days, self.ticks), np.int16)
        for day, windows in request.availability.items():
            if 0 <= day < self.days:
                _mark(until[day], windows)
        return until

    def _open_ticks(self, space: Space, members_of: list[list[int]]) -> NDArray[np.bool_]:
        found = np.zeros((len(self.resources), self.days, self.ticks), np.bool_)
        # Starts of group sessions hide how long they last; their whole free time counts as open.
        for d, desk in enumerate(self.network.desks):
            for resource in members_of[d]:
                found[resource] |= (space.until[:, d] > 0).any(axis=0)
                for free in self._free_times(d, desk):
                    for day, intervals in free.items():
                        for start, end in intervals:
                            found[resource, day, start:end] = True
        for day in range(self.days):
            for row in space.talker_rows[space.talker_first[day] : space.talker_first[day + 1]]:
                self._open_talker(found[:, day], [int(it) for it in row])
        return found

    def _open_talker(self, found: NDArray[np.bool_], row: list[int]) -> None:
        i, start, end, before, after = row
        travel = self.network.travel
        resources = self._resources_of(self.network.interpreters[i])
        for site, resource in enumerate(resources):
            is_remote = len(resources) == 1 and self.network.interpreters[i].mode == "remote"
            to = 0 if is_remote or before in (-1, site) else travel[before][site]
            onward = 0 if is_remote or after in (-1, site) else travel[site][after]
            found[resource, start + to : max(end - onward, 0)] = True

    def _free_times(self, index: int, desk: Desk) -> list[Mapping[int, tuple[Interval, ...]]]:
        more = [times[index] for times in self.cohort.ring_fenced.values() if index in times]
        return [desk.free, *more]

    def _budget(self, open_ticks: NDArray[np.bool_], capacity: Ints) -> Ints:
        weeks = -(-self.days // WEEK)
        budget = np.full((len(capacity), weeks), NO_LIMIT, np.int64)
        if self.cohort.reserve > 0:
            for week in range(weeks):
                ticks = open_ticks[:, week * WEEK : (week + 1) * WEEK].sum(axis=(1, 2))
                budget[:, week] = np.floor(ticks * capacity * (1 - self.cohort.reserve))
            for talker in self.network.interpreters:
                budget[self._resources_of(talker)] = NO_LIMIT
        return budget


def _order(request: Request) -> tuple[list[int], list[list[int]], list[list[int]]]:
    """Return for each item the items that come first (bits), and the least days and ticks after."""
    before = [0] * len(request.items)
    days = [[-1] * MAX_ITEMS for _ in request.items]
    ticks = [[-1] * MAX_ITEMS for _ in request.items]
    for rule in request.precedence:
        before[rule.after] |= 1 << rule.before
        for lags, lag in ((days, rule.min_lag_days), (ticks, rule.min_lag_ticks)):
            lags[rule.after][rule.before] = max(lags[rule.after][rule.before], lag)
    return before, days, ticks


def _conditions(members: tuple[Member, ...]) -> dict[str, Any]:
    groups = sorted({member.group for member in members})
    never = np.iinfo(np.int32).max
    numbers = {
        "member_max_days": [it.request.max_days for it in members],
        "member_most_legs": [it.request.max_legs_per_day for it in members],
        "member_span": [it.request.max_day_span for it in members],
        "member_stretch": [
            never if it.request.max_stretch is None else it.request.max_stretch for it in members
        ],
        "member_break": [it.request.min_break for it in members],
        "member_group": [groups.index(it.group) for it in members],
    }
    value = np.array([member.priority for member in members], np.float64)
    return {
        "member_value": value,
        **{name: np.array(column, np.int64) for name, column in numbers.items()},
    }


def _mark(row: NDArray[np.int16], intervals: tuple[Interval, ...]) -> None:
    for start, end in intervals:
        row[max(start, 0) : end] = np.maximum(row[max(start, 0) : end], end)


def _offsets(rows: Any) -> Ints:
    return np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)


def _rows(first: str, flat: str, rows: list[list[int]]) -> dict[str, Any]:
    return {first: _offsets(rows), flat: np.array([it for row in rows for it in row], np.int64)}
