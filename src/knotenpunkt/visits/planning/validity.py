"""Is this plan still, and was it ever, a valid one? The planner's own definition decides."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

from knotenpunkt.planner import Leg, Plan, objective_of, violations
from knotenpunkt.visits.errors import PlanFault
from knotenpunkt.visits.plan import BookingPlan, PlannedLeg
from knotenpunkt.visits.planning.catalogue import Named
from knotenpunkt.visits.planning.mending import with_notice_kept
from knotenpunkt.visits.planning.translation import Translated, translate
from knotenpunkt.visits.planning.wish import BadWish, VisitWish

# What these mean is that the world has changed; everything else is a forged or broken plan.
GONE = frozenset({"desk not free", "person cannot come", "no common language"})


def faults_of(
    plan: BookingPlan, wish: VisitWish, kept: frozenset[int] = frozenset()
) -> list[PlanFault]:
    """Return every rule that the plan breaks for this wish, today; empty when it may be held."""
    return examine(plan, wish, kept)[0]


def examine(
    plan: BookingPlan, wish: VisitWish, kept: frozenset[int] = frozenset()
) -> tuple[list[PlanFault], dict[UUID, UUID]]:
    """Return every rule that the plan breaks, and whose services they are (organizations).

    The wish's own services and days are those of the plan; its conditions are the person's.
    `kept` are positions of legs that are booked already, with the notice they had then.
    """
    zone = ZoneInfo(wish.network.time_zone)
    days = sorted({leg.starts_at.astimezone(zone).date() for leg in plan.legs})
    asked = replace(
        wish,
        services=tuple(leg.service for leg in plan.legs),
        first_day=days[0],
        last_day=days[-1],
    )
    try:
        translated = translate(asked.checked(), Named.by(plan))
    except BadWish as error:
        return [PlanFault(f"{error.field} {error.rule}")], {}
    owners = {it.id: it.organization_id for it in translated.catalogue.services}
    return _faults(plan, translated, kept), owners


def _faults(plan: BookingPlan, translated: Translated, kept: frozenset[int]) -> list[PlanFault]:
    faults = [
        PlanFault("something must come first", _position(plan, it.service))
        for it in translated.missing
    ]
    legs = [leg_of(translated, position, leg) for position, leg in enumerate(plan.legs)]
    faults += [
        PlanFault(_without_desk(translated, plan.legs[position]), position)
        for position, leg in enumerate(legs)
        if leg is None
    ]
    if faults:
        return faults
    found = tuple(leg for leg in legs if leg is not None)
    translated = with_notice_kept(translated, {i: found[i] for i in kept})
    shaped = Plan(found, objective_of(translated.problem, found))
    return [PlanFault(fault.rule, fault.item) for fault in violations(translated.problem, shaped)]


def _without_desk(translated: Translated, leg: PlannedLeg) -> str:
    """Say why no desk fits a leg: fully taken by now, or never there."""
    catalogue = translated.catalogue
    staff = {member.id for member in catalogue.staff[leg.service]}
    sessions = {session.id: session for session in catalogue.sessions.get(leg.service, ())}
    interpreters = {row.id for row in catalogue.interpreters}
    session = sessions.get(leg.group_session) if leg.group_session else None
    is_given = {session.leader.id} == set(leg.staff) if session else set(leg.staff) <= staff
    is_known = (
        is_given
        and leg.starts_at < leg.ends_at
        and (leg.group_session is None) == (session is None)
        and leg.location in catalogue.places[leg.service]
        and (leg.interpreter is None or leg.interpreter in interpreters)
        and translated.grid.place(leg.starts_at) is not None
        and translated.grid.place(leg.ends_at) is not None
    )
    return "desk not free" if is_known else "no such desk"


def _position(plan: BookingPlan, service: object) -> int:
    return next(i for i, leg in enumerate(plan.legs) if leg.service == service)


def leg_of(translated: Translated, position: int, leg: PlannedLeg) -> Leg | None:
    """Return the leg in the planner's terms; None when no desk is what the plan says."""
    start, end = translated.grid.place(leg.starts_at), translated.grid.place(leg.ends_at)
    interpreters = {row.id: i for i, row in enumerate(translated.catalogue.interpreters)}
    if start is None or end is None or start[0] != end[0]:
        return None
    if leg.interpreter is not None and leg.interpreter not in interpreters:
        return None
    for index, row in enumerate(translated.desks.rows):
        same = (row.location, row.room, set(row.staff), row.session)
        if same != (leg.location, leg.room, set(leg.staff), leg.group_session):
            continue
        desk = translated.problem.network.desks[index]
        if str(leg.service) in desk.services:
            return Leg(
                item=position,
                service=str(leg.service),
                desk=index,
                site=desk.site,
                day=start[0],
                start=start[1],
                end=end[1],
                interpreter=interpreters[leg.interpreter] if leg.interpreter else None,
            )
    return None
