"""The one seam between shared work and the grants that carry it.

A referral, a conference or a plan never decides who sees a person: a living grant does.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from knotenpunkt.casework.enums import SHOWN_TO_RECIPIENT
from knotenpunkt.casework.errors import NotShared
from knotenpunkt.casework.models import Referral
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account, Organization, StaffMember
from knotenpunkt.people.enums import Category
from knotenpunkt.people.models import Grant, Person
from knotenpunkt.people.queries import grants_to, living, staff_with_living_grant
from knotenpunkt.people.rules import READ_NOTHING


def shared_referrals(account: Account) -> QuerySet[Referral]:
    """Return the referrals that this account receives: named in them, and by a living grant."""
    living = grants_to(account).filter(
        subject=OuterRef("person"),
        owner=OuterRef("from_organization"),
        purposes__contains=[OuterRef("purpose")],
        categories__contains=[Category.CONTACT],
    )
    return Referral.objects.filter(
        Exists(living), recipients=account.staff_member, status__in=SHOWN_TO_RECIPIENT
    )


def is_shared(referral: Referral) -> bool:
    """Return whether a grant behind this referral lives: some recipient may still read it."""
    if referral.status not in SHOWN_TO_RECIPIENT:
        return False
    return holders(referral).filter(referrals_received=referral).exists()


def holders(referral: Referral) -> QuerySet[StaffMember]:
    """Return who holds a living grant for the purpose of this referral."""
    return staff_with_living_grant(
        referral.person, purpose=referral.purpose, owner=referral.from_organization
    )


def without_grant(referral: Referral) -> list[StaffMember]:
    """Return the recipients whom no living grant covers."""
    return missing(
        referral.recipients.all(), referral.person, referral.purpose, referral.from_organization
    )


def missing(
    members: Iterable[StaffMember], person: Person, purpose: str, owner: Organization
) -> list[StaffMember]:
    """Return those of the members whom no living grant of the owner covers for this purpose."""
    covered = set(
        staff_with_living_grant(person, purpose=purpose, owner=owner).values_list("pk", flat=True)
    )
    return [it for it in members if it.pk not in covered]


def require_grant(referral: Referral) -> None:
    """Raise `NotShared` unless a living grant covers every recipient of the referral."""
    uncovered = without_grant(referral)
    if uncovered:
        raise NotShared([it.name for it in uncovered])


def plan_partners(person: Person) -> QuerySet[StaffMember]:
    """Return who may own a step of her plan: the own house, and holders of a living grant."""
    working = StaffMember.objects.filter(left_on=None).exclude(role__in=READ_NOTHING)
    living_grants = Grant.objects.filter(
        living(clock.now()),
        subject=person,
        categories__contains=[Category.PLAN_GOALS],
        recipient_staff=OuterRef("pk"),
    )
    return (
        working.filter(Q(organization=person.organization_id) | Q(Exists(living_grants)))
        .select_related("organization")
        .order_by("organization__name", "name")
    )
