"""A partner is invited, its people join, each by a link that works once."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from knotenpunkt.directory.rights import NETWORK_ROLES
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import Message, cancel_messages, queue_message, record
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Organization, StaffMember
from knotenpunkt.onboarding.errors import AddressTaken, NotInvited, NotYours
from knotenpunkt.onboarding.links import invitation_path
from knotenpunkt.onboarding.models import Invitation, Onboarding
from knotenpunkt.onboarding.rights import may_invite

VALID = dt.timedelta(days=7)


@dataclass(frozen=True)
class NewPartner:
    """What the coordinator knows of a partner before it says anything itself."""

    name: str
    kind: str
    legal_class: str
    email: str


@dataclass(frozen=True)
class Joiner:
    """What someone says of herself when she accepts an invitation."""

    name: str
    job: str
    password: str
    languages: tuple[str, ...] = ("de",)


@transaction.atomic
def invite_partner(*, partner: NewPartner, by: Account) -> Onboarding:
    """Open an organization that nobody else sees yet and invite its first person as its lead.

    Raises `NotYours`, or `AddressTaken`.
    """
    if by.staff_member.role not in NETWORK_ROLES:
        raise NotYours
    network = by.staff_member.organization.network
    organization = Organization.objects.create(
        network=network,
        code=f"{slugify(partner.name)[:40] or 'partner'}-{uuid.uuid4().hex[:6]}",
        name=partner.name,
        kind=partner.kind,
        legal_class=partner.legal_class,
        email=partner.email,
        is_listed=False,
        valid_from=clock.today(),
    )
    onboarding = Onboarding.objects.create(
        organization=organization, started_at=clock.now(), started_by=by
    )
    record("onboarding.started", organization, by=by)
    invite(organization=organization, email=partner.email, role=Role.LEAD, by=by)
    return onboarding


@transaction.atomic
def invite(*, organization: Organization, email: str, role: str, by: Account) -> Invitation:
    """Send a link with which the owner of this address makes her account here.

    Inviting her again sends a new link and lets the old one die. Raises `NotYours`, or
    `AddressTaken`.
    """
    if not may_invite(by, organization, role):
        raise NotYours
    address = Account.objects.normalize_email(email).lower()
    if Account.objects.filter(email__iexact=address).exists():
        raise AddressTaken(address)
    now = clock.now()
    invitation, is_new = Invitation.objects.select_for_update(of=("self",)).get_or_create(
        organization=organization,
        email=address,
        accepted_at=None,
        withdrawn_at=None,
        defaults={"role": role, "invited_by": by, "sent_at": now, "expires_at": now + VALID},
    )
    if not is_new:
        cancel_messages(about=invitation.id)
        invitation.key, invitation.role, invitation.invited_by = uuid.uuid4(), role, by
        invitation.sent_at, invitation.expires_at = now, now + VALID
        invitation.save(update_fields=["key", "role", "invited_by", "sent_at", "expires_at"])
    record("invitation.sent", invitation, by=by)
    _send(invitation)
    return invitation


def _send(invitation: Invitation) -> None:
    with override("de"):
        body = _(
            "%(organization)s is to become a partner of the network %(network)s.\n\n"
            "Make your account with this link. It works once, for seven days:\n%(link)s\n\n"
            "A page then shows you step by step what is still needed, until people can book "
            "your services. If you did not expect this mail, do nothing."
        ) % {
            "organization": invitation.organization.name,
            "network": invitation.organization.network.name,
            "link": settings.PUBLIC_ADDRESS + invitation_path(invitation),
        }
        subject = _("Your access to Knotenpunkt")
    message = Message(
        Channel.EMAIL, invitation.email, "de", body, "onboarding.invitation", subject=subject,
        about=invitation.id, expires_at=invitation.expires_at,
    )  # fmt: skip
    queue_message(message, once_key=f"invitation/{invitation.key}")


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: Account) -> None:
    """Let the link die. Harmless when it is dead or used already. Raises `NotYours`."""
    if not may_invite(by, invitation.organization, invitation.role):
        raise NotYours
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if invitation.accepted_at or invitation.withdrawn_at:
        return
    invitation.withdrawn_at = clock.now()
    invitation.save(update_fields=["withdrawn_at"])
    cancel_messages(about=invitation.id)
    record("invitation.withdrawn", invitation, by=by)


@transaction.atomic
def accept_invitation(*, invitation: Invitation, joiner: Joiner) -> Account:
    """Make the account and the staff member that the invitation is for; it works once.

    Raises `NotInvited` when the link was used, withdrawn or has expired, `AddressTaken`.
    """
    found = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    is_open = found.accepted_at is None and found.withdrawn_at is None
    if not is_open or found.key != invitation.key or found.expires_at <= clock.now():
        raise NotInvited
    if Account.objects.filter(email__iexact=found.email).exists():
        raise AddressTaken(found.email)
    account = Account.objects.create_user(found.email, joiner.password)
    member = StaffMember.objects.create(
        organization=found.organization,
        account=account,
        name=joiner.name,
        job=joiner.job,
        role=found.role,
        languages=list(joiner.languages),
    )
    found.accepted_at, found.accepted_as = clock.now(), account
    found.save(update_fields=["accepted_at", "accepted_as"])
    record("invitation.accepted", member, by=account)
    return account
