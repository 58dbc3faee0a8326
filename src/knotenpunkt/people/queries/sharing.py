"""The predicate of design.md. Evaluated when read: no nightly job, no cache."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import Exact

from knotenpunkt.foundation import clock
from knotenpunkt.network.enums import LegalClass, Role
from knotenpunkt.network.models import Account, Organization, StaffMember
from knotenpunkt.people.enums import Basis, Layer
from knotenpunkt.people.models import (
    ConfidentialityRelease,
    Disclosure,
    Grant,
    Item,
    Person,
)
from knotenpunkt.people.rules import READ_NOTHING


def living(now: dt.datetime) -> Q:
    """Return the condition under which a grant carries anything at this moment."""
    return Q(withdrawn_at=None, suspended_at=None, valid_from__lte=now, valid_until__gt=now)


def _reader(account: Account | AnonymousUser) -> StaffMember | None:
    """Return the staff member behind an account, if she may read contents at all today."""
    staff_member = getattr(account, "staff_member", None)
    if staff_member is None or staff_member.left_on is not None:
        return None
    return staff_member  # type: ignore[no-any-return]


def _may_receive(staff_member: StaffMember) -> bool:
    """The immigration office, and a partner that has gone, receive nothing."""
    organization = staff_member.organization
    has_ended = organization.valid_to is not None and organization.valid_to <= clock.today()
    is_wall = organization.legal_class == LegalClass.IMMIGRATION_OFFICE
    return not (is_wall or has_ended or staff_member.role in READ_NOTHING)


def grants_to(account: Account | AnonymousUser, *, purpose: str = "") -> QuerySet[Grant]:
    """Return the living grants to exactly this account's staff member, herself or by team."""
    staff_member = _reader(account)
    if staff_member is None or not _may_receive(staff_member):
        return Grant.objects.none()
    teams = list(staff_member.teams.values_list("pk", flat=True))
    to_me = Q(recipient_staff=staff_member)
    if teams:
        to_me |= Q(recipient_team__in=teams)
    found = Grant.objects.filter(living(clock.now())).filter(to_me)
    return found.filter(purposes__contains=[purpose]) if purpose else found


def items_visible_to(account: Account | AnonymousUser, *, purpose: str = "") -> QuerySet[Item]:
    """Return the items this account may see: own file, living grants, released entrusted ones.

    `purpose` narrows the grants to those for exactly this purpose.
    """
    staff_member = _reader(account)
    if staff_member is None or staff_member.role in READ_NOTHING - {Role.FRONT_DESK}:
        return Item.objects.none()
    return Item.objects.filter(
        _own_file(staff_member)
        | Q(layer=Layer.ENTRUSTED) & _entrusted_to(staff_member)
        | Q(layer__lt=Layer.ENTRUSTED) & Q(Exists(_handing_over(account, purpose))),
        sealed_until=None,
    )


def with_grants(
    items: QuerySet[Item], account: Account | AnonymousUser, *, purpose: str = ""
) -> QuerySet[Item]:
    """Give each item `grant_id`, a grant that hands it to this account; None in the own file."""
    return items.annotate(grant_id=Subquery(_handing_over(account, purpose).values("pk")[:1]))


def _handing_over(account: Account | AnonymousUser, purpose: str) -> QuerySet[Grant]:
    """Return the grants that hand the item of the outer query to this account."""
    return grants_to(account, purpose=purpose).filter(
        Q(basis=Basis.CONSENT) | Q(Exact(OuterRef("endangers_service"), False)),  # § 64(2) SGB VIII
        subject=OuterRef("subject"),
        owner=OuterRef("organization"),
        categories__contains=[OuterRef("category")],
        layer__gte=OuterRef("layer"),
    )


def _own_file(me: StaffMember) -> Q:
    """Her organization wrote it. Confidential counsellors work alone; the desk sees contacts."""
    own = Q(organization=me.organization_id, layer__lt=Layer.ENTRUSTED)
    if me.role == Role.CONFIDENTIAL_WORKER:
        return own & (Q(author=me) | Q(subject__case_lead=me))
    if me.role == Role.FRONT_DESK:
        return own & Q(layer=Layer.CONTACT)
    return own


def _entrusted_to(me: StaffMember) -> Q:
    """She wrote it herself, or the person released its author, by name, to speak with her."""
    if me.role in READ_NOTHING or not _may_receive(me):
        return Q(author=me)
    now = clock.now()
    released = ConfidentialityRelease.objects.filter(
        recipient=me,
        releases=OuterRef("author"),
        releases__left_on=None,
        subject=OuterRef("subject"),
        categories__contains=[OuterRef("category")],
        withdrawn_at=None,
        valid_from__lte=now,
        valid_until__gt=now,
    )
    return Q(author=me) | Q(Exists(released))


def releases_naming(account: Account | AnonymousUser) -> QuerySet[ConfidentialityRelease]:
    """Return the releases that name this account's staff member: she speaks, or hears.

    Nobody else sees them, neither her lead nor her house; without the scan, which is read alone.
    """
    staff_member = _reader(account)
    if staff_member is None:
        return ConfidentialityRelease.objects.none()
    mine = Q(releases=staff_member)
    if _may_receive(staff_member):
        mine |= Q(recipient=staff_member)
    found = ConfidentialityRelease.objects.filter(mine).defer("scan")
    return found.select_related("subject", "releases__organization", "recipient__organization")


def grants_of(person: Person) -> QuerySet[Grant]:
    """Return all grants about a person, living or ended, newest first."""
    return Grant.objects.filter(subject=person).select_related(
        "owner",
        "recipient_staff__organization",
        "recipient_team__organization",
        "consent",
    )


def has_living_grant(
    account: Account | AnonymousUser,
    *,
    person: Person,
    owner: Organization | None = None,
    category: str = "",
    purpose: str = "",
) -> bool:
    """Ask whether a living grant hands this category, for this purpose, to this account."""
    found = grants_to(account, purpose=purpose).filter(subject=person)
    if owner is not None:
        found = found.filter(owner=owner)
    if category:
        found = found.filter(categories__contains=[category])
    return found.exists()


def persons_shared_with(account: Account | AnonymousUser) -> QuerySet[Person]:
    """Return the persons of whom a living grant hands this account something."""
    return Person.objects.filter(Exists(grants_to(account).filter(subject=OuterRef("pk"))))


def staff_with_living_grant(
    person: Person, *, purpose: str, owner: Organization | None = None
) -> QuerySet[StaffMember]:
    """Return who holds a living grant about her for this purpose, herself or by a team."""
    grants = Grant.objects.filter(living(clock.now()), subject=person).filter(
        purposes__contains=[purpose]
    )
    if owner is not None:
        grants = grants.filter(owner=owner)
    return (
        StaffMember.objects.filter(left_on=None)
        .exclude(role__in=READ_NOTHING)
        .exclude(organization__legal_class=LegalClass.IMMIGRATION_OFFICE)
        .filter(
            Exists(grants.filter(recipient_staff=OuterRef("pk")))
            | Exists(grants.filter(recipient_team__members=OuterRef("pk")))
        )
    )


def disclosures_of(person: Person, account: Account) -> QuerySet[Disclosure]:
    """Return what this account's house was asked for about a person and what it gave."""
    return (
        Disclosure.objects.filter(subject=person)
        .filter(organization_id=account.staff_member.organization_id)
        .select_related("prepared_by", "decided_by")
        .prefetch_related("items")
    )
