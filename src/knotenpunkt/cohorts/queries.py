"""Who may see which cohort: figures for those who look after houses, persons for casework alone."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, QuerySet, Value, When

from knotenpunkt.cohorts.enums import PlaceStatus
from knotenpunkt.cohorts.models import Cohort, CohortPlace
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.visits.queries import organization_of

PLANNING_ROLES: frozenset[str] = frozenset({Role.COORDINATOR, Role.LEAD})
SEEING_ROLES = PLANNING_ROLES | {Role.MANAGER}
# What is to be done comes first, what is done last.
BY_WORK = (
    PlaceStatus.PROPOSED,
    PlaceStatus.GONE,
    PlaceStatus.WAITING,
    PlaceStatus.ASKED,
    PlaceStatus.BOOKED,
)


def cohorts_visible_to(account: Account | AnonymousUser) -> QuerySet[Cohort]:
    """Return the cohorts of this account's own organization."""
    organization = organization_of(account)
    if organization is None or account.staff_member.role not in SEEING_ROLES:  # type: ignore[union-attr]
        return Cohort.objects.none()
    return Cohort.objects.filter(organization=organization)


def places_visible_to(account: Account | AnonymousUser) -> QuerySet[CohortPlace]:
    """Return the places whose persons this account may know of; managers see no person."""
    if organization_of(account) is None or account.staff_member.role not in PLANNING_ROLES:  # type: ignore[union-attr]
        return CohortPlace.objects.none()
    return CohortPlace.objects.filter(
        organization=account.staff_member.organization_id,  # type: ignore[union-attr]
        person__in=persons_visible_to(account),
    )


def by_work(places: QuerySet[CohortPlace]) -> QuerySet[CohortPlace]:
    """Return the places in the order in which somebody works through them."""
    ranks = [When(status=status, then=Value(rank)) for rank, status in enumerate(BY_WORK)]
    return places.order_by(Case(*ranks), "person__created_at", "pk")
