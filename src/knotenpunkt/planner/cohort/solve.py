"""Many persons at once: as many as possible, then fewest days, then least waiting.

First everyone is planned one by one, in the order in which they came: the answer is never worse
than that. Then prices for scarce time are searched, which also prove a bound; members are placed
again along the prices, those who gain most first; and exchanges make room for those left over.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knotenpunkt.planner.cohort.arrays import layout_of
from knotenpunkt.planner.cohort.model import Cohort, CohortSolution, Moment
from knotenpunkt.planner.cohort.placing.books import Placement
from knotenpunkt.planner.cohort.placing.walkers import Walkers
from knotenpunkt.planner.cohort.pricing.ascent import STEPS, Ascent
from knotenpunkt.planner.model import BadInstance

SHARE_FOR_PRICES = 0.4  # of the time at most; the rest goes to exchanges
HEAT, LEAST_HEAT = 0.2, 1e-3
THRIFT, LEAST_THRIFT = 1.0, 0.5
DEAREST = 2.0  # times what a member is worth: nobody asks what a dearer visit would cost
TRIALS = 500  # of a round at least; one for each member of a large cohort
CLOSE_ENOUGH = 1e-4

Progress = Callable[[Moment], None]


@dataclass(frozen=True, slots=True)
class Effort:
    """When a run ends: after `seconds` in all, or after so many steps of prices and rounds.

    With time enough, the same steps, rounds and seed give the same answer on every machine.
    """

    seconds: float = 60.0
    steps: int = STEPS
    rounds: int = 1_000_000


def solve_cohort(
    cohort: Cohort,
    *,
    effort: Effort | None = None,
    seed: int = 1,
    workers: int = 1,
    progress: Progress | None = None,
    checkpoint: Path | None = None,
) -> CohortSolution:
    """Plan a cohort; never fewer served than one by one, with a proven bound on what is missing.

    Parameters
    ----------
    effort
        When to end; seconds of earlier runs of the same checkpoint count.
    seed
        Of the exchanges.
    workers
        Threads that share the pricing of members, and search for exchanges side by side.
    progress
        Called with a `Moment` about once a second.
    checkpoint
        A file (NumPy's .npz) from which a stopped run of the same cohort goes on; `BadInstance`
        when it is another's.
    """
    return _Run(cohort, effort or Effort(), seed, workers, progress, checkpoint).solution()


class _Run:
    def __init__(
        self,
        cohort: Cohort,
        effort: Effort,
        seed: int,
        workers: int,
        progress: Progress | None,
        checkpoint: Path | None,
    ) -> None:
        self.cohort, self.effort, self.seed, self.workers = cohort, effort, seed, workers
        self.progress, self.file = progress, checkpoint
        self.layout = layout_of(cohort)
        self.placement = Placement(self.layout)
        self.ascent = Ascent(self.layout, steps=self.effort.steps, workers=workers)
        self.started, self.earlier, self.rounds = time.monotonic(), 0.0, 0
        self.curve: list[Moment] = []

    @property
    def seconds(self) -> float:
        return self.earlier + time.monotonic() - self.started

    def solution(self) -> CohortSolution:
        if self.file is None or not self.file.exists():
            self._one_by_one()
            self._find_prices()
            self._place_by_prices()
        else:
            self._resume(self.file)
        self._exchange()
        worth = self.placement.worth
        is_even = len({member.priority for member in self.cohort.members}) == 1
        bound = self.ascent.best_bound
        return CohortSolution(
            plans=self.placement.plans(),
            worth=worth,
            bound=bound,
            most_served=self._most_served(bound) if is_even else None,
            groups=self.placement.groups(),
            curve=tuple(self.curve),
            status="optimal" if bound - worth.score < CLOSE_ENOUGH * bound else "time_limit",
        )

    def _most_served(self, bound: float) -> int:
        """Return how many any answer can serve: each costs less than a day and all waiting."""
        priority = self.cohort.members[0].priority
        days = self.cohort.network.horizon_days
        least = priority - 1e-3 - 1e-5 * (days - 1)
        return min(len(self.cohort.members), int(bound / least + 1e-9))

    def _one_by_one(self) -> None:
        self.placement.guide(np.zeros(self.layout.shape))
        self.placement.place(range(len(self.cohort.members)))
        self.best = self.placement.state(), self.placement.worth
        self._note()

    def _find_prices(self) -> None:
        began = self.seconds
        while (left := self._steps_left(began)) > 0 and not self.ascent.has_settled:
            self.ascent.step(left)
            self._note()
            if self.ascent.steps == 1:
                began = self.seconds  # the first may have waited for the compiler

    def _steps_left(self, began: float) -> int:
        """Return how many steps of prices are still to come: as asked for, fewer in a hurry."""
        done, asked = self.ascent.steps, self.effort.steps - self.ascent.steps
        time_left = SHARE_FOR_PRICES * self.effort.seconds - self.seconds
        if done < 2 or time_left <= 0:
            return asked if time_left > 0 else 0
        return min(asked, int(time_left / (self.seconds - began) * (done - 1)))

    def _place_by_prices(self) -> None:
        """Place anew along the prices; keep one by one if that is better."""
        self.placement.restore((self.best[0][0], np.zeros_like(self.best[0][1])))
        self.placement.guide(self.ascent.best_prices)
        self.placement.place(np.argsort(-self.ascent.best_gains, kind="stable"))
        self._keep_best(self.placement)
        self.placement.restore(self.best[0])

    def _exchange(self) -> None:
        walkers = Walkers(
            self.layout,
            self.placement,
            self.ascent.best_prices,
            self.ascent.cheapest(DEAREST * self.layout.space.member_value),
            workers=self.workers,
            seed=self.seed,
        )
        while self.seconds < self.effort.seconds and self.rounds < self.effort.rounds:
            spent = max(self.seconds / self.effort.seconds, self.rounds / self.effort.rounds)
            left, self.rounds = 1 - spent, self.rounds + 1
            best = walkers.walk(
                self.rounds,
                trials=max(TRIALS, len(self.cohort.members)),
                heat=LEAST_HEAT + HEAT * left,
                thrift=LEAST_THRIFT + (THRIFT - LEAST_THRIFT) * left,
            )
            self._keep_best(best)
            self._note()
            if self.ascent.best_bound - self.best[1].score < CLOSE_ENOUGH:
                break
        self.placement.restore(self.best[0])
        self._save()

    def _keep_best(self, placement: Placement) -> None:
        worth = placement.worth
        if worth.score > self.best[1].score:
            self.best = placement.state(), worth

    def _note(self) -> None:
        """Add a point to the curve about once a second, tell it, and save where we stand."""
        if self.curve and self.seconds - self.curve[-1].seconds < 1.0:
            return
        worth = self.best[1]
        moment = Moment(self.seconds, worth.served, worth.score, float(self.ascent.best_bound))
        self.curve.append(moment)
        if self.progress:
            self.progress(moment)
        if len(self.ascent.best_gains) and len(self.curve) % 10 == 0:
            self._save()

    def _save(self) -> None:
        if self.file is None:
            return
        curve = [(it.seconds, it.served, it.score, it.bound) for it in self.curve]
        plans, counts = self.best[0]
        fresh = self.file.with_suffix(".new")
        with fresh.open("wb") as out:
            np.savez(
                out,
                cohort=np.array(self._fingerprint()),
                prices=self.ascent.best_prices,
                gains=self.ascent.best_gains,
                plans=plans,
                counts=counts,
                numbers=np.array([self.ascent.best_bound, self.seconds, self.rounds]),
                curve=np.array(curve, np.float64).reshape(-1, 4),
            )
        fresh.replace(self.file)

    def _fingerprint(self) -> str:
        """Return what tells this cohort from another: a hash of its arrays."""
        digest = hashlib.sha256()
        for rows in (*self.layout.space, self.layout.capacity, self.layout.budget):
            digest.update(np.ascontiguousarray(rows).tobytes())
        return digest.hexdigest()

    def _resume(self, file: Path) -> None:
        with np.load(file, allow_pickle=False) as kept:
            if str(kept["cohort"]) != self._fingerprint():
                raise BadInstance("checkpoint", "belongs to another cohort")
            bound, self.earlier, rounds = kept["numbers"].tolist()
            self.ascent.best_bound, self.rounds = bound, int(rounds)
            self.ascent.best_prices, self.ascent.best_gains = kept["prices"], kept["gains"]
            self.curve = [Moment(s, int(n), score, b) for s, n, score, b in kept["curve"].tolist()]
            self.placement.guide(kept["prices"])
            self.placement.restore((kept["plans"], kept["counts"]))
        self.best = self.placement.state(), self.placement.worth
