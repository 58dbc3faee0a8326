"""Reminders: the day before in the afternoon, and in the morning.

They are made from what is booked at that moment, so a moved or cancelled visit needs no
correction. Every key names visit, day and kind: however often this runs, she hears it once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from knotenpunkt.foundation import clock
from knotenpunkt.people.messages import Notice, tell_person
from knotenpunkt.visits.enums import ACTIVE_VISITS, AppointmentStatus, VisitStatus
from knotenpunkt.visits.models import Appointment

EVE_FROM, MORNING_FROM = dt.time(15), dt.time(6, 30)
LEAST_WARNING = dt.timedelta(minutes=45)
DAY = dt.timedelta(days=1)


def queue_reminders() -> int:
    """Queue what is due now, for persons we can reach; returns how many are due, also if queued."""
    today, time = clock.today(), clock.now().astimezone(clock.LOCAL).time()
    due = 0
    if time >= EVE_FROM:
        due += _remind(_first_legs(today + DAY), "reminder.eve")
    if time >= MORNING_FROM:
        soon = clock.now() + LEAST_WARNING
        due += _remind(
            (it for it in _first_legs(today) if it.starts_at >= soon), "reminder.morning"
        )
    return due


def _first_legs(day: dt.date) -> list[Appointment]:
    """Return the first booked appointment of each visit on a local day."""
    start = clock.local_moment(day, dt.time())
    end = clock.local_moment(day + DAY, dt.time())
    legs = (
        Appointment.objects.filter(starts_at__gte=start, starts_at__lt=end)
        .filter(status=AppointmentStatus.BOOKED, visit__status__in=ACTIVE_VISITS)
        .exclude(visit__status=VisitStatus.HELD)
        .select_related("visit__person", "location")
        .order_by("visit_id", "starts_at")
    )
    first: dict[object, Appointment] = {}
    for leg in legs:
        first.setdefault(leg.visit_id, leg)
    return list(first.values())


def _remind(legs: Iterable[Appointment], purpose: str) -> int:
    due = 0
    for leg in legs:
        with transaction.atomic():
            due += tell_person(person=leg.visit.person, notice=_notice(leg, purpose))
    return due


def _notice(leg: Appointment, purpose: str) -> Notice:
    return Notice(
        purpose=_text_of(purpose, leg),
        about=leg.visit_id,
        once_key=f"{purpose}/{leg.visit_id}/{clock.local_day(leg.starts_at)}",
        values={
            "when": leg.starts_at,
            "place": leg.location.address,
            "link": f"{settings.PUBLIC_ADDRESS}/v/{leg.visit.code}/",
        },
        expires_at=leg.starts_at,
    )


def _text_of(purpose: str, leg: Appointment) -> str:
    """In the morning a short message can be answered with minutes, where answers reach us."""
    can_answer = purpose == "reminder.morning" and settings.SMS_ANSWERS_KEY
    return "reminder.morning_answer" if can_answer and leg.visit.person.phone else purpose
