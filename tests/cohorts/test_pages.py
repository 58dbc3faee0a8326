"""The pages for many at once: who may see them, what they say, how much they ask the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.cohorts.enums import PlaceStatus
from knotenpunkt.cohorts.models import Cohort, CohortPlace
from knotenpunkt.cohorts.queries import BY_WORK
from knotenpunkt.foundation import clock
from knotenpunkt.people.models import ReadEntry
from knotenpunkt.visits.models import Visit
from tests.conftest import FIRST, LAST

AsStaff = Callable[[str], Client]
COORDINATOR, MANAGER = "st-ki02", "st-ki01"


def page_of(cohort: Cohort) -> str:
    return reverse("desk:cohort", args=[cohort.pk])


def form(**changed: object) -> dict[str, object]:
    return {
        "name": "Ankommende am Montag",
        "since": clock.today().isoformat(),
        "first_on": FIRST.isoformat(),
        "last_on": LAST.isoformat(),
        "reserve_percent": 10,
        **changed,
    }


def test_a_coordinator_asks_for_a_group_and_looks_at_it(as_staff: AsStaff) -> None:
    client = as_staff(COORDINATOR)
    answer = client.post(reverse("desk:cohort_ask"), form(), follow=True)

    cohort = Cohort.objects.get()
    assert answer.redirect_chain == [(page_of(cohort), 302)]
    assert "is being planned" in answer.content.decode()
    assert cohort.name in client.get(reverse("desk:cohorts")).content.decode()


@pytest.mark.parametrize(
    "changed",
    [
        {"last_on": "2026-01-01"},
        {"first_on": "2027-04-01"},
        {"last_on": "2027-12-01"},
        {"since": "2030-01-01"},
        {"reserve_percent": 95},
        {"name": ""},
    ],
)
def test_a_wrong_form_is_told_what_is_wrong(changed: dict[str, object], as_staff: AsStaff) -> None:
    answer = as_staff(COORDINATOR).post(reverse("desk:cohort_ask"), form(**changed))

    assert answer.status_code == 422
    assert not Cohort.objects.exists()


def test_the_page_shows_figures_bound_load_and_persons(planned: Cohort, as_staff: AsStaff) -> None:
    text = as_staff(COORDINATOR).get(page_of(planned)).content.decode()

    served, members = planned.figures["served"], planned.figures["members"]
    assert f"{served} of {members} persons have a visit." in text
    assert '<svg class="kp-bars"' in text
    assert str(planned.places.first().person) in text


def test_a_manager_sees_figures_and_no_person(planned: Cohort, as_staff: AsStaff) -> None:
    client = as_staff(MANAGER)
    text = client.get(page_of(planned)).content.decode()

    assert f"{planned.figures['served']} of" in text
    for place in planned.places.select_related("person"):
        assert str(place.person) not in text
    assert client.post(reverse("desk:cohort_book", args=[planned.pk])).status_code == 403
    assert client.get(reverse("desk:cohort_ask")).status_code == 403


@pytest.mark.parametrize("code", ["st-jc01", "st-jc05", "st-ki03", "st-hw01"])
def test_others_see_what_is_not_there(code: str, planned: Cohort, as_staff: AsStaff) -> None:
    client = as_staff(code)
    place = planned.places.first()

    there, not_there = (
        client.get(reverse("desk:cohort", args=[it])) for it in (planned.pk, uuid4())
    )

    assert there.status_code == not_there.status_code
    assert there.status_code in {403, 404}
    booked = client.post(reverse("desk:cohort_book_one", args=[place.pk]))
    assert booked.status_code in {403, 404}
    assert not Visit.objects.filter(person=place.person).exists()


def test_a_look_is_logged_and_so_is_each_booking(planned: Cohort, as_staff: AsStaff) -> None:
    client = as_staff(COORDINATOR)
    client.get(page_of(planned))

    shown = set(planned.places.values_list("person_id", flat=True))
    assert set(ReadEntry.objects.filter(what="cohort").values_list("person_id", flat=True)) == shown


def test_one_is_booked_then_all_that_are_left(planned: Cohort, as_staff: AsStaff) -> None:
    client = as_staff(COORDINATOR)
    first = planned.places.filter(status=PlaceStatus.PROPOSED).first()
    client.post(reverse("desk:cohort_book_one", args=[first.pk]))

    first.refresh_from_db()
    assert first.status == PlaceStatus.BOOKED
    answer = client.post(reverse("desk:cohort_book", args=[planned.pk]), follow=True)

    assert "booked" in answer.content.decode()
    assert not planned.places.filter(status=PlaceStatus.PROPOSED).exists()
    planned.refresh_from_db()
    assert planned.booked == planned.figures["served"]


def test_what_can_no_longer_be_booked_is_listed_with_its_reason(
    planned: Cohort, as_staff: AsStaff
) -> None:
    first, second = planned.places.filter(status=PlaceStatus.PROPOSED)[:2]
    CohortPlace.objects.filter(pk=second.pk).update(plan=first.plan, services=first.services)

    text = (
        as_staff(COORDINATOR)
        .post(reverse("desk:cohort_book", args=[planned.pk]), follow=True)
        .content.decode()
    )

    assert "could no longer be booked" in text
    assert "meanwhile" in text


def test_what_is_to_be_done_stands_first(planned: Cohort, as_staff: AsStaff) -> None:
    places = list(planned.places.order_by("person__created_at", "pk"))
    CohortPlace.objects.filter(pk=places[0].pk).update(status=PlaceStatus.BOOKED, plan=None)
    CohortPlace.objects.filter(pk=places[1].pk).update(status=PlaceStatus.GONE, plan=None)

    rows = as_staff(COORDINATOR).get(page_of(planned)).context["rows"]

    shown = [BY_WORK.index(PlaceStatus(place.status)) for place, _legs in rows]
    assert shown == sorted(shown)
    assert len(set(shown)) > 1


def test_the_pages_ask_as_often_for_one_as_for_three(planned: Cohort, as_staff: AsStaff) -> None:
    client = as_staff(COORDINATOR)
    first, *_ = proposed = planned.places.filter(status=PlaceStatus.PROPOSED)
    places, counts = [it.pk for it in proposed], []
    planned.places.update(plan=first.plan)  # an interpreter in one of them alone would be a query
    for many in (1, 3):
        CohortPlace.objects.exclude(pk__in=places[:3]).delete()
        planned.places.filter(pk__in=places).update(status=PlaceStatus.WAITING)
        planned.places.filter(pk__in=places[:many]).update(status=PlaceStatus.PROPOSED)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page_of(planned)).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_list_asks_as_often_for_one_as_for_three(asked: Cohort, as_staff: AsStaff) -> None:
    client, counts = as_staff(COORDINATOR), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("desk:cohorts")).status_code == 200
        counts.append(len(queries))
        for _twin in range(2):
            Cohort.objects.create(
                network=asked.network, organization=asked.organization, name="x",
                first_on=FIRST, last_on=LAST, asked_at=clock.now() + dt.timedelta(seconds=1),
            )  # fmt: skip

    assert counts[0] == counts[1]
