"""A network as flat arrays, sorted by day, so that a search copies nothing it does not need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knotenpunkt.planner.kernels import INF, fold_day
from knotenpunkt.planner.model import CLASS_RANK, Network, Problem

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class DayRows:
    """Rows of one kind for all days; `day(d)` is a view, not a copy."""

    rows: Rows
    offsets: Rows

    @classmethod
    def of(cls, by_day: Mapping[int, list[tuple[int, ...]]], width: int, days: int) -> DayRows:
        flat = [row for day in range(days) for row in by_day.get(day, ())]
        counts = [len(by_day.get(day, ())) for day in range(days)]
        rows = np.array(flat, np.int64).reshape(len(flat), width)
        return cls(rows, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))

    def day(self, day: int) -> Rows:
        return self.rows[self.offsets[day] : self.offsets[day + 1]]


class PreparedNetwork:
    """Arrays of a network: build once, search often."""

    def __init__(self, network: Network) -> None:
        days = network.horizon_days
        self.network = network
        self.travel = np.array(network.travel, np.int64).reshape(len(network.sites), -1)
        self.desk_site = np.array([desk.site for desk in network.desks], np.int64)
        self.desk_german = np.array(["de" in desk.languages for desk in network.desks], np.bool_)
        self.desk_cost = np.array([desk.cost for desk in network.desks], np.int64)
        self.has_starts = np.array([desk.starts is not None for desk in network.desks], np.bool_)
        desk_rows: dict[int, list[tuple[int, ...]]] = {}
        start_rows: dict[int, list[tuple[int, ...]]] = {}
        for d, desk in enumerate(network.desks):
            for day, intervals in desk.free.items():
                desk_rows.setdefault(day, []).extend((d, *interval) for interval in intervals)
            for day, starts in (desk.starts or {}).items():
                start_rows.setdefault(day, []).extend((d, start) for start in starts)
        talker_rows: dict[int, list[tuple[int, ...]]] = {}
        for i, interpreter in enumerate(network.interpreters):
            for day, talks in interpreter.free.items():
                if day >= interpreter.first_day:
                    talker_rows.setdefault(day, []).extend((i, *talk) for talk in talks)
        self.works = np.zeros((len(network.desks), days), np.int64)
        for day, rows in desk_rows.items():
            self.works[[row[0] for row in rows], day] = 1
        self.desk_rows = DayRows.of(desk_rows, 3, days)
        self.start_rows = DayRows.of(start_rows, 2, days)
        self.talker_rows = DayRows.of(talker_rows, 5, days)


class Folded:
    """One request against a prepared network: the cost table of each day, made when asked for."""

    def __init__(self, problem: Problem, prepared: PreparedNetwork | None = None) -> None:
        self.problem, self.request = problem, problem.request
        self.prepared = prepared or PreparedNetwork(problem.network)
        network, request = problem.network, problem.request
        services = [network.services[item.service] for item in request.items]
        self.duration = np.array([service.duration for service in services], np.int64)
        self.buffer = np.array([service.buffer for service in services], np.int64)
        self.rank = np.array(
            [CLASS_RANK[service.interpreter_class] for service in services], np.int64
        )
        self.serves = self._serves()
        self.desk_language = np.array(
            [
                min(
                    (c for name, c in request.languages.items() if name in desk.languages),
                    default=INF,
                )
                for desk in network.desks
            ],
            np.int64,
        )
        self.talker_serves, self.talker_cost, self.talker_remote = self._talkers()
        self.prices = np.array(
            [
                request.outside_centre_cost,
                request.early_before,
                request.early_cost,
                request.late_after,
                request.late_cost,
            ],
            np.int64,
        )
        self._tables: dict[int, Rows] = {}

    def _serves(self) -> NDArray[np.bool_]:
        request = self.request
        allowed = request.allowed_sites
        return np.array(
            [
                [
                    item.service in desk.services
                    and (item.desks is None or desk.id in item.desks)
                    and (allowed is None or desk.site in allowed)
                    for item in request.items
                ]
                for desk in self.problem.network.desks
            ],
            np.bool_,
        ).reshape(-1, len(request.items))

    def _talkers(self) -> tuple[NDArray[np.bool_], Rows, NDArray[np.bool_]]:
        request, interpreters = self.request, self.problem.network.interpreters
        main = {language for language, cost in request.languages.items() if cost == 0}
        wish = request.interpreter_gender
        serves = [
            [
                request.allow_interpreter
                and bool(one.languages & main)
                and CLASS_RANK[one.interpreter_class] >= rank
                and (wish is None or one.gender == wish)
                for rank in self.rank
            ]
            for one in interpreters
        ]
        remote = [one.mode == "remote" for one in interpreters]
        prices = (request.interpreter_cost, request.remote_interpreter_cost)
        return (
            np.array(serves, np.bool_).reshape(-1, len(request.items)),
            np.array([prices[is_remote] for is_remote in remote], np.int64),
            np.array(remote, np.bool_),
        )

    def offers(self) -> NDArray[np.bool_]:
        """Return `offers[item, day]`: whether any desk works, and the day suits item and person.

        Necessary for a leg, not sufficient; it spares folding days on which nothing can be.
        """
        days = np.arange(self.problem.network.horizon_days)
        windows = [[it.earliest_day, it.latest_day] for it in self.request.items]
        first, last = np.array(windows, np.int64).T[:, :, None]
        comes = np.isin(days, [day for day, free in self.request.availability.items() if free])
        works = self.serves.T.astype(np.int64) @ self.prepared.works > 0
        return np.asarray(works & (first <= days) & (days <= last) & comes, np.bool_)

    def table(self, day: int) -> Rows:
        """Return `cost[item, site, tick]` of this day."""
        if day not in self._tables:
            self._tables[day] = self._fold(day)
        return self._tables[day]

    def _fold(self, day: int) -> Rows:
        network, prepared = self.problem.network, self.prepared
        shape = (len(self.request.items), len(network.sites), network.day_ticks)
        table = np.empty(shape, np.int64)
        is_open = [item.earliest_day <= day <= item.latest_day for item in self.request.items]
        windows = self.request.availability.get(day, ())
        fold_day(
            table,
            self.duration,
            self.buffer,
            self.rank,
            np.array(is_open, np.bool_),
            np.array(windows, np.int64).reshape(-1, 2),
            prepared.desk_rows.day(day),
            prepared.start_rows.day(day),
            prepared.has_starts,
            self.serves,
            prepared.desk_site,
            self.desk_language,
            prepared.desk_german,
            prepared.desk_cost,
            prepared.talker_rows.day(day),
            self.talker_serves,
            self.talker_cost,
            self.talker_remote,
            prepared.travel,
            self.prices,
        )
        return table
