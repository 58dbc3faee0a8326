"""A booked visit as a problem of the planner: what is ahead, what stays, what can be otherwise.

What was booked with notice keeps it: neither the notice of a service nor that of an interpreter
runs anew for an appointment that stays where it is.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from knotenpunkt.foundation import clock
from knotenpunkt.planner import Leg, Problem
from knotenpunkt.visits.enums import ACTIVE_APPOINTMENTS, AppointmentStatus
from knotenpunkt.visits.models import Appointment, Visit
from knotenpunkt.visits.plan import PlannedLeg
from knotenpunkt.visits.planning.translation import LEAD_MINUTES, Translated
from knotenpunkt.visits.planning.wish import VisitWish, wish_of

SEARCHED = dt.timedelta(days=21)


def ahead_of(visit: Visit) -> list[Appointment]:
    """Return the appointments that can still be changed, in order of time."""
    soon = clock.now() + dt.timedelta(minutes=LEAD_MINUTES)
    rows = visit.appointments.filter(
        status__in=[AppointmentStatus.HELD, AppointmentStatus.BOOKED], starts_at__gt=soon
    )
    return list(rows.prefetch_related("staff").order_by("starts_at", "position"))


def wish_of_visit(visit: Visit, legs: list[Appointment]) -> VisitWish:
    """Return the wish behind these appointments of a visit, for the next three weeks.

    States that earlier appointments of the visit give count as there: those took place, or will
    before anything here.
    """
    person = visit.person
    first = min([clock.local_day(leg.starts_at) for leg in legs], default=clock.today())
    services = tuple(leg.service_id for leg in legs)
    wish = wish_of(person, services, max(first, clock.today()), first + SEARCHED)
    settled = visit.appointments.filter(
        status__in=[*ACTIVE_APPOINTMENTS, AppointmentStatus.ATTENDED]
    ).exclude(pk__in=[leg.pk for leg in legs])
    given = settled.values_list("service__produces", flat=True)
    tokens = wish.held_tokens | {token for token in given if token is not None}
    return replace(wish, held_tokens=frozenset(tokens), ignored_visit=visit.id)


def planned(appointment: Appointment) -> PlannedLeg:
    """Return a booked appointment as a leg of a plan."""
    assignment = getattr(appointment, "interpreter_assignment", None)
    return PlannedLeg(
        service=appointment.service_id,
        location=appointment.location_id,
        room=appointment.room_id,
        staff=tuple(sorted((it.id for it in appointment.staff.all()), key=str)),
        group_session=appointment.group_session_id,
        interpreter=assignment.interpreter_id if assignment else None,
        language=appointment.language,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
    )


def is_same(one: PlannedLeg, other: PlannedLeg) -> bool:
    """Return whether two legs are the same for everyone: who, where, when, with which help."""
    return _key(one) == _key(other)


def _key(leg: PlannedLeg) -> tuple[object, ...]:
    fields = leg.model_dump(exclude={"staff", "language"})
    return (*fields.values(), frozenset(leg.staff))


def with_notice_kept(translated: Translated, kept: dict[int, Leg]) -> Translated:
    """Let the legs that stay (by item) keep the notice with which they were booked."""
    problem = translated.problem
    items = tuple(
        replace(item, earliest_day=min(item.earliest_day, kept[index].day))
        if index in kept
        else item
        for index, item in enumerate(problem.request.items)
    )
    asked = {leg.interpreter: leg.day for leg in kept.values() if leg.interpreter is not None}
    interpreters = tuple(
        replace(it, first_day=min(it.first_day, asked[index])) if index in asked else it
        for index, it in enumerate(problem.network.interpreters)
    )
    return replace(
        translated,
        problem=Problem(
            replace(problem.network, interpreters=interpreters),
            replace(problem.request, items=items),
            problem.name,
        ),
    )
