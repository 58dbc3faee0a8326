"""Several searches side by side, which go on from the best of them now and then."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from knotenpunkt.planner.cohort.arrays import Floats, Layout
from knotenpunkt.planner.cohort.placing.books import Placement

MEETING = 20  # rounds until all go on from where the best one stands


class Walkers:
    """`workers` placements that change by themselves, each in a thread of its own.

    The first is the one given. Rounds and seeds decide where they go, not which thread is faster.
    """

    def __init__(
        self, layout: Layout, first: Placement, prices: Floats, *, workers: int, seed: int
    ) -> None:
        self.all = [first, *(Placement(layout) for _ in range(workers - 1))]
        self.seed = seed
        for placement in self.all[1:]:
            placement.guide(prices)
            placement.restore(first.state())

    def walk(self, number: int, *, trials: int, heat: float, thrift: float) -> Placement:
        """Let everyone go on for a round, and return who serves best now."""

        def improve(walker: int) -> None:
            placement = self.all[walker]
            placement.books.thrift[0] = thrift
            seed = (self.seed * 1_000_003 + number) * 64 + walker
            placement.improve(seed=seed % 2**32, trials=trials, heat=heat)

        with ThreadPoolExecutor(len(self.all)) as threads:
            list(threads.map(improve, range(len(self.all))))
        best = max(self.all, key=lambda placement: placement.worth.score)
        if number % MEETING == 0:
            for placement in self.all:
                if placement is not best:
                    placement.restore(best.state())
        return best
