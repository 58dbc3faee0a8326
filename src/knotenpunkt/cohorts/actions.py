"""Ask for a cohort, plan it, book what was proposed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from knotenpunkt.cohorts.enums import GoneReason, PlaceStatus
from knotenpunkt.cohorts.errors import NobodyToPlan
from knotenpunkt.cohorts.models import Cohort, CohortPlace
from knotenpunkt.cohorts.planning import Asked, read_asked
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Need, Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.planner.cohort import CohortSolution, Effort, solve_cohort
from knotenpunkt.planner.cohort.solve import Progress
from knotenpunkt.visits.actions import confirm_visit, hold_visit
from knotenpunkt.visits.enums import LIVING_VISITS
from knotenpunkt.visits.errors import BadPlan, HoldExpired, TimesTaken, TooManyHolds
from knotenpunkt.visits.models import Appointment
from knotenpunkt.visits.plan import BookingPlan
from knotenpunkt.visits.planning.wish import MOST_NEEDS, wish_of

MOST_PLACES = 500
SECONDS = 45.0


@transaction.atomic
def ask_cohort(
    *,
    name: str,
    since: dt.date,
    first_on: dt.date,
    last_on: dt.date,
    reserve_percent: int,
    by: Account,
) -> Cohort:
    """Put together everyone with open needs whose file was opened on `since` or later.

    Who has a visit ahead is left out; at most `MOST_PLACES`, the oldest files first. Raises
    `NobodyToPlan`.
    """
    organization = by.staff_member.organization
    wanted = _wanted(by, since)
    if not wanted:
        raise NobodyToPlan
    cohort = Cohort.objects.create(
        network=organization.network,
        organization=organization,
        name=name,
        first_on=first_on,
        last_on=last_on,
        reserve_percent=reserve_percent,
        asked_at=clock.now(),
        asked_by=by,
    )
    CohortPlace.objects.bulk_create(
        CohortPlace(cohort=cohort, person_id=person, organization=organization, services=services)
        for person, services in wanted.items()
    )
    record("cohort.asked", cohort, by=by)
    return cohort


def _wanted(by: Account, since: dt.date) -> dict[UUID, list[UUID]]:
    """Return the services of each person to plan."""
    start = clock.local_moment(since, dt.time())
    persons = persons_visible_to(by).filter(created_at__gte=start)
    ahead = Appointment.objects.filter(
        visit__status__in=LIVING_VISITS, starts_at__gte=clock.now()
    ).values("visit__person")
    persons = persons.exclude(pk__in=ahead)
    rows = (
        Need.objects.filter(status=Need.Status.OPEN, person__in=persons)
        .order_by("person__created_at", "person_id", "created_at", "pk")
        .values_list("person_id", "service_id")
    )
    wanted: dict[UUID, list[UUID]] = {}
    for person, service in rows:
        if person not in wanted and len(wanted) == MOST_PLACES:
            continue
        services = wanted.setdefault(person, [])
        if service not in services and len(services) < MOST_NEEDS:
            services.append(service)
    return wanted


def plan_cohort(
    *,
    cohort: Cohort,
    effort: Effort | None = None,
    workers: int = 1,
    progress: Progress | None = None,
    checkpoint: Path | None = None,
) -> tuple[Asked | None, CohortSolution | None]:
    """Plan everyone of the cohort who is not booked, and write the proposals down.

    Runs for `effort.seconds` and holds no lock meanwhile. Proposals of an earlier run are replaced.
    Raises `BadWish` for days that lie in the past, `BadInstance` for another cohort's checkpoint.
    """
    places = CohortPlace.objects.filter(cohort=cohort).exclude(status=PlaceStatus.BOOKED)
    people = places.select_related("person__network").order_by("person__created_at", "pk")
    asked, missing = read_asked(cohort, people)
    solution = None
    if asked is not None:
        solution = solve_cohort(
            asked.cohort,
            effort=effort or Effort(SECONDS),
            workers=workers,
            progress=progress,
            checkpoint=checkpoint,
        )
    _write_down(cohort, asked, solution, missing)
    return asked, solution


@transaction.atomic
def _write_down(
    cohort: Cohort, asked: Asked | None, solution: CohortSolution | None, missing: list[UUID]
) -> None:
    """Write what was found; who was booked meanwhile stays booked."""
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    rows = CohortPlace.objects.select_for_update(of=("self",)).filter(cohort=cohort)
    still_open = rows.exclude(status=PlaceStatus.BOOKED).order_by("pk").in_bulk()
    for key in missing:
        if key in still_open:
            _set(still_open[key], PlaceStatus.GONE, reason=GoneReason.MISSING)
    if asked is not None and solution is not None:
        for number, plan in enumerate(solution.plans):
            place = still_open.get(asked.places[number].pk)
            if place is not None and plan is None:
                _set(place, PlaceStatus.WAITING)
            elif place is not None and plan is not None:
                booking = asked.booking_plan(number, plan).model_dump(mode="json")
                _set(place, PlaceStatus.PROPOSED, plan=booking)
    fields = ["status", "plan", "reason"]
    CohortPlace.objects.bulk_update(still_open.values(), fields, batch_size=200)
    cohort.figures = _figures(asked, solution, len(missing), cohort.booked)
    cohort.planned_at, cohort.gone = clock.now(), 0
    cohort.save(update_fields=["figures", "planned_at", "gone"])
    record("cohort.planned", cohort, by=None)


def _set(
    place: CohortPlace, status: PlaceStatus, *, plan: dict[str, Any] | None = None, reason: str = ""
) -> None:
    place.status, place.plan, place.reason = status, plan, reason


def _figures(
    asked: Asked | None, solution: CohortSolution | None, missing: int, booked: int
) -> dict[str, Any]:
    """Return what the page says about everyone; no word of it is about one person.

    Whoever was booked before counts as served; the bound is about those planned now.
    """
    if asked is None or solution is None:
        return {"members": missing + booked, "served": booked, "missing": missing}
    most = solution.most_served
    return {
        "members": len(asked.places) + missing + booked,
        "served": solution.worth.served + booked,
        "missing": missing,
        "days": solution.worth.days,
        "most_served": None if most is None else most + booked,
        "gap": solution.gap,
        "groups": [
            {"group": it.group, "members": it.members, "served": it.served, "relative": it.relative}
            for it in solution.groups
        ],
        "load": _load(asked, solution),
    }


def _load(asked: Asked, solution: CohortSolution) -> list[dict[str, Any]]:
    """Return for each open day: free minutes of all desks; minutes and persons proposed."""
    network, grid = asked.cohort.network, asked.translated[0].grid
    free: Counter[int] = Counter()
    used: Counter[int] = Counter()
    persons: Counter[int] = Counter()
    fenced = [days for desks in asked.cohort.ring_fenced.values() for days in desks.values()]
    for days in (*(desk.free for desk in network.desks), *fenced):
        for day, intervals in days.items():
            free[day] += sum(end - start for start, end in intervals)
    for plan in filter(None, solution.plans):
        persons.update(plan.days)
        for leg in plan.legs:
            used[leg.day] += leg.end - leg.start
    return [
        {
            "day": grid.date_of(day).isoformat(),
            "free": free[day] * network.tick_minutes,
            "used": used[day] * network.tick_minutes,
            "persons": persons[day],
        }
        for day in sorted(free)
        if free[day]
    ]


def book_place(*, place: CohortPlace, by: Account) -> CohortPlace:
    """Hold and confirm what was proposed, or note why that can no longer be. Twice is harmless.

    Nobody is booked for a matter that she has an appointment for already.
    """
    try:
        with transaction.atomic():
            place = _locked(place)
            if place.status != PlaceStatus.PROPOSED:
                return place
            return _book(place, by)
    except TimesTaken:
        reason = GoneReason.TAKEN
    except (BadPlan, HoldExpired):
        reason = GoneReason.INVALID
    except TooManyHolds:
        reason = GoneReason.HOLDS
    with transaction.atomic():
        return _give_up(_locked(place), reason, by)


def _locked(place: CohortPlace) -> CohortPlace:
    rows = CohortPlace.objects.select_for_update(of=("self",))
    return rows.select_related("person__network").get(pk=place.pk)


def _book(place: CohortPlace, by: Account) -> CohortPlace:
    plan = BookingPlan.model_validate(place.plan)
    services = tuple(leg.service for leg in plan.legs)
    if _has_one_already(place.person, services):
        return _give_up(place, GoneReason.HAS_VISIT, by)
    wish = wish_of(place.person, services, clock.today(), clock.today())
    visit = hold_visit(person=place.person, plan=plan, wish=wish, by=by)
    place.visit = confirm_visit(visit=visit, by=by)
    place.status, place.decided_at = PlaceStatus.BOOKED, clock.now()
    place.save(update_fields=["visit", "status", "decided_at"])
    Cohort.objects.filter(pk=place.cohort_id).update(booked=F("booked") + 1)
    record("cohort.place_booked", place, by=by)
    return place


def _has_one_already(person: Person, services: Iterable[UUID]) -> bool:
    return Appointment.objects.filter(
        visit__person=person,
        visit__status__in=LIVING_VISITS,
        service__in=services,
        starts_at__gte=clock.now(),
    ).exists()


def _give_up(place: CohortPlace, reason: GoneReason, by: Account) -> CohortPlace:
    if place.status != PlaceStatus.PROPOSED:
        return place
    place.status, place.reason, place.decided_at = PlaceStatus.GONE, reason, clock.now()
    place.save(update_fields=["status", "reason", "decided_at"])
    Cohort.objects.filter(pk=place.cohort_id).update(gone=F("gone") + 1)
    record("cohort.place_gone", place, by=by)
    return place
