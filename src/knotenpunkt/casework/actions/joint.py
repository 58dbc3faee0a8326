"""Booking a joint session: both calendars and the person's, or nothing."""

from __future__ import annotations

from django.db import transaction

from knotenpunkt.casework.errors import Incomplete
from knotenpunkt.casework.models import JointSession
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.wish import wish_of

TWO = 2


@transaction.atomic
def book_joint_session(
    *, person: Person, plan: BookingPlan, question: str, by: Account
) -> JointSession:
    """Hold and confirm in one step. Raises `Incomplete` unless two employers take part.

    Raises what booking raises: `TimesTaken`, `BadPlan`, `TooManyHolds`.
    """
    leg = plan.legs[0]
    employers = StaffMember.objects.filter(pk__in=leg.staff).values("organization").distinct()
    if len(plan.legs) != 1 or employers.count() < TWO:
        raise Incomplete("employers")
    today = clock.today()
    wish = wish_of(person, (leg.service,), today, today)
    visit = confirm_visit(visit=hold_visit(person=person, plan=plan, wish=wish, by=by), by=by)
    session = JointSession.objects.create(
        appointment=visit.appointments.get(), question=question.strip(), arranged_by=by.staff_member
    )
    record("joint_session.booked", session, by=by)
    return session
