"""What someone answers to a short message: minutes are "I am late"; all else gets the slip.

The sender of a short message can be forged, so an answer delays at most; it never cancels.
"""

from __future__ import annotations

import datetime as dt
import re

from django.db import transaction

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import in_system_scope
from knotenpunkt.people.messages import Notice, tell_person
from knotenpunkt.visits.actions.day import LONGEST_DELAY, note_delay
from knotenpunkt.visits.day import next_today
from knotenpunkt.visits.enums import LIVING_VISITS
from knotenpunkt.visits.errors import IllegalStep
from knotenpunkt.visits.links import slip_link
from knotenpunkt.visits.models import Visit


@in_system_scope("whoever answers a message")
@transaction.atomic
def hear_answer(*, sender: str, text: str) -> int:
    """Take an answer from a number (E.164); return how many visits of today it delayed.

    Several persons may share one telephone: then nobody is delayed, and each gets her link. One
    link a visit and day at most, so that two machines never answer one another for long.
    """
    visits = _visits_of_today(sender)
    minutes = _minutes_in(text)
    if len(visits) == 1 and minutes and _delay(visits[0], minutes):
        return 1
    for visit in visits:
        notice = Notice(
            purpose="day.answer",
            about=visit.id,
            once_key=f"answer/{visit.id}/{clock.today()}",
            values={"link": slip_link(visit)},
        )
        tell_person(person=visit.person, notice=notice)
    return 0


def _delay(visit: Visit, minutes: int) -> bool:
    leg = next_today(visit)
    if leg is None:
        return False
    try:
        note_delay(appointment=leg, minutes=minutes, by=None)
    except IllegalStep:
        return False
    return True


def _minutes_in(text: str) -> int:
    """Return the one number that the text names, in any digits; 0 if it is none or too large."""
    numbers = [int(it) for it in re.findall(r"\d{1,4}", text)]
    fits = len(numbers) == 1 and 0 < numbers[0] <= LONGEST_DELAY
    return numbers[0] if fits else 0


def _visits_of_today(sender: str) -> list[Visit]:
    if not sender:
        return []
    start = clock.local_moment(clock.today(), dt.time())
    end = clock.local_moment(clock.today() + dt.timedelta(days=1), dt.time())
    found = Visit.objects.filter(
        person__phone=sender,
        status__in=LIVING_VISITS,
        appointments__starts_at__gte=start,
        appointments__starts_at__lt=end,
    )
    return list(found.select_related("person").distinct().order_by("created_at"))
