"""Problem and plan of the planner: plain data that checks itself.

Times are ticks of `tick_minutes` counted from `day_origin`; days count from 0. Intervals are
half-open. The words are those of the format coordplan-1 (docs/planner-model.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Interval = tuple[int, int]
# (from, to, site before, site after); -1 where there is no neighbouring commitment
InterpreterInterval = tuple[int, int, int, int]

CLASS_RANK: Mapping[str, int] = {"none": 0, "volunteer": 1, "qualified": 2, "sworn_or_phone": 3}
MAX_ITEMS, MAX_DAYS, MAX_INTERVALS, MAX_VISIT_DAYS = 10, 60, 1_000_000, 3
MAX_DAY_TICKS = 1440  # a tick is a minute at the least


class BadInstance(ValueError):
    """The problem contradicts itself; `place` says where, as a path of keys."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place, self.message = place, message


@dataclass(frozen=True, slots=True)
class Service:
    """What is needed. `buffer` follows the talk and occupies the desk, not the person (ticks)."""

    id: str
    partner: str
    duration: int
    buffer: int = 0
    interpreter_class: str = "volunteer"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who gives services at a site: a staff member, several together, or a group session.

    `starts` fixes the ticks at which a leg may begin, by day (group sessions); `members` names
    the people behind a desk of several.
    """

    id: str
    partner: str
    site: int
    services: frozenset[str]
    languages: frozenset[str]
    free: Mapping[int, tuple[Interval, ...]]
    starts: Mapping[int, tuple[int, ...]] | None = None
    members: tuple[str, ...] = ()
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Interpreter:
    """`first_day` is the first day the notice period allows; an unknown gender meets no wish."""

    id: str
    languages: frozenset[str]
    mode: Literal["onsite", "remote"]
    free: Mapping[int, tuple[InterpreterInterval, ...]]
    interpreter_class: str = "sworn_or_phone"
    gender: str | None = None
    first_day: int = 0


@dataclass(frozen=True, slots=True)
class Network:
    """Everything that does not depend on who asks. `travel[i][i]` is the changeover at a site."""

    sites: tuple[str, ...]
    travel: tuple[tuple[int, ...], ...]
    services: Mapping[str, Service]
    desks: tuple[Desk, ...]
    interpreters: tuple[Interpreter, ...]
    horizon_days: int
    day_ticks: int = 144
    tick_minutes: int = 5
    day_origin: str = "07:00"
    first_weekday: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One need: a service on a day of `[earliest_day, latest_day]`; `desks` limits who gives it."""

    service: str
    earliest_day: int
    latest_day: int
    desks: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Precedence:
    """`before` must lie before `after` (indexes into items), with a least lag."""

    before: int
    after: int
    min_lag_ticks: int = 0
    min_lag_days: int = 0


@dataclass(frozen=True, slots=True)
class AnyFirst:
    """Several needs could bring what another needs: one of the rules must hold, any one."""

    rules: tuple[Precedence, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What one person asks for. Costs are small whole numbers; 0 is free.

    `interpreter_gender` is a condition; `preferred_gender` a wish that costs `other_gender_cost`
    for each leg with an interpreter of another or unknown gender.
    """

    items: tuple[Item, ...]
    languages: Mapping[str, int]
    availability: Mapping[int, tuple[Interval, ...]]
    precedence: tuple[Precedence, ...] = ()
    allow_interpreter: bool = True
    interpreter_cost: int = 0
    remote_interpreter_cost: int = 0
    outside_centre_cost: int = 0
    early_before: int = 0
    early_cost: int = 0
    late_after: int = 10**6
    late_cost: int = 0
    max_days: int = 2
    max_day_span: int = 144
    interpreter_gender: str | None = None
    max_stretch: int | None = None
    min_break: int = 0
    max_legs_per_day: int = MAX_ITEMS
    allowed_sites: frozenset[int] | None = None
    order: Literal["standard", "fewest_locations"] = "standard"
    any_first: tuple[AnyFirst, ...] = ()
    preferred_gender: str | None = None
    other_gender_cost: int = 0

    def price_of(self, interpreter: Interpreter) -> int:
        """Return what a leg with this interpreter costs."""
        is_remote = interpreter.mode == "remote"
        price = self.remote_interpreter_cost if is_remote else self.interpreter_cost
        if self.preferred_gender in (None, interpreter.gender):
            return price
        return price + self.other_gender_cost


@dataclass(frozen=True, slots=True)
class Problem:
    """One request against one network."""

    network: Network
    request: Request
    name: str = ""


@dataclass(frozen=True, slots=True)
class Leg:
    """One appointment of a plan; item, desk, site and interpreter are indexes."""

    item: int
    service: str
    desk: int
    site: int
    day: int
    start: int
    end: int
    interpreter: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Objective:
    """Compared in this order: fewest days, (locations,) earliest last day, span, cost.

    `locations` is 0 unless the request asks for the fewest locations.
    """

    days: int
    locations: int
    last_day: int
    span_ticks: int
    cost: int

    def as_list(self) -> list[int]:
        """Return the four numbers of coordplan-1."""
        return [self.days, self.last_day, self.span_ticks, self.cost]

    def as_five(self) -> list[int]:
        """Return all numbers in the order in which they count."""
        return [self.days, self.locations, self.last_day, self.span_ticks, self.cost]


@dataclass(frozen=True, slots=True)
class Plan:
    """Legs in order of time, with what they are worth."""

    legs: tuple[Leg, ...]
    objective: Objective

    @property
    def days(self) -> tuple[int, ...]:
        return tuple(sorted({leg.day for leg in self.legs}))


@dataclass(frozen=True, slots=True)
class Concession:
    """One wish given up, and the best plan that buys; None if it buys nothing."""

    wish: str
    subject: int | None
    plan: Plan | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no plan: wishes that cannot hold together, and what would help.

    `conflict` is the first of `conflicts`, all of them smallest; `is_complete` is False when the
    list of conflicts was cut short.
    """

    conflict: tuple[tuple[str, int | None], ...]
    concessions: tuple[Concession, ...]
    conflicts: tuple[tuple[tuple[str, int | None], ...], ...] = ()
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class Solution:
    """The answer: the best plans with distinct sets of days, or the refusal.

    `status` is "optimal" or "infeasible", both proven, or "time_limit": then `plans` are the best
    found and `bound` is an objective that no plan beats.
    """

    status: Literal["optimal", "infeasible", "time_limit"]
    plans: tuple[Plan, ...] = ()
    refusal: Refusal | None = None
    bound: Objective | None = None

    @property
    def best(self) -> Plan | None:
        return self.plans[0] if self.plans else None
