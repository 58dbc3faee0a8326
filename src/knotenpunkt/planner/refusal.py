"""Why there is no plan, and what single concession would buy one.

A wish is a part of the request that a person or an office could give up; every need is one, too.
Wishes are in conflict when they cannot hold together; a conflict is smallest when each of its
parts is needed for the contradiction. All smallest conflicts are found, by the duality of
conflicts and ways out (Liffiton and Malik's MARCO): every set that cannot hold is shrunk to a
smallest conflict, every set that can is grown to a largest one, and neither is looked at again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

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
from knotenpunkt.planner.search import find_plans

Wish = tuple[str, int | None]
Change = Callable[[Request], Request]
MOST_CONFLICTS = 4  # a page names no more; the first are those of the fewest wishes
MOST_LOOKS = 40


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


@dataclass
class _Explanation:
    problem: Problem
    prepared: PreparedNetwork
    known: dict[frozenset[Wish], Plan | None] = field(default_factory=dict)
    conflicts: list[frozenset[Wish]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.changes = wishes(self.problem)
        needs: list[Wish] = [("need", index) for index in range(len(self.problem.request.items))]
        self.all: list[Wish] = [*self.changes, *needs]
        self.looks = 0

    def refusal(self) -> Refusal:
        concessions = tuple(
            Concession(wish, subject, self.best(frozenset(self.all) - {(wish, subject)}))
            for wish, subject in self.all
            if wish != "need" or len(self.problem.request.items) > 1
        )
        self._find_conflicts()
        ordered = sorted(
            (self._sorted(conflict) for conflict in self.conflicts),
            key=lambda conflict: (len(conflict), [self.all.index(wish) for wish in conflict]),
        )
        return Refusal(ordered[0], concessions, tuple(ordered), self.looks < MOST_LOOKS)

    def best(self, kept: frozenset[Wish]) -> Plan | None:
        """Return the best plan that keeps only these wishes and needs."""
        if kept not in self.known:
            self.looks += 1
            request = replace(self.problem.request, order="standard")
            for wish, change in self.changes.items():
                if wish not in kept:
                    request = change(request)
            for index in reversed(range(len(request.items))):
                if ("need", index) not in kept:
                    request = without_item(request, index)
            problem = replace(self.problem, request=request)
            self.known[kept] = find_plans(problem, top=1, prepared=self.prepared).best
        return self.known[kept]

    def can_hold(self, kept: frozenset[Wish]) -> bool:
        """Return whether these hold together, asking the search only when nothing known tells."""
        if not any(wish == "need" for wish, _ in kept):
            return True
        for other, plan in self.known.items():
            if plan is None and other <= kept:
                return False
            if plan is not None and kept <= other:
                return True
        return self.best(kept) is not None

    def _find_conflicts(self) -> None:
        """Every conflict shares a part with every way out: look at what hits all ways out."""
        whole = frozenset(self.all)
        ways_out: list[frozenset[Wish]] = [
            whole - kept for kept, plan in self.known.items() if plan is not None
        ]
        while len(self.conflicts) < MOST_CONFLICTS and self.looks < MOST_LOOKS:
            seed = self._unlike(ways_out)
            if seed is None:
                return
            if self.can_hold(seed):
                ways_out.append(whole - self._grown(seed))
            else:
                self.conflicts.append(self._shrunk(seed))
        if not self.conflicts:
            self.conflicts.append(self._shrunk(whole))

    def _unlike(self, ways_out: list[frozenset[Wish]]) -> frozenset[Wish] | None:
        """Return the largest set of wishes that contains no known conflict and lies in no set that
        is known to hold; None when there is none left.
        """
        for left_out in _hitting_sets(self.conflicts, self.all):
            seed = frozenset(self.all) - left_out
            if all(seed & way for way in ways_out):
                return seed
        return None

    def _grown(self, seed: frozenset[Wish]) -> frozenset[Wish]:
        for wish in self.all:
            if wish not in seed and self.can_hold(seed | {wish}):
                seed |= {wish}
        return seed

    def _shrunk(self, seed: frozenset[Wish]) -> frozenset[Wish]:
        for wish in self._sorted(seed):
            if not self.can_hold(seed - {wish}):
                seed -= {wish}
        return seed

    def _sorted(self, wishes: frozenset[Wish]) -> tuple[Wish, ...]:
        return tuple(wish for wish in self.all if wish in wishes)


def _hitting_sets(sets: list[frozenset[Wish]], order: list[Wish]) -> Iterator[frozenset[Wish]]:
    """Yield sets that take something from each of `sets`; with a single set chosen per step."""
    if not sets:
        yield frozenset()
        return
    for rest in _hitting_sets(sets[1:], order):
        if rest & sets[0]:
            yield rest
            continue
        for wish in order:
            if wish in sets[0]:
                yield rest | {wish}


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
