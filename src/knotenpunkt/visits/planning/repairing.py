"""The plan that changes least for a visit that has lost appointments."""

from __future__ import annotations

from dataclasses import replace

from knotenpunkt.foundation import clock
from knotenpunkt.planner import Leg, Objective, Plan, Problem
from knotenpunkt.planner.repair import MINUTES_OF_A_DAY, repair
from knotenpunkt.visits.models import Appointment, Visit
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.grid import TICK
from knotenpunkt.visits.planning.mending import ahead_of, planned, wish_of_visit, with_notice_kept
from knotenpunkt.visits.planning.translation import Translated, translate
from knotenpunkt.visits.planning.validity import leg_of

SECONDS = 4.0
NO_WORTH = Objective(0, 0, 0, 0, 0)  # the repair does not ask what the old plan was worth
NOWHERE = -1  # no desk of the planner is at this site: such a leg is always lost


def least_change(visit: Visit, lost: list[Appointment]) -> BookingPlan | None:
    """Return the plan for all that is still ahead, and for what was lost, that changes least.

    Fewest appointments moved, then fewest new days, then the smallest shift in time; among equals
    the staff she knows. None if nothing fits in three weeks.
    """
    ahead = ahead_of(visit)
    known = {it.id for it in ahead}
    legs = [*ahead, *(it for it in lost if it.id not in known)]
    if not legs:
        return None
    wish = wish_of_visit(visit, legs)
    translated = translate(wish.checked())
    if translated.missing or not translated.problem.network.desks:
        return None
    gone = {it.id for it in lost}
    booked = {
        index: leg
        for index, it in enumerate(legs)
        if it.id not in gone and (leg := leg_of(translated, index, planned(it))) is not None
    }
    found = _mend(with_notice_kept(translated, booked), legs, booked)
    if found is not None and not _keeps_notice(translated, booked, found):
        found = _mend(translated, legs, booked)
    return translated.booking_plan(found) if found else None


def _mend(translated: Translated, legs: list[Appointment], booked: dict[int, Leg]) -> Plan | None:
    before = [
        booked.get(index) or _stand_in(translated, index, it) for index, it in enumerate(legs)
    ]
    order = tuple(sorted(before, key=lambda leg: (leg.day, leg.start)))
    problem = _with_known_staff_first(translated, legs)
    found = repair(problem, Plan(order, NO_WORTH), time_limit=SECONDS)
    return found.plan if found else None


def _stand_in(translated: Translated, index: int, appointment: Appointment) -> Leg:
    """Return a leg at the old time and at no desk: the repair sees that it is lost."""
    grid = translated.grid
    day = grid.day_of(clock.local_day(appointment.starts_at))
    start = int((appointment.starts_at - grid.moment(0, 0)).total_seconds() // 60 // TICK)
    start -= day * MINUTES_OF_A_DAY // TICK
    service = str(appointment.service_id)
    duration = translated.problem.network.services[service].duration
    return Leg(index, service, 0, NOWHERE, day, start, start + duration)


def _with_known_staff_first(translated: Translated, legs: list[Appointment]) -> Problem:
    """Let a desk whose staff she does not know cost a little, so that ties go to the known."""
    known = {str(member.id) for it in legs for member in it.staff.all()}
    problem = translated.problem
    desks = tuple(
        desk if known & set(desk.members) else replace(desk, cost=desk.cost + 1)
        for desk in problem.network.desks
    )
    return replace(problem, network=replace(problem.network, desks=desks))


def _keeps_notice(translated: Translated, booked: dict[int, Leg], found: Plan) -> bool:
    """Return whether only appointments that stay use an interpreter at shorter notice."""
    talkers = translated.problem.network.interpreters
    return all(
        leg == booked.get(leg.item)
        for leg in found.legs
        if leg.interpreter is not None and leg.day < talkers[leg.interpreter].first_day
    )
