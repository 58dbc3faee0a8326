"""Many planned together: what is proposed can be booked, and what cannot is said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.db import connection

from knotenpunkt.cohorts.actions import ask_cohort, book_place, plan_cohort
from knotenpunkt.cohorts.enums import GoneReason, PlaceStatus
from knotenpunkt.cohorts.errors import NobodyToPlan
from knotenpunkt.cohorts.models import Cohort, CohortPlace
from knotenpunkt.cohorts.planning import read_asked
from knotenpunkt.cohorts.queries import cohorts_visible_to, places_visible_to
from knotenpunkt.cohorts.tasks import plan_asked_cohorts
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import person_scope, viewer_scope
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Network, StaffMember
from knotenpunkt.people.models import Need, Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.planner.cohort import cohort_violations
from knotenpunkt.visits.enums import VisitStatus
from knotenpunkt.visits.models import Visit
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.validity import faults_of
from knotenpunkt.visits.planning.wish import wish_of
from knotenpunkt.web.scope import viewer_of
from tests.cohorts.conftest import SHORT
from tests.conftest import FIRST, LAST
from tests.consent.conftest import tables_behind_the_wall, without_wall

AsAccount = Callable[[str], Account]


def proposed(cohort: Cohort) -> list[CohortPlace]:
    return list(cohort.places.filter(status=PlaceStatus.PROPOSED).order_by("pk"))


def test_everyone_with_open_needs_and_no_visit_ahead_is_asked_for(
    asked: Cohort, coordinator: Account
) -> None:
    wanted = Need.objects.filter(person__in=persons_visible_to(coordinator), status="open")
    ahead = Visit.objects.filter(status=VisitStatus.BOOKED).values("person")

    places = {place.person_id: set(place.services) for place in asked.places.all()}

    assert places
    assert set(places) == set(wanted.exclude(person__in=ahead).values_list("person_id", flat=True))
    assert asked.planned_at is None


def test_nobody_is_asked_for_who_came_before_that_day(coordinator: Account) -> None:
    with pytest.raises(NobodyToPlan):
        ask_cohort(
            name="x", since=clock.today() + dt.timedelta(days=1), first_on=FIRST, last_on=LAST,
            reserve_percent=0, by=coordinator,
        )  # fmt: skip


def test_the_answer_is_valid_together_and_each_plan_by_itself(asked: Cohort) -> None:
    problem, solution = plan_cohort(cohort=asked, effort=SHORT)

    assert problem is not None
    assert solution is not None
    assert cohort_violations(problem.cohort, solution.plans) == []
    places = proposed(asked)
    assert len(places) == solution.worth.served > 0
    for place in places:
        plan = BookingPlan.model_validate(place.plan)
        services = tuple(leg.service for leg in plan.legs)
        assert set(services) == set(place.services)
        assert faults_of(plan, wish_of(place.person, services, clock.today(), clock.today())) == []


def test_all_proposals_can_be_booked_after_one_another(
    planned: Cohort, coordinator: Account
) -> None:
    done = [book_place(place=it, by=coordinator) for it in proposed(planned)]

    assert {it.status for it in done} == {PlaceStatus.BOOKED}
    assert all(it.visit and it.visit.status == VisitStatus.BOOKED for it in done)
    planned.refresh_from_db()
    assert planned.booked == len(done) == planned.figures["served"]


def test_booking_twice_is_harmless(planned: Cohort, coordinator: Account) -> None:
    place = proposed(planned)[0]

    first, second = (book_place(place=place, by=coordinator) for _ in range(2))

    assert first.visit_id == second.visit_id
    assert Visit.objects.filter(person=place.person, status=VisitStatus.BOOKED).count() == 1


def test_what_somebody_else_took_is_said_and_not_booked(
    planned: Cohort, coordinator: Account
) -> None:
    first, second = proposed(planned)[:2]
    second.plan, second.services = first.plan, first.services
    second.save()
    book_place(place=first, by=coordinator)

    lost = book_place(place=second, by=coordinator)

    assert (lost.status, lost.visit) == (PlaceStatus.GONE, None)
    assert lost.reason in {GoneReason.TAKEN, GoneReason.INVALID}
    assert not Visit.objects.filter(person=second.person, status=VisitStatus.BOOKED).exists()
    planned.refresh_from_db()
    assert (planned.booked, planned.gone) == (1, 1)


def test_nobody_gets_a_second_appointment_for_the_same_matter(
    planned: Cohort, coordinator: Account
) -> None:
    place = proposed(planned)[0]
    other = Cohort.objects.get(pk=planned.pk)
    other.pk = None
    other.id = uuid4()
    other.save(force_insert=True)
    twin = CohortPlace.objects.create(
        cohort=other, person=place.person, organization=place.organization,
        services=place.services, plan=place.plan, status=PlaceStatus.PROPOSED,
    )  # fmt: skip
    book_place(place=place, by=coordinator)

    again = book_place(place=twin, by=coordinator)

    assert (again.status, again.reason) == (PlaceStatus.GONE, GoneReason.HAS_VISIT)


def test_the_job_plans_what_was_asked_for_once(asked: Cohort, monkeypatch: object) -> None:
    monkeypatch.setattr("knotenpunkt.cohorts.actions.SECONDS", 1.0)  # type: ignore[attr-defined]

    assert [plan_asked_cohorts(timestamp=0), plan_asked_cohorts(timestamp=0)] == [1, 0]

    asked.refresh_from_db()
    assert asked.figures["members"] == asked.places.count()
    assert sum(it["members"] for it in asked.figures["groups"]) > 0


def test_places_for_other_peoples_municipality_are_left_out(asked: Cohort) -> None:
    problem, _missing = read_asked(asked, asked.places.select_related("person__network"))

    assert problem is not None
    for member, hers in zip(problem.cohort.members, problem.translated, strict=True):
        for item, own in zip(member.request.items, hers.problem.request.items, strict=True):
            meant = {
                row
                for desk, row in zip(hers.problem.network.desks, hers.desks.rows, strict=True)
                if own.service in desk.services
            }
            assert {problem.rows[int(it)] for it in item.desks or ()} == meant


CAST = ("st-ki02", "st-ki01", "st-ki03", "st-ki08", "st-jc05", "st-jc01", "st-hw01", "st-abh04")


@pytest.mark.parametrize("code", CAST)
def test_the_wall_shows_what_the_queries_show(
    code: str, planned: Cohort, account: AsAccount
) -> None:
    who = account(code)
    with viewer_scope(viewer_of(who)):
        by_query = set(places_visible_to(who).values_list("pk", flat=True))
        behind_the_wall = set(CohortPlace.objects.values_list("pk", flat=True))

    assert by_query == behind_the_wall
    assert bool(by_query) == (code == "st-ki02")
    assert cohorts_visible_to(who).exists() == (code in {"st-ki02", "st-ki01"})


def test_a_person_sees_her_own_place_alone(planned: Cohort) -> None:
    place = proposed(planned)[0]

    with person_scope(place.person_id):
        assert list(CohortPlace.objects.all()) == [place]


@pytest.fixture
def without_policy(loaded_network: Network) -> Iterator[None]:
    """The fault that the test above hunts for."""
    with without_wall("cohorts_cohortplace"):
        yield


def test_the_loss_of_the_wall_would_be_noticed(
    without_policy: None, planned: Cohort, account: AsAccount
) -> None:
    assert tables_behind_the_wall([CohortPlace]) == 0
    with viewer_scope(viewer_of(account("st-jc05"))):
        assert CohortPlace.objects.exists()


def test_the_table_is_behind_the_wall(db: None) -> None:
    assert tables_behind_the_wall([CohortPlace]) == 1


def test_a_lead_of_cases_alone_sees_only_whom_she_may_know(
    planned: Cohort, coordinator: Account
) -> None:
    StaffMember.objects.filter(account=coordinator).update(role=Role.CONFIDENTIAL_WORKER)

    assert not places_visible_to(Account.objects.get(pk=coordinator.pk)).exists()


def test_a_deleted_person_leaves_no_place(planned: Cohort) -> None:
    place = proposed(planned)[0]

    Person.objects.filter(pk=place.person_id).delete()

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what a commit would check
    assert not CohortPlace.objects.filter(pk=place.pk).exists()
