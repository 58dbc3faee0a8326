"""Why there is no plan, and what single concession would buy one.

A wish is a part of the request that a person or an office could give up; every need is one, too.
Wishes are in conflict when they cannot hold together; a conflict is smallest when each of its
parts is needed for the contradiction. All smallest conflicts are found, by the duality of
conflicts and ways out (Liffiton and Malik's MARCO): every set that cannot hold is shrunk to a
smallest conflict, every set that can is grown to a largest one, and neither is looked at again.
One pass over the days tells of every set of the needs asked for whether it can be met with these
wishes. A pass with all wishes tells which needs clash at all: what fails with fewer wishes fails
mostly because of some of these. They are few, and to look at three needs costs a tenth of ten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from knotenpunkt.planner.model import (
    MAX_ITEMS,
    AnyFirst,
    Concession,
    Item,
    Plan,
    Precedence,
    Problem,
    Refusal,
    Request,
)
from knotenpunkt.planner.prepared import PreparedNetwork
from knotenpunkt.planner.search import find_plans, what_holds

Wish = tuple[str, int | None]
Change = Callable[[Request], Request]
MOST_CONFLICTS = 4  # a page names no more; the first are those of the fewest wishes
MOST_LOOKS = 40  # sets of wishes and needs for which the search is asked
MOST_SETS = 6000  # of needs, looked at in all: ten needs have 1,024 of them
MOST_WAYS_OUT = 200


def wishes(problem: Problem) -> dict[Wish, Change]:
    """Return what could be given up, with how the request looks without it."""
    request, network = problem.request, problem.network
    found: dict[Wish, Change] = {}
    if request.interpreter_gender is not None:
        found["interpreter_gender", None] = lambda it: replace(it, interpreter_gender=None)
    if not request.allow_interpreter and network.interpreters:
        found["no_interpreter", None] = lambda it: replace(it, allow_interpreter=True)
    if request.allowed_sites is not None:
        found["locations", None] = lambda it: replace(it, allowed_sites=None)
    if request.max_days < 2 <= network.horizon_days:
        found["max_days", None] = lambda it: replace(it, max_days=2)
    if request.max_day_span < network.day_ticks:
        found["day_span", None] = lambda it: replace(it, max_day_span=network.day_ticks)
    if request.max_stretch is not None:
        found["break", None] = lambda it: replace(it, max_stretch=None)
    if request.max_legs_per_day < len(request.items):
        found["legs_per_day", None] = lambda it: replace(it, max_legs_per_day=MAX_ITEMS)
    if any(_is_limited(problem, day) for day in range(network.horizon_days)):
        whole = dict.fromkeys(range(network.horizon_days), ((0, network.day_ticks),))
        found["times", None] = lambda it: replace(it, availability=whole)
    for index, rule in enumerate(request.precedence):
        if rule.min_lag_days or rule.min_lag_ticks:
            found["lag", index] = _without_lag(index)
    return found


def _is_limited(problem: Problem, day: int) -> bool:
    windows = problem.request.availability.get(day, ())
    return windows != ((0, problem.network.day_ticks),)


def _without_lag(index: int) -> Change:
    def change(request: Request) -> Request:
        rules = list(request.precedence)
        rules[index] = replace(rules[index], min_lag_days=0, min_lag_ticks=0)
        return replace(request, precedence=tuple(rules))

    return change


def explain(problem: Problem, prepared: PreparedNetwork | None = None) -> Refusal:
    """Return the refusal of a problem that has no plan.

    `conflicts` are smallest sets of wishes and needs that cannot hold together, fewest first;
    `concessions` name for each single wish or need the best visit that giving it up buys.
    """
    return _Explanation(problem, prepared or PreparedNetwork(problem.network)).refusal()


class _Look(NamedTuple):
    """What one pass told: with these wishes, for each set of needs, whether its part in `scope`
    can be met.
    """

    wishes: int
    scope: int
    held: list[bool]

    def says(self, wishes: int, needs: int) -> bool | None:
        """Return whether these hold together, as far as this look tells."""
        if not self.held[needs]:
            return False if wishes & self.wishes == self.wishes else None
        is_part = wishes | self.wishes == self.wishes and needs | self.scope == self.scope
        return True if is_part else None


@dataclass
class _Explanation:
    """Sets of wishes and needs are bit sets: first the wishes, then the needs, in their order."""

    problem: Problem
    prepared: PreparedNetwork
    conflicts: list[int] = field(default_factory=list)
    is_complete: bool = False
    looks: list[_Look] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.changes = list(wishes(self.problem).items())
        items = len(self.problem.request.items)
        needs: list[Wish] = [("need", index) for index in range(items)]
        self.all: list[Wish] = [*(wish for wish, _ in self.changes), *needs]
        self.whole = (1 << len(self.all)) - 1
        self.wishes, self.needs = (1 << len(self.changes)) - 1, (1 << items) - 1

    def refusal(self) -> Refusal:
        needs = len(self.problem.request.items)
        self._look(0, self.needs)  # what fails with all wishes given up fails with any kept
        concessions = [
            Concession(*self.all[n], self._best_without(n))
            for n in range(len(self.all) - (needs == 1))
        ]
        ways_out = [1 << n for n, it in enumerate(concessions) if it.plan is not None]
        self._find_conflicts(ways_out)
        ordered = sorted(map(self._named, self.conflicts), key=self._rank)
        return Refusal(ordered[0], tuple(concessions), tuple(ordered), self.is_complete)

    def _best_without(self, n: int) -> Plan | None:
        """Return the best plan that giving up this wish or need buys."""
        kept = self._parted(self.whole ^ (1 << n))
        if self._known(*kept) is False or self._has_a_clash(*kept):
            return None
        request = replace(self.problem.request, order="standard")
        if n < len(self.changes):
            request = self.changes[n][1](request)
        else:
            request = without_item(request, n - len(self.changes))
        problem = replace(self.problem, request=request)
        return find_plans(problem, top=1, prepared=self.prepared).best

    def can_hold(self, kept: int) -> bool:
        """Return whether these hold together, asking the search only when nothing known tells."""
        wishes, needs = self._parted(kept)
        known = self._known(wishes, needs)
        if known is None:
            return not self._has_a_clash(wishes, needs) and self._holds(wishes, needs)
        return known

    def _has_a_clash(self, wishes: int, needs: int) -> bool:
        """Return whether some of these needs that clash with all wishes still do with these."""
        within = (clash for clash in self._clashes if clash | needs == needs)
        return any(not self._holds(wishes, clash) for clash in within)

    @cached_property
    def _clashes(self) -> list[int]:
        """Return the smallest sets of needs that cannot be met with all wishes."""
        self._look(self.wishes, self.needs)
        return _smallest_lost(self.looks[-1].held)

    def _holds(self, wishes: int, needs: int) -> bool:
        known = self._known(wishes, needs)
        return self._look(wishes, needs) if known is None else known

    def _known(self, wishes: int, needs: int) -> bool | None:
        told = (look.says(wishes, needs) for look in self.looks)
        return next((known for known in told if known is not None), None)

    def _look(self, wishes: int, scope: int) -> bool:
        """Look which of these needs can be met while these wishes are kept; say if all can."""
        request = self.problem.request
        for n, (_, change) in enumerate(self.changes):
            if not wishes >> n & 1:
                request = change(request)
        for index in reversed(range(len(request.items))):
            if not scope >> index & 1:
                request = without_item(request, index)
        held = what_holds(replace(self.problem, request=request), self.prepared)
        self.looks.append(_Look(wishes, scope, _spread(held, scope, self.needs)))
        return held[-1]

    def _parted(self, kept: int) -> tuple[int, int]:
        return kept & self.wishes, kept >> len(self.changes)

    def _find_conflicts(self, ways_out: list[int]) -> None:
        """Every conflict shares a part with every way out: look at what hits all ways out."""
        while len(self.conflicts) < MOST_CONFLICTS and self._may_go_on(ways_out):
            seed = self._unlike(ways_out)
            if seed is None:
                self.is_complete = True
                return
            if self.can_hold(seed):
                ways_out.append(self.whole ^ self._grown(seed))
            else:
                self.conflicts.append(self._shrunk(seed))
        if not self.conflicts:
            self.conflicts.append(self._shrunk(self.whole))

    def _may_go_on(self, ways_out: list[int]) -> bool:
        sets = sum(1 << look.scope.bit_count() for look in self.looks)
        is_little = sets < MOST_SETS and len(self.looks) < MOST_LOOKS
        return is_little and len(ways_out) < MOST_WAYS_OUT

    def _unlike(self, ways_out: list[int]) -> int | None:
        """Return the largest set of wishes that contains no known conflict and lies in no set that
        is known to hold; None when there is none left.
        """
        for left_out in _hitting_sets(self.conflicts):
            seed = self.whole ^ left_out
            if all(seed & way for way in ways_out):
                return seed
        return None

    def _grown(self, seed: int) -> int:
        for n in range(len(self.all)):
            if not seed >> n & 1 and self.can_hold(seed | 1 << n):
                seed |= 1 << n
        return seed

    def _shrunk(self, seed: int) -> int:
        """Return a smallest conflict within, leaving out first what costs no look."""
        if not self.can_hold(seed & ~self.wishes):
            seed &= ~self.wishes
        for part in sorted(_parts(seed), reverse=True):
            if not self.can_hold(seed ^ part):
                seed ^= part
        return seed

    def _named(self, kept: int) -> tuple[Wish, ...]:
        return tuple(wish for n, wish in enumerate(self.all) if kept >> n & 1)

    def _rank(self, conflict: tuple[Wish, ...]) -> tuple[int, list[int]]:
        return len(conflict), [self.all.index(wish) for wish in conflict]


def _smallest_lost(held: list[bool]) -> list[int]:
    """Return the sets that cannot be met though each of their parts can."""
    return [
        needs
        for needs, is_held in enumerate(held)
        if not is_held and all(held[needs ^ part] for part in _parts(needs))
    ]


def _spread(held: list[bool], scope: int, needs: int) -> list[bool]:
    """Return for each set of `needs` what `held` says of its part in `scope`."""
    if scope == needs:
        return held
    sets = np.arange(needs + 1)
    packed = np.zeros_like(sets)
    for place, part in enumerate(_parts(scope)):
        packed |= np.where(sets & part, 1 << place, 0)
    spread: list[bool] = np.array(held)[packed].tolist()
    return spread


def _parts(kept: int) -> Iterator[int]:
    while kept:
        yield kept & -kept
        kept &= kept - 1


def _hitting_sets(sets: list[int]) -> Iterator[int]:
    """Yield sets that take something from each of `sets`; with a single part chosen per step."""
    if not sets:
        yield 0
        return
    for rest in _hitting_sets(sets[1:]):
        if rest & sets[0]:
            yield rest
        else:
            yield from (rest | part for part in _parts(sets[0]))


def without_item(request: Request, index: int) -> Request:
    """Return the request with one need left out; later items move up by one."""
    items: tuple[Item, ...] = tuple(it for i, it in enumerate(request.items) if i != index)

    def moved(rules: tuple[Precedence, ...]) -> tuple[Precedence, ...]:
        return tuple(
            replace(
                rule,
                before=rule.before - (rule.before > index),
                after=rule.after - (rule.after > index),
            )
            for rule in rules
            if index not in (rule.before, rule.after)
        )

    return replace(
        request,
        items=items,
        precedence=moved(request.precedence),
        any_first=tuple(
            AnyFirst(moved(group.rules))
            for group in request.any_first
            if all(index not in (rule.before, rule.after) for rule in group.rules)
        ),
    )
