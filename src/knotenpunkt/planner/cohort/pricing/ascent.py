"""Prices for scarce time, and the bound they prove.

For any prices of at least 0, no valid set of plans is worth more than

    sum(capacity * price) + sum over members of max(0, value - her cheapest visit at these prices)

(Lagrangian relaxation of "nothing is taken twice"). The bound is convex in the prices; they move
along what is asked for too much, with a step of its own for each tick (Adam, Kingma and Ba 2015):
on generated cohorts 150 steps came within 2 % of the least bound where a common step needed 400.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from knotenpunkt.planner.cohort.arrays import NO_LIMIT, WEEK, Floats, Layout
from knotenpunkt.planner.cohort.pricing.kernels import (
    LEG,
    all_prices,
    answer_prices,
    running_sums,
)
from knotenpunkt.planner.cohort.pricing.routes import best_routes

STEP, SHRINK = 0.02, 0.985  # of a price, and from one step to the next
LEAST_STEP = 5e-4
WEEK_SCALE = 100.0  # ticks of a week weigh no more than one tick does
SETTLING, LEAST_GAIN = 100, 2e-4  # steps that lower the bound by less are not worth their time
MEMORY, SQUARE_MEMORY, EVEN = 0.9, 0.99, 0.05


@dataclass
class Answer:
    """What members choose at given prices: gains, and the use of every tick beside its room."""

    bound: float
    gains: Floats
    use: Floats
    room: Floats


class Ascent:
    """The search for prices; `step()` answers once and moves on. `workers` threads share a step."""

    def __init__(self, layout: Layout, *, workers: int = 1) -> None:
        self.layout, self.workers = layout, workers
        resources, days, ticks = layout.shape
        space = layout.space
        self.capacity = layout.open_ticks * layout.capacity[:, None, None].astype(np.float64)
        self.prices = np.zeros((resources, days, ticks))
        self.week_prices = np.zeros(layout.budget.shape)
        self.is_limited = layout.budget < NO_LIMIT
        self.best_prices, self.best_gains = self.prices.copy(), np.zeros(0)
        self.best_bound, self.steps = np.inf, 0
        self.bounds: list[float] = []
        self.trend = [np.zeros(rows.shape) for rows in (self.prices, self.week_prices)]
        self.squares = [np.zeros(rows.shape) for rows in (self.prices, self.week_prices)]
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
        """Return what everyone chooses at the present prices, each as if she were alone."""
        space, (resources, days, ticks) = self.layout.space, self.layout.shape
        running_sums(self.effective_prices(), self.sums, np.arange(days))
        room: Floats = self.capacity.astype(np.float64)
        members = np.arange(len(space.member_value))
        gains = np.zeros(len(members))
        uses = [np.zeros((resources, days, ticks), np.int32) for _ in range(self.workers)]
        with ThreadPoolExecutor(self.workers) as threads:
            list(threads.map(lambda day: self._price_day(room, day), range(days)))
            parts = [members[n :: self.workers] for n in range(self.workers)]
            list(threads.map(lambda part, use: self._ask(part, use, gains), parts, uses))
        worth = float((room * self.prices).sum())
        worth += float((self.layout.budget * self.week_prices)[self.is_limited].sum())
        use = np.sum(uses, axis=0).astype(np.float64)
        return Answer(worth + float(gains.sum()), gains, use, room)

    def _price_day(self, room: Floats, day: int) -> None:
        best_routes(self.layout.space, self.prices, room, day)
        all_prices(
            self.layout.space, self.sums, self.helps, self.no_limit, self.legs, self.least, day
        )

    def _ask(self, members: Floats, use: Floats, gains: Floats) -> None:
        answer_prices(
            self.layout.space, self.sums, self.legs, self.least, members, use, gains,
            self.plans, self.counts,
        )  # fmt: skip

    def step(self) -> Answer:
        """Answer at the present prices, keep them if their bound is the best, and move them."""
        answer = self.answer()
        self.steps += 1
        if answer.bound < self.best_bound:
            self.best_bound, self.best_gains = answer.bound, answer.gains
            self.best_prices = self.effective_prices()
        self.bounds.append(self.best_bound)
        excess = np.where(self.layout.open_ticks, answer.use - answer.room, 0.0)
        weekly = np.where(self.is_limited, self._weekly(answer.use) - self.layout.budget, 0.0)
        self.prices = self._moved(0, self.prices, excess)
        self.week_prices = self._moved(1, self.week_prices, weekly / WEEK_SCALE)
        return answer

    @property
    def has_settled(self) -> bool:
        """Whether the last steps, made with small strides, have hardly lowered the bound."""
        if STEP * SHRINK**self.steps > LEAST_STEP or self.steps <= SETTLING:
            return False
        return self.bounds[-SETTLING] - self.best_bound < LEAST_GAIN * self.best_bound

    def effective_prices(self) -> Floats:
        """Return the price of each tick with what its week costs."""
        days = self.prices.shape[1]
        return self.prices + np.repeat(self.week_prices, WEEK, axis=1)[:, :days, None]

    def _moved(self, kind: int, prices: Floats, excess: Floats) -> Floats:
        self.trend[kind] += (1 - MEMORY) * (excess - self.trend[kind])
        self.squares[kind] += (1 - SQUARE_MEMORY) * (excess**2 - self.squares[kind])
        trend = self.trend[kind] / (1 - MEMORY**self.steps)
        spread = np.sqrt(self.squares[kind] / (1 - SQUARE_MEMORY**self.steps))
        step = max(STEP * SHRINK**self.steps, LEAST_STEP)
        return np.asarray(np.maximum(prices + step * trend / (spread + EVEN), 0.0))

    def _weekly(self, use: Floats) -> Floats:
        days = use.sum(axis=2)
        pad = -days.shape[1] % WEEK
        weeks = np.pad(days, ((0, 0), (0, pad))).reshape(len(days), -1, WEEK)
        return np.asarray(weeks.sum(axis=2))
