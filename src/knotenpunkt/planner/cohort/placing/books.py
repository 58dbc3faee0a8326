"""The books of a cohort: who has which time, and the answer they amount to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from knotenpunkt.planner.check import objective_of
from knotenpunkt.planner.cohort.arrays import Floats, Ints, Layout, Space
from knotenpunkt.planner.cohort.model import GroupShare, Worth
from knotenpunkt.planner.cohort.placing.exchange import improve
from knotenpunkt.planner.cohort.placing.kernels import (
    DISTURBANCE,
    Books,
    lift,
    place_all,
    renew_sums,
    take,
)
from knotenpunkt.planner.cohort.placing.packing import unfilled
from knotenpunkt.planner.cohort.pricing.kernels import FULL, LEG
from knotenpunkt.planner.model import Leg, Plan, Problem

DEPTH = 4


class Placement:
    """Members with and without a visit; every state it passes through is valid."""

    def __init__(self, layout: Layout) -> None:
        self.layout, self.space = layout, layout.space
        self.books = _empty_books(layout)
        most = int(np.diff(self.space.item_first).max())
        sites, ticks = len(self.space.travel), layout.shape[2]
        self.work = np.empty((1 << most, sites, ticks + 1))
        self.trace = np.empty((1 << most, sites, ticks + 1, 2), np.int8)
        groups = self.space.member_group
        self.sizes = np.bincount(groups).astype(np.float64)

    def guide(self, prices: Floats) -> None:
        """Steer what is placed from now on by these prices of ticks."""
        self.books.guide[:] = prices
        self._renew()

    def _renew(self) -> None:
        resources, days, _ = self.layout.shape
        for r in range(resources):
            for day in range(days):
                renew_sums(self.books, r, day)
        # Pairs that need no resource at all do not exist, but say so rather than rely on it.
        self.books.stale_pair[:] = True
        self.books.stale_help[:] = True

    def place(self, order: Sequence[int] | Ints) -> None:
        """Place these members one after another, each as well as still possible."""
        place_all(self.space, self.books, np.asarray(order, np.int64), self.work, self.trace)

    def improve(
        self, *, seed: int, trials: int, heat: float, chances: Floats, depth: int = DEPTH
    ) -> None:
        """Make room for members without a visit by moving others; `heat` lets it lose a little.

        `chances` say for each member how often a trial for her is made, `depth` how many members
        of a chain may push others out of their times.
        """
        improve(
            self.space, self.books, seed, trials, depth, chances, self.sizes,
            self.layout.cohort.fair_share, heat, self.work, self.trace,
        )  # fmt: skip

    def state(self) -> tuple[Ints, Ints]:
        """Return a copy of all plans and how many legs each has."""
        return self.books.plans.copy(), self.books.counts.copy()

    def restore(self, state: tuple[Ints, Ints]) -> None:
        """Put a state back that `state` returned."""
        for member in np.flatnonzero(self.books.counts):
            lift(self.space, self.books, member)
        plans, counts = state
        self.books.plans[:], self.books.counts[:] = plans, counts
        for member in np.flatnonzero(counts):
            take(self.space, self.books, member, 1)

    @property
    def worth(self) -> Worth:
        plans, counts = self.books.plans, self.books.counts
        placed = np.flatnonzero(counts)
        days = [{int(leg[4]) for leg in plans[m, : counts[m]]} for m in placed]
        return Worth(
            served=len(placed),
            value=float(self.space.member_value[placed].sum()),
            days=sum(len(found) for found in days),
            last_days=sum(max(found) for found in days),
        )

    def groups(self) -> tuple[GroupShare, ...]:
        """Return how each group fares, worst first."""
        names = sorted({member.group for member in self.layout.cohort.members})
        served = np.bincount(
            self.space.member_group, weights=self.books.counts > 0, minlength=len(names)
        )
        overall = served.sum() / self.sizes.sum()
        shares = [
            GroupShare(
                name,
                int(size),
                int(count),
                float(count / size / overall) if overall else 1.0,
            )
            for name, size, count in zip(names, self.sizes, served, strict=True)
        ]
        return tuple(sorted(shares, key=lambda share: (share.relative, share.group)))

    def plans(self) -> tuple[Plan | None, ...]:
        """Return the plan of each member in the planner's words."""
        return tuple(self._plan(member) for member in range(len(self.books.counts)))

    def _plan(self, member: int) -> Plan | None:
        rows = self.books.plans[member, : self.books.counts[member]]
        if not len(rows):
            return None
        cohort, first = self.layout.cohort, self.space.item_first[member]
        request = cohort.members[member].request
        legs = []
        for item, desk, talker, site, day, start in rows.tolist():
            duration = int(self.space.duration[self.space.item_pair[first + item]])
            legs.append(
                Leg(
                    item=item,
                    service=request.items[item].service,
                    desk=desk,
                    site=site,
                    day=day,
                    start=start,
                    end=start + duration,
                    interpreter=None if talker < 0 else talker,
                )
            )
        ordered = tuple(sorted(legs, key=lambda leg: (leg.day, leg.start)))
        return Plan(ordered, objective_of(Problem(cohort.network, request), ordered))


