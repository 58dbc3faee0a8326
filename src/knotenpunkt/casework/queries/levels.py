"""How old what is known of somebody's German is: a level is asked again after half a year."""

from __future__ import annotations

import datetime as dt

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from knotenpunkt.casework.models import LanguageLevel
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import persons_visible_to

LEVEL_LASTS = dt.timedelta(days=182)


def levels_to_ask_again(account: Account) -> QuerySet[Person]:
    """Return whom this account leads and whose German nobody has noted for half a year.

    Each has `level_on`, the day of the newest note, or None; the oldest first, then the unknown.
    """
    newest = LanguageLevel.objects.filter(person=OuterRef("pk"), language="de").order_by("-on")
    led = persons_visible_to(account).filter(case_lead=account.staff_member)
    old = Q(level_on=None) | Q(level_on__lt=clock.today() - LEVEL_LASTS)
    return (
        led.annotate(level_on=Subquery(newest.values("on")[:1]))
        .filter(old)
        .order_by(F("level_on").asc(nulls_last=True), "created_at", "pk")
    )
