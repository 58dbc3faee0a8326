"""Why a proposal is gone after a wish was changed: the reader sees what her tick has cost."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from knotenpunkt.availability.wall_time import minutes
from knotenpunkt.foundation import clock
from knotenpunkt.visits.plan import BookingPlan, Malformed, read_plan
from knotenpunkt.visits.planning.proposals import Proposals
from knotenpunkt.visits.planning.wish import VisitWish
from knotenpunkt.web.legs import ShownLeg, shown_legs


@dataclass(frozen=True)
class Vanished:
    """An appointment of the best proposal of before, and what the new wish holds against it."""

    leg: ShownLeg
    reason: str


def before_of(found: Proposals) -> str:
    """Return the best proposal as text, for the form that asks again."""
    return found.proposals[0].plan.model_dump_json() if found.proposals else ""


def why_vanished(before: str, found: Proposals, wish: VisitWish) -> list[Vanished]:
    """Return why the best proposal of before is not among the new ones; empty if it still is."""
    plan = _plan_of(before)
    if plan is None or plan in [it.plan for it in found.proposals]:
        return []
    known = set(wish.services)
    legs = [leg for leg in shown_legs([plan])[0] if leg.service.pk in known]
    reasons = [Vanished(leg, reason) for leg in legs if (reason := _against(leg, wish))]
    days = {clock.local_day(leg.starts_at) for leg in legs}
    if not reasons and len(days) > wish.max_days:
        reasons = [Vanished(legs[-1], _("lies on a second day"))]
    return reasons


def _plan_of(text: str) -> BookingPlan | None:
    """Return the plan, or None for what is none or names rows that are gone."""
    if not text:
        return None
    try:
        plan = read_plan(text)
        shown_legs([plan])
    except (Malformed, KeyError):
        return None
    return plan


def _minute(moment: dt.datetime) -> int:
    return minutes(moment.astimezone(clock.LOCAL).time())


def _against(leg: ShownLeg, wish: VisitWish) -> str:
    if leg.interpreter is not None and not wish.with_interpreters:
        return _("needs an interpreter: {name}").format(name=leg.interpreter.name)
    if not wish.first_day <= clock.local_day(leg.starts_at) <= wish.last_day:
        return _("lies outside the days")
    if _minute(leg.starts_at) < wish.earliest:
        return _("begins too early")
    if _minute(leg.ends_at) > wish.latest:
        return _("ends too late")
    return ""
