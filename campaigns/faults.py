"""Faults that the stories must find: each takes one guard away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from campaigns.booker import drop_guards
from knotenpunkt.availability.board import View
from knotenpunkt.availability.models import CapacityPool
from knotenpunkt.foundation import clock
from knotenpunkt.visits.actions import waiting
from knotenpunkt.visits.enums import WaitingStatus
from knotenpunkt.visits.models import Visit, WaitingEntry
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning import translation
from knotenpunkt.visits.planning.mending import ahead_of, wish_of_visit
from knotenpunkt.visits.planning.waiting import first_plan

Spans = tuple[tuple[dt.datetime, dt.datetime], ...]


def _no_fence() -> None:
    """Everybody sees the time of every programme."""
    everything = frozenset(CapacityPool.objects.values_list("pk", flat=True))
    translation.View = lambda _pools, is_public: View(everything, is_public)  # type: ignore[assignment, misc]


def _last_first() -> None:
    """The line is asked from its end."""
    right = waiting._line

    def backwards(*args: Any, **kwargs: Any) -> QuerySet[WaitingEntry]:
        return right(*args, **kwargs).reverse()

    waiting._line = backwards


def _told_twice() -> None:
    """Nothing keeps the same offer from being told again."""
    once = waiting.tell_about_visit

    def twice(*, once_key: str, **more: Any) -> bool:
        once(once_key=f"{once_key}/again", **more)
        return once(once_key=once_key, **more)

    waiting.tell_about_visit = twice


def _two_offers() -> None:
    """Whoever has an offer goes on waiting; the campaign has dropped the constraint."""
    right = waiting.step_entry

    def forgets(entry: WaitingEntry, new: str, *changed: str) -> bool:
        return new != WaitingStatus.OFFERED and right(entry, new, *changed)

    waiting.step_entry = forgets


def _any_time() -> None:
    """Who would like an earlier time is offered any other."""

    def other_plan(visit: Visit, last_on: dt.date, declined: Spans = ()) -> BookingPlan | None:
        ahead = ahead_of(visit)
        if not ahead:
            return None
        own = tuple((it.starts_at, it.ends_at) for it in ahead)
        wish = wish_of_visit(visit, ahead)
        first = clock.local_day(ahead[0].starts_at)
        return first_plan(
            replace(wish, first_day=first, last_day=last_on, declined=(*declined, *own))
        )

    waiting.earlier_plan = other_plan


FAULTS: dict[str, Callable[[], None]] = {
    "no guards": drop_guards,
    "no fence": _no_fence,
    "last first": _last_first,
    "told twice": _told_twice,
    "two offers": _two_offers,
    "any time": _any_time,
}


def plant(name: str) -> None:
    """Plant the fault of this name; nothing for an empty one."""
    if name:
        FAULTS[name]()
