"""Referrals: whole for the sender's house and the named recipients, as bare dates for leads."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db.models import Q, QuerySet

from knotenpunkt.casework import sharing
from knotenpunkt.casework.actions.letters import MOST_TRIES, SALT, VALID_DAYS
from knotenpunkt.casework.enums import TAKEN_UP, UNANSWERED, ReferralStatus
from knotenpunkt.casework.models import Referral, ReferralLetter
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import NO_PERSONS, persons_visible_to
from knotenpunkt.visits.queries import organization_of

# They see how long an answer takes, and never whose it is.
LEADING_ROLES: frozenset[str] = frozenset({Role.LEAD, Role.COORDINATOR})


def referrals_visible_to(account: Account | AnonymousUser) -> QuerySet[Referral]:
    """Return the referrals this account may read: those of its own persons, those shared with it.

    The sender's house sees what it may see of the person; the other side only its named
    recipients, and only while a grant lives. Nobody else, not even their managers.
    """
    organization = organization_of(account)
    if organization is None or not isinstance(account, Account):
        return Referral.objects.none()
    if account.staff_member.role in NO_PERSONS:
        return Referral.objects.none()
    own = Q(from_organization=organization) & (
        Q(person__in=persons_visible_to(account)) | Q(sender=account.staff_member)
    )
    return Referral.objects.filter(
        Q(pk__in=Referral.objects.filter(own).values("pk"))
        | Q(pk__in=sharing.shared_referrals(account).values("pk"))
    )


def sent_by_house(account: Account) -> QuerySet[Referral]:
    """Return those which the own house sent."""
    return referrals_visible_to(account).filter(from_organization=organization_of(account))


def received_by(account: Account) -> QuerySet[Referral]:
    """Return those which were sent to this account's staff member."""
    return referrals_visible_to(account).exclude(from_organization=organization_of(account))


def answers_for(account: Account) -> QuerySet[Referral]:
    """Return what the sender has to look at: answers of the last days that are still open."""
    return with_names(
        referrals_visible_to(account).filter(
            sender=account.staff_member,
            status__in=(
                ReferralStatus.ACCEPTED,
                ReferralStatus.DECLINED,
                ReferralStatus.MORE_INFO,
            ),
        )
    ).order_by("-answered_at", "id")


def taken_up_for(person: Person, account: Account) -> QuerySet[Referral]:
    """Return what partners have taken up for her: who it is there, and the appointment."""
    found = referrals_visible_to(account).filter(person=person, status__in=TAKEN_UP)
    return with_names(found).order_by("answered_at", "id")


def waiting_for(account: Account) -> QuerySet[Referral]:
    """Return what this account's staff member has to answer, the most urgent first."""
    return with_names(received_by(account).filter(status__in=UNANSWERED)).order_by(
        "answer_due_on", "id"
    )


def with_names(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    """Return the referrals with all that a list or a page shows, in one query more."""
    return referrals.select_related(
        "person__network",
        "from_organization",
        "to_organization",
        "sender",
        "responsible",
        "service",
        "appointment__location",
        "appointment__visit",
    ).prefetch_related("recipients")


@dataclass(frozen=True)
class LateAnswer:
    """A late answer as leads and coordinators see it: who owes it to whom, and since when."""

    id: UUID
    from_organization: str
    to_organization: str
    days_late: int
    is_nudged_today: bool


def late_answers(account: Account) -> list[LateAnswer]:
    """Return the late answers of the own house on either side; coordinators see all.

    No name, no matter, no key to a person: organizations and days.
    """
    today = clock.today()
    with system_scope("how late answers are, as bare dates"):
        late = list(late_referrals(account).select_related("from_organization", "to_organization"))
    return [
        LateAnswer(
            id=row.pk,
            from_organization=row.from_organization.name,
            to_organization=row.to_organization.name,
            days_late=(today - row.answer_due_on).days if row.answer_due_on else 0,
            is_nudged_today=row.nudged_at is not None and clock.local_day(row.nudged_at) == today,
        )
        for row in late
    ]


def late_referrals(account: Account) -> QuerySet[Referral]:
    """Return the rows behind `late_answers`, for a reminder; never for reading.

    Their persons are not the reader's: ask in a system scope that says so.
    """
    organization = organization_of(account)
    if organization is None or account.staff_member.role not in LEADING_ROLES:
        return Referral.objects.none()
    late = Referral.objects.filter(
        network_id=organization.network_id, status__in=UNANSWERED, answer_due_on__lt=clock.today()
    )
    if account.staff_member.role != Role.COORDINATOR:
        late = late.filter(Q(from_organization=organization) | Q(to_organization=organization))
    return late.order_by("answer_due_on", "id")


def letter_of_token(token: str) -> ReferralLetter | None:
    """Return the letter behind a link that is genuine, young and still shared, or None."""
    try:
        key = signing.loads(token, salt=SALT, max_age=VALID_DAYS * 86_400)
    except signing.BadSignature:
        return None
    letter = (
        ReferralLetter.objects.select_related(
            "referral__person",
            "referral__from_organization",
            "referral__to_organization",
            "referral__sender",
            "referral__service",
        )
        .filter(pk=key, expires_at__gt=clock.now(), wrong_tries__lt=MOST_TRIES)
        .first()
    )
    return letter if letter and sharing.is_shared(letter.referral) else None
