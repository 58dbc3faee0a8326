"""How much the pages that read most ask of the database: as much for one need as for many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from knotenpunkt.directory.models import Service
from knotenpunkt.foundation.scope import viewer_scope
from knotenpunkt.network.models import Account, Network
from knotenpunkt.people.actions import log_read
from knotenpunkt.visits.models import Visit
from knotenpunkt.web.public.answers import Answers
from knotenpunkt.web.public.wishes import missing_states
from knotenpunkt.web.scope import viewer_of
from tests.newcomers.walk import NEEDS, book, choose, newcomer

PROPOSALS, COLLECTION, MINE = 20, 6, 15


def queries_of(show: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        show()
    return len([it for it in queries if "SAVEPOINT" not in it["sql"]])


def test_proposals_cost_the_same_for_few_needs_and_for_many(network: Network) -> None:
    counts = []
    for needs in (NEEDS[:2], NEEDS):
        phone = newcomer("ar")
        page = choose(phone, *needs)
        assert any(leg.interpreter for leg in _legs(page))
        counts.append(queries_of(lambda phone=phone: phone.get("/plan/proposals/")))

    assert counts == [PROPOSALS, PROPOSALS]


def test_a_collection_costs_the_same_for_three_offers_and_for_all(network: Network) -> None:
    everything = queries_of(lambda: newcomer("ar").get("/for/ukraine/"))
    shown = newcomer("ar").get("/for/ukraine/").context["page"].object_list
    left = [it.pk for it in shown if it.required_documents.all()][:3]
    Service.objects.exclude(pk__in=left).update(status="paused")

    assert len(left) == 3
    assert [everything, queries_of(lambda: newcomer("ar").get("/for/ukraine/"))] == [COLLECTION] * 2


def test_what_is_missing_is_named_in_the_order_of_needs_and_of_codes(network: Network) -> None:
    needs = list(Service.objects.filter(requires__isnull=False).distinct().order_by("-code"))
    answers = Answers(needs=tuple(it.id for it in needs))

    found = missing_states(network, answers)

    produced = {token.id for it in needs for token in it.produces.all()}
    ordered = sorted(needs, key=lambda it: (it.topic.position, it.code))
    wanted: dict[str, list[str]] = {}
    for service in ordered:
        for token in service.requires.order_by("code"):
            if token.id not in produced:
                wanted.setdefault(token.code, []).append(service.code)
    assert [(it.token.code, [one.code for one in it.needed_for]) for it in found] == [
        *wanted.items()
    ]
    assert found


def _legs(page: Any) -> list[Any]:
    return [
        stop.appointment
        for shown in page.context["proposals"]
        for day in shown.days
        for stop in day.stops
    ]


def test_what_is_known_of_her_costs_the_same_for_one_read_and_for_many(network: Network) -> None:
    phone = newcomer("ar")
    slip = book(phone, word="a secret word").request["PATH_INFO"]
    phone.post(f"{slip}mine/", {"secret": "a secret word"})
    visit = Visit.objects.select_related("person").get(organization=None)
    staff = Account.objects.filter(staff_member__isnull=False).select_related("staff_member")
    counts = []
    for reader in staff[:3]:
        with viewer_scope(viewer_of(reader)):
            log_read(persons=[visit.person], by=reader, what="day")
        counts.append(queries_of(lambda: phone.get(f"{slip}mine/")))

    assert counts == [MINE] * 3
