"""Free times for the first talk of a referral, from the calendar of the house that takes it up."""

from __future__ import annotations

import datetime as dt

from knotenpunkt.casework.models import Referral
from knotenpunkt.foundation import clock
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import BadWish, wish_of

HORIZON = dt.timedelta(days=21)
MOST = 3


def free_times(referral: Referral) -> list[BookingPlan]:
    """Return up to three free times of the service asked for; none without a service.

    They fit the person's languages and the times she cannot come; why a time does not fit is not
    said, so that nothing of her week shows.
    """
    if referral.service is None or referral.appointment is not None:
        return []
    today = clock.today()
    wish = wish_of(referral.person, (referral.service.pk,), today, today + HORIZON)
    try:
        found = propose_visits(wish)
    except BadWish:
        return []
    return [proposal.plan for proposal in found.proposals][:MOST]
