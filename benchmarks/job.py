"""The steps of the main job, as a signed-in case manager takes them. Needs Django set up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.test import Client
from django.urls import reverse

from knotenpunkt.config.region.actions import DEMO_REGION, load_region
from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.planning.proposals import propose_visits
from knotenpunkt.visits.planning.wish import wish_of

NEEDS = (
    "of-bb-anmeldung",
    "of-kim-erst",
    "of-abh-24",
    "of-gk-orient",
    "of-vz-konto",
    "of-ki-seiteneinstieg",
)
Step = tuple[str, Callable[[], Any]]


def walk() -> Iterator[Step]:
    """Yield (name, request) of each page; the visit for the later ones is booked on the way."""
    network = load_region(DEMO_REGION)
    client = Client()
    client.force_login(Account.objects.get(staff_member__code="st-ki03"))
    with system_scope("benchmark"):
        person = Person.objects.select_related("network").get(code="cl-01")
    first = network.anchor_monday or clock.today()
    last = first + dt.timedelta(days=21)
    services = [
        str(pk) for pk in Service.objects.filter(code__in=NEEDS).values_list("pk", flat=True)
    ]
    data = {
        "services": services, "first_day": first, "last_day": last, "max_days": 2,
        "interpreter_gender": "none", "with_interpreters": "on",
    }  # fmt: skip
    yield "persons", lambda: client.get(reverse("desk:persons"))
    yield "person", lambda: client.get(reverse("desk:person", args=[person.pk]))
    yield "new visit (needs)", lambda: client.get(reverse("desk:visit_new", args=[person.pk]))
    yield (
        "proposals, six needs",
        lambda: client.post(reverse("desk:visit_new", args=[person.pk]), data),
    )
    wished = tuple(Service.objects.get(code=code).pk for code in NEEDS)
    with system_scope("benchmark"):
        wish = wish_of(person, wished, first, last)
    yield "  of which planning", lambda: _Timed(propose_visits(wish))
    plan = propose_visits(wish).proposals[0].plan
    visit = confirm_visit(visit=hold_visit(person=person, plan=plan, wish=wish, by=None), by=None)
    with system_scope("benchmark"):
        day = visit.appointments.all()[0].starts_at.date().isoformat()
    yield "visit", lambda: client.get(reverse("desk:visit", args=[visit.pk]))
    yield "day of the organization", lambda: client.get(reverse("desk:home"), {"day": day})
    yield "slip on screen", lambda: client.get(reverse("public:slip", args=[visit.code]))
    yield "slip as PDF", lambda: client.get(reverse("public:slip_pdf", args=[visit.code]))
    yield "start (public)", lambda: client.get(reverse("public:start"))


class _Timed:
    """Looks like an answer, so that the planning alone can be timed like a page."""

    content, status_code = b"", 200

    def __init__(self, _result: object) -> None:
        pass