def _empty_books(layout: Layout) -> Books:
    space, (resources, days, ticks) = layout.space, layout.shape
    sites, members = len(space.travel), len(space.member_value)
    helps, pairs, places = len(space.help_duration), len(space.duration), len(space.place_site)
    pairs_of, helps_of = _touching(layout)
    most = int(np.diff(space.item_first).max())
    return Books(
        guide=np.zeros((resources, days, ticks)),
        thrift=np.zeros(1),
        disturbance=np.full(1, DISTURBANCE),
        capacity=layout.capacity,
        use=np.zeros((resources, days, ticks), np.int32),
        owner=np.full((resources, days, ticks), -1, np.int32),
        site=np.zeros((resources, days, ticks), np.int16),
        budgets=layout.budget.copy(),
        sums=np.zeros((2, resources, days, ticks + 1)),
        helps=np.full((2, helps, days, sites, ticks), FULL),
        legs=np.full((2, places, days, ticks), FULL),
        least=np.full((2, pairs, days), FULL),
        stale_help=np.ones((2, helps, days), np.bool_),
        stale_pair=np.ones((2, pairs, days), np.bool_),
        unfilled=unfilled(set(space.help_duration.tolist()), ticks),
        waste=np.zeros(1),
        wasted=np.zeros((len(space.talker_resource), days)),
        plans=np.zeros((members, most, LEG), np.int64),
        counts=np.zeros(members, np.int64),
        pairs_first=_offsets(pairs_of),
        pairs_of=_flat(pairs_of),
        helps_first=_offsets(helps_of),
        helps_of=_flat(helps_of),
    )


def _touching(layout: Layout) -> tuple[list[set[int]], list[set[int]]]:
    """Return for each resource the pairs and the helps whose prices rest on it."""
    space, resources = layout.space, layout.shape[0]
    pairs: list[set[int]] = [set() for _ in range(resources)]
    helps: list[set[int]] = [set() for _ in range(resources)]
    for h, serves in enumerate(space.talker_serves):
        for talker in np.flatnonzero(serves):
            for r in _resources_of(space, int(talker)):
                helps[r].add(h)
    for pair in range(len(space.duration)):
        if space.help_of[pair] >= 0:
            for talker in np.flatnonzero(space.talker_serves[space.help_of[pair]]):
                for r in _resources_of(space, int(talker)):
                    pairs[r].add(pair)
        for place in range(space.place_first[pair], space.place_first[pair + 1]):
            for desk in space.option_desk[
                space.option_first[place] : space.option_first[place + 1]
            ]:
                for r in space.desk_resources[space.desk_first[desk] : space.desk_first[desk + 1]]:
                    pairs[r].add(pair)
    return pairs, helps


def _resources_of(space: Space, talker: int) -> range:
    first = int(space.talker_resource[talker])
    return range(first, first + (1 if space.talker_remote[talker] else len(space.travel)))


def _offsets(rows: Iterable[set[int]]) -> Ints:
    return np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)


def _flat(rows: Iterable[set[int]]) -> Ints:
    return np.array([it for row in rows for it in sorted(row)], np.int64)
