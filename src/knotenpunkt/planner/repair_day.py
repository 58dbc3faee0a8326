"""Many visits mended together: the day a desk falls ill.

One after the other, each visit gets its least change among the times that the others leave; whoever
finds nothing goes first in the next round. Then each is mended once more as long as that changes
less in all.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from knotenpunkt.planner.check import leg_violations
from knotenpunkt.planner.model import (
    Desk,
    Interpreter,
    InterpreterInterval,
    Interval,
    Leg,
    Network,
    Plan,
    Problem,
    Request,
)
from knotenpunkt.planner.repair import Repair, repair

ROUNDS = 5
Size = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class BookedVisit:
    """A visit as it was booked; one leg for each need of the request."""

    request: Request
    plan: Plan


@dataclass(frozen=True, slots=True)
class DayRepair:
    """Repairs in the order of the visits, None where nothing is left for one.

    `size` is (visits without a plan, legs moved, new days, ticks shifted), summed; `bound` is what
    nobody could beat: each visit mended as if the times of the others were free. `is_proven` says
    that the two agree in visits and legs moved. What is always true: no two plans take the same
    time of a person or an interpreter, and none could change less while the others stay.
    """

    repairs: tuple[Repair | None, ...]
    size: Size
    bound: Size
    is_settled: bool = True

    @property
    def is_proven(self) -> bool:
        return self.size[:2] == self.bound[:2]


def repair_day(
    network: Network, visits: Sequence[BookedVisit], *, time_limit: float | None = None
) -> DayRepair:
    """Return repairs of visits that lost legs, consistent with each other.

    Parameters
    ----------
    network
        As it is now: what was lost is not free any more; all times of these visits count as free.
    visits
        Up to some fifty, in the order of their rights: of equals the first is served first.
    time_limit
        Seconds for the rounds after the first; `is_settled` is False when it struck.
    """
    return _Mending(network, visits, time_limit).repaired()


class _Mending:
    def __init__(
        self, network: Network, visits: Sequence[BookedVisit], time_limit: float | None
    ) -> None:
        self.network, self.visits = network, visits
        self.deadline = None if time_limit is None else time.monotonic() + time_limit
        self.kept = [self._kept(visit) for visit in visits]
        self.found: list[Repair | None] = [None] * len(visits)

    def _kept(self, visit: BookedVisit) -> tuple[Leg, ...]:
        problem = Problem(self.network, visit.request)
        return tuple(leg for leg in visit.plan.legs if not leg_violations(problem, leg))

    def repaired(self) -> DayRepair:
        alone = [self._mend(n, others=()) for n in range(len(self.visits))]
        is_settled = self._serve(list(range(len(self.visits))))
        while is_settled:
            before = _size(self.found)
            for n in range(len(self.visits)):
                if self._is_late():
                    return self._answer(alone, is_settled=False)
                self._improve(n)
            if _size(self.found) >= before:
                break
        return self._answer(alone, is_settled)

    def _answer(self, alone: list[Repair | None], is_settled: bool) -> DayRepair:
        return DayRepair(tuple(self.found), _size(self.found), _size(alone), is_settled)

    def _is_late(self) -> bool:
        return self.deadline is not None and time.monotonic() > self.deadline

    def _serve(self, order: list[int]) -> bool:
        """Mend in this order; who found nothing goes first next time; keep the best round."""
        best: list[Repair | None] | None = None
        for _ in range(ROUNDS):
            self.found = [None] * len(self.visits)
            served: set[int] = set()
            for n in order:
                self.found[n] = self._mend(n, self._taken_by_others(n, served))
                served.add(n)
            if best is None or _size(self.found) < _size(best):
                best = self.found
            unlucky = [n for n in order if self.found[n] is None]
            again = [*unlucky, *(n for n in order if n not in unlucky)]
            if not unlucky or again == order or self._is_late():
                break
            order = again
        self.found = best or self.found
        return not self._is_late()

    def _improve(self, n: int) -> None:
        others = self._taken_by_others(n, set(range(len(self.visits))))
        mended = self._mend(n, others)
        if _size([mended]) < _size([self.found[n]]):
            self.found[n] = mended

    def _taken_by_others(self, n: int, served: set[int]) -> list[Leg]:
        """Return the legs of the others: as mended, or what they still hold."""
        taken: list[Leg] = []
        for m in range(len(self.visits)):
            mended = self.found[m]
            if m == n:
                continue
            if m in served:
                taken += mended.plan.legs if mended else ()
            else:
                taken += self.kept[m]
        return taken

    def _mend(self, n: int, others: Iterable[Leg]) -> Repair | None:
        left = without_legs(self.network, others)
        return repair(Problem(left, self.visits[n].request), self.visits[n].plan)


def _size(repairs: Sequence[Repair | None]) -> Size:
    changes = [found.change for found in repairs if found is not None]
    return (
        sum(found is None for found in repairs),
        sum(change.moved for change in changes),
        sum(change.new_days for change in changes),
        sum(change.ticks_shifted for change in changes),
    )


def without_legs(network: Network, legs: Iterable[Leg]) -> Network:
    """Return the network less what these legs take: of everyone behind a desk, and interpreters.

    What is left of an interpreter before a leg ends at its site, what is left after begins there.
    """
    by_person: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    by_talker: dict[int, list[Leg]] = defaultdict(list)
    for leg in legs:
        end = leg.end + network.services[leg.service].buffer
        for name in _people(network.desks[leg.desk]):
            by_person[name].append((leg.day, leg.start, end))
        if leg.interpreter is not None:
            by_talker[leg.interpreter].append(leg)
    return replace(
        network,
        desks=tuple(_less(desk, by_person) for desk in network.desks),
        interpreters=tuple(
            _talker_less(one, by_talker[i]) if i in by_talker else one
            for i, one in enumerate(network.interpreters)
        ),
    )


def _people(desk: Desk) -> tuple[str, ...]:
    return desk.members or (desk.id,)


def _less(desk: Desk, by_person: Mapping[str, list[tuple[int, int, int]]]) -> Desk:
    taken = [piece for name in _people(desk) for piece in by_person.get(name, ())]
    if not taken or desk.starts is not None:  # a group session has seats for more than one
        return desk
    free = {day: list(windows) for day, windows in desk.free.items()}
    for day, start, end in taken:
        free[day] = [
            piece for low, high in free.get(day, ()) for piece in _around((low, high), start, end)
        ]
    return replace(desk, free={day: tuple(windows) for day, windows in free.items() if windows})


def _around(window: Interval, start: int, end: int) -> list[Interval]:
    pieces = [(window[0], min(window[1], start)), (max(window[0], end), window[1])]
    return [piece for piece in pieces if piece[0] < piece[1]]


def _talker_less(one: Interpreter, legs: list[Leg]) -> Interpreter:
    free: dict[int, list[InterpreterInterval]] = {d: list(rows) for d, rows in one.free.items()}
    for leg in legs:
        left: list[InterpreterInterval] = []
        for low, high, before, after in free.get(leg.day, ()):
            if high <= leg.start or leg.end <= low:
                left.append((low, high, before, after))
                continue
            if low < leg.start:
                left.append((low, leg.start, before, leg.site))
            if leg.end < high:
                left.append((leg.end, high, leg.site, after))
        free[leg.day] = left
    return replace(one, free={day: tuple(rows) for day, rows in free.items() if rows})
