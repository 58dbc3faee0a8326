"""A cohort: many persons at once who compete for the same desks and interpreters.

Times are ticks of `network.tick_minutes` counted from `network.day_origin`, days count from 0,
intervals are half-open, as everywhere in the planner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from knotenpunkt.planner.model import BadInstance, Interval, Network, Plan, Request

MAX_PERSONS = 20_000
MOST_DAYS_OF_A_VISIT = 2


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a cohort.

    `priority` is what serving her is worth beside others (above 0, at most 100). `group` is the
    one whose share is watched (a language, a municipality); `programme` opens ring-fenced times.
    """

    id: str
    request: Request
    priority: float = 1.0
    group: str = ""
    programme: str | None = None


@dataclass(frozen=True, slots=True)
class Cohort:
    """Members, the network they share, and what is not for them.

    Parameters
    ----------
    network
        Free times before anybody of the cohort is planned.
    members
        In the order in which they came; the comparison "one by one" serves them in this order.
    seats
        How many can be at a desk at once (group sessions), by desk index; 1 where missing.
    lines
        How many talks a remote interpreter can have at once (telephone services), by index of the
        interpreter; 1 where missing.
    reserve
        Share (0..1) of each desk's free ticks of each week that stays for regular persons.
    ring_fenced
        By programme: further free times, `{desk index: {day: intervals}}`, for its members only.
    fair_share
        A group counts as left behind when its served share is below this share of everyone's.
    """

    network: Network
    members: tuple[Member, ...]
    seats: Mapping[int, int] = field(default_factory=dict)
    lines: Mapping[int, int] = field(default_factory=dict)
    reserve: float = 0.0
    ring_fenced: Mapping[str, Mapping[int, Mapping[int, tuple[Interval, ...]]]] = field(
        default_factory=dict
    )
    fair_share: float = 0.8

    def __post_init__(self) -> None:
        if not 1 <= len(self.members) <= MAX_PERSONS:
            raise BadInstance("cohort.members", f"has not 1 to {MAX_PERSONS} members")
        if len({member.id for member in self.members}) != len(self.members):
            raise BadInstance("cohort.members", "two members have the same id")
        if not 0 <= self.reserve < 1:
            raise BadInstance("cohort.reserve", f"{self.reserve} is not between 0 and 1")
        if not 0 <= self.fair_share <= 1:
            raise BadInstance("cohort.fair_share", f"{self.fair_share} is not between 0 and 1")
        for talker in self.lines:
            if self.network.interpreters[talker].mode != "remote":
                raise BadInstance(f"cohort.lines.{talker}", "is an interpreter on site")
        for place, member in enumerate(self.members):
            if not 0 < member.priority <= 100:
                raise BadInstance(f"cohort.members[{place}].priority", "is not above 0 up to 100")
            if member.request.max_days > MOST_DAYS_OF_A_VISIT:
                raise BadInstance(f"cohort.members[{place}]", "a visit has at most two days here")
            if member.request.any_first:
                raise BadInstance(f"cohort.members[{place}]", "a choice of what comes first")
            for item in member.request.items:
                if item.service not in self.network.services:
                    raise BadInstance(f"cohort.members[{place}]", f"no service {item.service!r}")


@dataclass(frozen=True, slots=True)
class Worth:
    """What a set of plans is worth: `served` and `value` first, then fewer days, less waiting."""

    served: int
    value: float
    days: int
    last_days: int

    @property
    def score(self) -> float:
        """One number: a day more costs a thousandth of a person, a day later a hundredth of it."""
        return self.value - DAY_COST * (self.days - self.served) - WAIT_COST * self.last_days


DAY_COST, WAIT_COST = 1e-3, 1e-5


@dataclass(frozen=True, slots=True)
class GroupShare:
    """How a group fared: its members, how many of them have a visit, and its relative share.

    `relative` is the served share of the group over that of everyone; 1.0 is even.
    """

    group: str
    members: int
    served: int
    relative: float


@dataclass(frozen=True, slots=True)
class Moment:
    """One point of the curve of bound and answer over time (seconds since the start)."""

    seconds: float
    served: int
    score: float
    bound: float


@dataclass(frozen=True, slots=True)
class CohortSolution:
    """Plans by member (None: no place), and how far they are from the best at most.

    `bound` is proven: no valid set of plans has a higher score (`Worth.score`); `most_served` is
    the number of members that no answer can exceed (priorities all 1, else None).
    """

    plans: tuple[Plan | None, ...]
    worth: Worth
    bound: float
    most_served: int | None
    groups: tuple[GroupShare, ...]
    curve: tuple[Moment, ...]
    status: Literal["optimal", "time_limit"]

    @property
    def gap(self) -> float:
        """How much of the bound is missing at most (0..1)."""
        return max(0.0, (self.bound - self.worth.score) / self.bound) if self.bound > 0 else 0.0

    @property
    def worst_group(self) -> GroupShare | None:
        return min(self.groups, key=lambda share: share.relative, default=None)
