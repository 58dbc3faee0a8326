"""What can be offered to someone in line: the best plan there is, or an earlier one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from knotenpunkt.foundation import clock
from knotenpunkt.planner import PreparedNetwork, solve
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.mending import ahead_of, wish_of_visit
from knotenpunkt.visits.planning.translation import translate
from knotenpunkt.visits.planning.wish import VisitWish

SECONDS = 3.0


def first_plan(wish: VisitWish) -> BookingPlan | None:
    """Return the best plan for a wish, or None. Raises `BadWish`."""
    translated = translate(wish.checked())
    if translated.missing:
        return None
    prepared = PreparedNetwork(translated.problem.network)
    solution = solve(translated.problem, top=1, time_limit=SECONDS, prepared=prepared)
    return translated.booking_plan(solution.best) if solution.best else None


def earlier_plan(
    visit: Visit, last_on: dt.date, declined: tuple[tuple[dt.datetime, dt.datetime], ...] = ()
) -> BookingPlan | None:
    """Return a plan for all that is ahead of a visit that ends on an earlier day, or None.

    Nothing lies in the times (UTC) that she has `declined`.
    """
    ahead = ahead_of(visit)
    if not ahead:
        return None
    last = clock.local_day(ahead[-1].starts_at) - dt.timedelta(days=1)
    wish = wish_of_visit(visit, ahead)
    if min(last, last_on) < clock.today():
        return None
    first, last = clock.today(), min(last, last_on)
    return first_plan(replace(wish, first_day=first, last_day=last, declined=declined))
