"""Prices for scarce time, and the bound they prove.

For any prices of at least 0, no valid set of plans is worth more than

    sum(capacity * price) + sum over members of max(0, value - her cheapest visit at these prices)

(Lagrangian relaxation of "nothing is taken twice"). The bound is convex in the prices; they move
along what is asked for too much, with a step of its own for each tick (Adam, Kingma and Ba 2015):
on generated cohorts 150 steps came within 2 % of the least bound where a common step needed 400.
Strides shrink evenly over the steps there are: when they shrink sooner, prices stop short of the
least bound (1,000 persons: 682.9 instead of 679.3), when later, they never come to rest.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knotenpunkt.planner.cohort.arrays import NO_LIMIT, WEEK, Floats, Ints, Layout
from knotenpunkt.planner.cohort.pricing.kernels import (
    LEG,
    all_prices,
    answer_prices,
    running_sums,
)
from knotenpunkt.planner.cohort.pricing.routes import best_routes

FIRST_STEP, LAST_STEP = 0.02, 1e-4  # of a price
STEPS = 1200
WEEK_SCALE = 100.0  # ticks of a week weigh no more than one tick does
SETTLING, LEAST_GAIN = 100, 2e-5  # steps that lower the bound by less are not worth their time
SMALL_STEP = 5e-4  # before that, a bound that stands still has only been overstepped
MEMORY, SQUARE_MEMORY, EVEN = 0.9, 0.99, 0.05


@dataclass
class Answer:
    """What members choose at given prices: gains, and the use of every tick beside its room."""

    bound: float
    gains: Floats
    use: NDArray[np.int32]
    room: Floats


class Ascent:
    """The search for prices; `step()` answers once and moves on.

    Parameters
    ----------
    steps
        How many there will be; a caller that has to end sooner says so at each step.
    workers
        Threads that share a step.
    """

    def __init__(self, layout: Layout, *, steps: int = STEPS, workers: int = 1) -> None:
        self.layout, self.planned, self.workers = layout, steps, workers
        resources, days, ticks = layout.shape
        space = layout.space
        # Kept from step to step: memory asked for anew costs more than what is computed in it.
        self.room = np.empty(layout.shape)
        self.uses = [np.empty(layout.shape, np.int32) for _ in range(workers)]
        self.capacity = layout.open_ticks * layout.capacity[:, None, None].astype(np.float64)
        self.open = np.flatnonzero(layout.open_ticks)
        self.prices = np.zeros((resources, days, ticks))
        self.week_prices = np.zeros(layout.budget.shape)
        self.is_limited = layout.budget < NO_LIMIT
        self.best_prices, self.best_gains = self.prices.copy(), np.zeros(0)
        self.best_bound = float(space.member_value.sum())  # everyone, without a price or a wait
        self.steps, self.stride = 0, FIRST_STEP
        self.bounds: list[float] = []
        sizes = len(self.open), layout.budget.size
        self.trend = [np.zeros(size) for size in sizes]
        self.squares = [np.zeros(size) for size in sizes]
        self.sums = np.empty((resources, days, ticks + 1))
        sites = len(space.travel)
        self.helps = np.empty((len(space.help_duration), days, sites, ticks))
        self.legs = np.empty((len(space.place_site), days, ticks))
        self.least = np.empty((len(space.duration), days))
        members = len(space.member_value)
        most = int(np.diff(space.item_first).max())
        self.plans = np.zeros((members, most, LEG), np.int64)
        self.counts = np.zeros(members, np.int64)
        self.no_limit = np.full(layout.budget.shape, NO_LIMIT)

    def answer(self) -> Answer:
        """Return what everyone chooses at the present prices; the next answer overwrites it."""
        space, days = self.layout.space, self.layout.shape[1]
        running_sums(self.effective_prices(), self.sums, np.arange(days))
        room, uses = self.room, self.uses
        room[:] = self.capacity
        for use in uses:
            use[:] = 0
        with ThreadPoolExecutor(self.workers) as threads:
            list(threads.map(lambda day: best_routes(space, self.prices, room, day), range(days)))
            gains = self._ask_everyone(threads, space.member_value)
        # Not `@`: its threads would keep a second core busy, and wait for it.
        worth = float((room.ravel()[self.open] * self.prices.ravel()[self.open]).sum())
        worth += float((self.layout.budget * self.week_prices)[self.is_limited].sum())
        for use in uses[1:]:
            uses[0] += use
        return Answer(worth + float(gains.sum()), gains, uses[0], room)

    def cheapest(self, limits: Floats) -> Floats:
        """Return the price of each member's cheapest visit at the best prices, up to her limit."""
        running_sums(self.best_prices, self.sums, np.arange(self.layout.shape[1]))
        with ThreadPoolExecutor(self.workers) as threads:
            return limits - self._ask_everyone(threads, limits)

    def _ask_everyone(self, threads: ThreadPoolExecutor, limits: Floats) -> Floats:
        """Return how far the cheapest visit of each member stays below her limit (0 or more)."""
        space, gains = self.layout.space, np.zeros(len(limits))
        members = np.arange(len(limits))

        def price(day: int) -> None:
            all_prices(space, self.sums, self.helps, self.no_limit, self.legs, self.least, day)

        def ask(first: int) -> None:
            answer_prices(
                space, self.sums, self.legs, self.least, members[first :: self.workers], limits,
                self.uses[first], gains, self.plans, self.counts,
            )  # fmt: skip

        list(threads.map(price, range(self.layout.shape[1])))
        list(threads.map(ask, range(self.workers)))
        return gains

    def step(self, left: int | None = None) -> Answer:
        """Answer at the present prices, keep them if their bound is the best, and move them.

        `left` is how many steps are still to come, this one among them.
        """
        answer = self.answer()
        left = max(1, self.planned - self.steps if left is None else left)
        self.steps += 1
        if answer.bound < self.best_bound:
            self.best_bound, self.best_gains = answer.bound, answer.gains
            self.best_prices = self.effective_prices().copy()
        self.bounds.append(self.best_bound)
        excess = answer.use.ravel()[self.open] - answer.room.ravel()[self.open]
        prices = self.prices.ravel()
        prices[self.open] = self._moved(0, prices[self.open], excess)
        if self.is_limited.any():
            weekly = np.where(self.is_limited, self._weekly(answer.use) - self.layout.budget, 0.0)
            moved = self._moved(1, self.week_prices.ravel(), weekly.ravel() / WEEK_SCALE)
            self.week_prices = moved.reshape(weekly.shape)
        self.stride *= (LAST_STEP / self.stride) ** (1 / left)
        return answer

    @property
    def has_settled(self) -> bool:
        """Whether the last steps, made with small strides, have hardly lowered the bound."""
        if self.stride > SMALL_STEP or self.steps <= SETTLING:
            return False
        return self.bounds[-SETTLING] - self.best_bound < LEAST_GAIN * self.best_bound

    def effective_prices(self) -> Floats:
        """Return the price of each tick with what its week costs."""
        if not self.is_limited.any():
            return self.prices
        days = self.prices.shape[1]
        return self.prices + np.repeat(self.week_prices, WEEK, axis=1)[:, :days, None]

    def _moved(self, kind: int, prices: Floats, excess: Floats) -> Floats:
        self.trend[kind] += (1 - MEMORY) * (excess - self.trend[kind])
        self.squares[kind] += (1 - SQUARE_MEMORY) * (excess**2 - self.squares[kind])
        trend = self.trend[kind] / (1 - MEMORY**self.steps)
        spread = np.sqrt(self.squares[kind] / (1 - SQUARE_MEMORY**self.steps))
        return np.asarray(np.maximum(prices + self.stride * trend / (spread + EVEN), 0.0))

    def _weekly(self, use: NDArray[np.int32]) -> Ints:
        days = use.sum(axis=2)
        pad = -days.shape[1] % WEEK
        weeks = np.pad(days, ((0, 0), (0, pad))).reshape(len(days), -1, WEEK)
        return np.asarray(weeks.sum(axis=2))
