"""A demo with life in it: booked visits, one that an office has hurt, people who wait.

Made by the same actions that staff use, so it can hold nothing that the product would refuse.
"""

from __future__ import annotations

import datetime as dt

from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.network.models import Account, Network
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.actions.incidents import cancel_for_organization
from knotenpunkt.visits.actions.waiting import join_line
from knotenpunkt.visits.errors import BadPlan, TimesTaken
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.planning.waiting import first_plan
from knotenpunkt.visits.planning.wish import BadWish, wish_of

COUNSELLOR = "st-ki03"
HORIZON = dt.timedelta(days=21)
VISITS, MATTERS = 4, 3


@in_system_scope("fill a demo")
def fill_bookings(network: Network) -> None:
    """Book what the counsellor's people need; hurt one visit, let the others wait."""
    by = Account.objects.get(staff_member__code=COUNSELLOR)
    people = Person.objects.filter(network=network, case_lead=by.staff_member).order_by("code")
    visits: list[Visit] = []
    for person in people.select_related("network"):
        matters = [it.service for it in person.needs.select_related("service")[:MATTERS]]
        visit = _book(person, matters, by) if len(visits) < VISITS else None
        if visit is not None:
            visits.append(visit)
        elif matters:
            last = clock.today() + dt.timedelta(days=60)
            join_line(person=person, services=matters[:1], last_on=last, by=by)
    if len(visits) > 1:  # the last one would like an earlier time
        last_visit = visits[-1]
        services = [it.service for it in last_visit.appointments.select_related("service")]
        join_line(
            person=last_visit.person,
            services=services,
            last_on=clock.today() + dt.timedelta(days=60),
            by=by,
            visit=last_visit,
        )
    if visits:
        leg = visits[0].appointments.order_by("starts_at")[0]
        cancel_for_organization(appointment=leg, by=by)


def _book(person: Person, matters: list[Service], by: Account) -> Visit | None:
    """Book as many of these matters as fit; None if none does."""
    today = clock.today()
    for count in range(len(matters), 0, -1):
        services = tuple(it.pk for it in matters[:count])
        wish = wish_of(person, services, today, today + HORIZON)
        try:
            plan = first_plan(wish)
            if plan is not None:
                held = hold_visit(person=person, plan=plan, wish=wish, by=by)
                return confirm_visit(visit=held, by=by)
        except (BadWish, BadPlan, TimesTaken):
            continue
    return None
