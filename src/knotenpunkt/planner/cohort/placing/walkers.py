"""Several searches side by side, which go on from the best of them now and then."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from knotenpunkt.planner.cohort.arrays import Floats, Layout
from knotenpunkt.planner.cohort.placing.books import Placement

MEETING = 60  # rounds until all go on from where the best one stands
TOO_DEAR, LEAST_CHANCE = 0.05, 0.05  # share of a member's value at which chances fall to a third


class Walkers:
    """`workers` placements that change by themselves, each in a thread of its own.

    The first is the one given. Rounds and seeds decide where they go, not which thread is faster.
    `cheapest` is the price of each member's cheapest visit: who costs far more than she is worth
    is seldom tried, because her place serves somebody else more cheaply.
    """

    def __init__(
        self,
        layout: Layout,
        first: Placement,
        prices: Floats,
        cheapest: Floats,
        *,
        workers: int,
        seed: int,
    ) -> None:
        self.all = [first, *(Placement(layout) for _ in range(workers - 1))]
        self.seed = seed
        excess = np.maximum(cheapest / layout.space.member_value - 1, 0.0)
        self.chances = np.maximum(np.exp(-excess / TOO_DEAR), LEAST_CHANCE)
        for placement in self.all[1:]:
            placement.guide(prices)
            placement.restore(first.state())

    def walk(self, number: int, *, trials: int, heat: float, thrift: float) -> Placement:
        """Let everyone go on for a round, and return who serves best now."""

        def improve(walker: int) -> None:
            placement = self.all[walker]
            placement.books.thrift[0] = thrift
            seed = (self.seed * 1_000_003 + number) * 64 + walker
            placement.improve(seed=seed % 2**32, trials=trials, heat=heat, chances=self.chances)

        with ThreadPoolExecutor(len(self.all)) as threads:
            list(threads.map(improve, range(len(self.all))))
        best = max(self.all, key=lambda placement: placement.worth.score)
        if number % MEETING == 0:
            for placement in self.all:
                if placement is not best:
                    placement.restore(best.state())
        return best
