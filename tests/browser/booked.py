"""Visits for browser walks, booked behind the browser's back as staff would."""

from __future__ import annotations

import datetime as dt

from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.planning.waiting import first_plan
from knotenpunkt.visits.planning.wish import wish_of


def book(
    person: str, *services: str, by: str, first: dt.date, last: dt.date, phone: str = ""
) -> Visit:
    """Book a person (code) for services (codes) at the first time that fits, by a staff member."""
    Person.objects.filter(code=person).update(phone=phone)
    who = Person.objects.select_related("network").get(code=person)
    ids = dict(Service.objects.filter(code__in=services).values_list("code", "pk"))
    wish = wish_of(who, tuple(ids[code] for code in services), first, last)
    plan = first_plan(wish)
    assert plan is not None, f"Nothing fits for {person}."
    account = Account.objects.get(staff_member__code=by)
    held = hold_visit(person=who, plan=plan, wish=wish, by=account)
    return confirm_visit(visit=held, by=account)
