"""The queue of the central team, what waits for me, and whose birthday moves her on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from knotenpunkt.casework.enums import AssignmentKind, AssignmentStatus
from knotenpunkt.casework.models import Assignment
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Account
from knotenpunkt.people.ages import birthday_on
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import grants_to, persons_visible_to

WARN_BEFORE = dt.timedelta(days=183)
AGES = {25: AssignmentKind.AGE_25, 27: AssignmentKind.AGE_27}
# At 27 the youth migration service hands over (S4-16); at 25 the teams for young people do.
AGE_27_KIND = "youth_migration_service"


def assignments_visible_to(account: Account) -> QuerySet[Assignment]:
    """Return the hand-overs of persons in the own file, and those assigned to oneself by grant."""
    to_me = Q(assigned_to=account.staff_member) & Q(person__in=grants_to(account).values("subject"))
    return (
        Assignment.objects.filter(Q(person__in=persons_visible_to(account)) | to_me)
        .select_related("person__network", "opened_by", "assigned_to__organization", "organization")
        .distinct()
    )


def queue_of(account: Account) -> QuerySet[Assignment]:
    """Return what the own house has to assign: the longest waiting first."""
    return (
        assignments_visible_to(account)
        .filter(
            organization_id=account.staff_member.organization_id,
            status__in=(AssignmentStatus.INTAKE, AssignmentStatus.BOUNCED),
        )
        .order_by("opened_at", "id")
    )


def under_way(account: Account) -> QuerySet[Assignment]:
    """Return what is assigned and not handed over yet, on either side; the late ones first."""
    return (
        assignments_visible_to(account)
        .filter(status__in=(AssignmentStatus.ASSIGNED, AssignmentStatus.ACCEPTED))
        .order_by("accept_by", "id")
    )


def to_accept(account: Account) -> QuerySet[Assignment]:
    """Return what was assigned to this staff member and waits for her yes or no."""
    mine = assignments_visible_to(account).filter(assigned_to=account.staff_member)
    return mine.filter(status=AssignmentStatus.ASSIGNED).order_by("accept_by", "id")


def late_assignments(account: Account) -> int:
    """Return how many hand-overs of the own house nobody accepted within ten working days."""
    with system_scope("count late hand-overs, of whomever"):
        return Assignment.objects.filter(
            Q(organization_id=account.staff_member.organization_id)
            | Q(assigned_to__organization_id=account.staff_member.organization_id),
            status=AssignmentStatus.ASSIGNED,
            accept_by__lt=clock.today(),
        ).count()


@dataclass(frozen=True)
class Birthday:
    """Somebody turns 25 or 27 soon, or did so lately and was not handed over."""

    person: Person
    kind: AssignmentKind
    day: dt.date
    is_certain: bool


def birthdays_ahead(account: Account) -> list[Birthday]:
    """Return whom an age limit moves on within six months, or has and nobody saw; nearest first.

    With a birth year alone (1 January counts as that) the day is the earliest possible one.
    """
    is_jmd = account.staff_member.organization.kind == AGE_27_KIND
    years = 27 if is_jmd else 25
    today = clock.today()
    first, last = today - WARN_BEFORE, today + WARN_BEFORE
    born = Q(birth_date__year__gte=first.year - years, birth_date__lte=_back(last, years))
    settled = Assignment.objects.filter(
        Q(kind=AGES[years]) | ~Q(status=AssignmentStatus.HANDED_OVER)
    )
    persons = persons_visible_to(account).filter(born).exclude(pk__in=settled.values("person"))
    found = []
    for person in persons.select_related("case_lead"):
        days = birthday_on(person, years)
        if days is not None and days[0] <= last and days[1] >= first:
            found.append(Birthday(person, AGES[years], days[0], days[0] == days[1]))
    return sorted(found, key=lambda it: (it.day, it.person.pk))


def _back(day: dt.date, years: int) -> dt.date:
    return dt.date(day.year - years, day.month, min(day.day, 28))
