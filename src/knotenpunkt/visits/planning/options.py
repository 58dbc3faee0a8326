"""Where one appointment of a visit could be instead, when all others stay as they are.

Every option is a whole plan that the planner's own definition finds valid; the nearest come first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from knotenpunkt.planner import Item, Leg, Plan, objective_of, violations
from knotenpunkt.planner.check import leg_violations
from knotenpunkt.visits.models import Appointment, Visit
from knotenpunkt.visits.plan import BookingPlan, PlannedLeg
from knotenpunkt.visits.planning.mending import ahead_of, planned, wish_of_visit, with_notice_kept
from knotenpunkt.visits.planning.translation import translate
from knotenpunkt.visits.planning.validity import leg_of
from knotenpunkt.visits.planning.wish import VisitWish

MOST_OPTIONS = 12
STEP = 3  # ticks: a quarter of an hour
MOST_TRIED = 4000


@dataclass(frozen=True)
class Option:
    """A whole plan, and the one leg of it that is new."""

    plan: BookingPlan
    leg: PlannedLeg
    is_same_day: bool
    is_same_staff: bool


def options_to_move(visit: Visit, appointment: Appointment) -> list[Option]:
    """Return other times for this appointment, the nearest first; with the same staff if free."""
    return _around(
        visit, appointment, lambda leg, old: leg.start != old.start or leg.day != old.day
    )


def options_to_swap(visit: Visit, appointment: Appointment) -> list[Option]:
    """Return who else could have this appointment at the same time."""
    return _around(
        visit,
        appointment,
        lambda leg, old: (leg.day, leg.start) == (old.day, old.start) and leg.desk != old.desk,
    )


def options_to_add(visit: Visit, service: UUID) -> list[Option]:
    """Return times at which one more need fits around what is booked."""
    ahead = ahead_of(visit)
    wish = wish_of_visit(visit, ahead)
    wish = replace(wish, services=(*wish.services, service))
    return _Around(wish, ahead, len(ahead)).options(None, lambda _leg, _old: True)


Filter = Callable[[Leg, Leg], bool]


def _around(visit: Visit, appointment: Appointment, is_wanted: Filter) -> list[Option]:
    ahead = ahead_of(visit)
    index = next((i for i, it in enumerate(ahead) if it.pk == appointment.pk), None)
    if index is None:
        return []
    return _Around(wish_of_visit(visit, ahead), ahead, index).options(ahead[index], is_wanted)


class _Around:
    """One item of a problem that moves, while the booked legs of all others are given."""

    def __init__(self, wish: VisitWish, ahead: list[Appointment], index: int) -> None:
        self.index = index
        self.translated = translate(wish.checked())
        booked = {i: leg_of(self.translated, i, planned(it)) for i, it in enumerate(ahead)}
        self.old = booked.pop(index, None)
        self.kept = {i: leg for i, leg in booked.items() if leg is not None}
        self.is_whole = len(self.kept) == len(booked) and not self.translated.missing
        self.translated = with_notice_kept(self.translated, self.kept)

    def options(self, appointment: Appointment | None, is_wanted: Filter) -> list[Option]:
        """Return the nearest valid options; none if something else has been lost already."""
        if not self.is_whole:
            return []
        found: list[Option] = []
        seen: set[tuple[int, int, int]] = set()
        for tried, leg in enumerate(sorted(self._legs(), key=self._distance)):
            if len(found) == MOST_OPTIONS or tried == MOST_TRIED:
                break
            if (leg.day, leg.start, leg.desk) in seen:
                continue
            if self.old is not None and not is_wanted(leg, self.old):
                continue
            option = self._option(leg, appointment)
            if option is not None:
                seen.add((leg.day, leg.start, leg.desk))
                found.append(option)
        return found

    def _legs(self) -> Iterator[Leg]:
        network, item = self.translated.problem.network, self._item
        duration = network.services[item.service].duration
        for desk_index, desk in enumerate(network.desks):
            if item.service not in desk.services:
                continue
            for day, windows in desk.free.items():
                for start in self._starts(desk_index, day, windows, duration):
                    leg = Leg(
                        self.index,
                        item.service,
                        desk_index,
                        desk.site,
                        day,
                        start,
                        start + duration,
                    )
                    yield from self._with_help(leg)

    def _starts(
        self, desk: int, day: int, windows: tuple[tuple[int, int], ...], duration: int
    ) -> Iterator[int]:
        fixed = self.translated.problem.network.desks[desk].starts
        if fixed is not None:
            yield from fixed.get(day, ())
            return
        for low, high in windows:
            yield from range(-(-low // STEP) * STEP, high - duration + 1, STEP)
            old = self.old
            if old and old.day == day and old.start % STEP and low <= old.start <= high - duration:
                yield old.start

    @property
    def _item(self) -> Item:
        return self.translated.problem.request.items[self.index]

    def _with_help(self, leg: Leg) -> Iterator[Leg]:
        """Yield the leg as it is, or with the first interpreter who makes it possible."""
        problem = self.translated.problem
        if not leg_violations(problem, leg):
            yield leg
            return
        talkers = problem.network.interpreters
        for number in sorted(range(len(talkers)), key=lambda n: talkers[n].mode == "remote"):
            helped = replace(leg, interpreter=number)
            if not leg_violations(problem, helped):
                yield helped
                return

    def _distance(self, leg: Leg) -> tuple[int, ...]:
        helped = leg.interpreter is not None
        if self.old is None:
            known = {it.day for it in self.kept.values()}
            return (leg.day not in known, leg.day, helped, leg.start)
        shift = abs(leg.start - self.old.start)
        return (abs(leg.day - self.old.day), leg.desk != self.old.desk, shift, helped, leg.start)

    def _option(self, leg: Leg, appointment: Appointment | None) -> Option | None:
        problem = self.translated.problem
        legs = tuple(sorted((*self.kept.values(), leg), key=lambda it: (it.day, it.start)))
        plan = Plan(legs, objective_of(problem, legs))
        if violations(problem, plan):
            return None
        booking = self.translated.booking_plan(plan)
        new = booking.legs[legs.index(leg)]
        staff = {it.id for it in appointment.staff.all()} if appointment else set()
        return Option(
            plan=booking,
            leg=new,
            is_same_day=self.old is not None and leg.day == self.old.day,
            is_same_staff=staff == set(new.staff),
        )
