"""Accounts come by invitation: an administrator asks a colleague in, who does the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import Message, cancel_messages, queue_message, record
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.network.enums import Role
from knotenpunkt.network.errors import EmailTaken, LastCoordinator, NotYourHouse
from knotenpunkt.network.links import VALID_DAYS, invitation_link
from knotenpunkt.network.models import Account, Organization, StaffMember
from knotenpunkt.network.rights import is_last_coordinator, roles_to_give

INVITATION = "account.invitation"


@dataclass(frozen=True)
class NewColleague:
    """Whom one invites. `job` is her function, `role` what she may do."""

    name: str
    job: str
    role: str
    email: str
    languages: Sequence[str] = ()
    language: str = "de"


@dataclass(frozen=True)
class Introduction:
    """What someone says of herself when she accepts."""

    name: str
    job: str
    languages: Sequence[str]


@transaction.atomic
def invite_colleague(
    *, organization: Organization, colleague: NewColleague, by: Account
) -> StaffMember:
    """Make a staff member with a sign-in that still has no password, and mail her the link.

    Raises `EmailTaken`, or `NotYourHouse` if this account may not ask in anybody with this role.
    """
    _require_role(organization, colleague.role, by)
    email = Account.objects.normalize_email(colleague.email).lower()
    if Account.objects.filter(email__iexact=email).exists():
        raise EmailTaken
    account = Account.objects.create_user(email, language=colleague.language)
    member = StaffMember.objects.create(
        organization=organization,
        account=account,
        name=colleague.name,
        job=colleague.job,
        role=Role(colleague.role),
        languages=list(colleague.languages),
    )
    record("account.invited", member, by=by)
    _send_invitation(account, organization)
    return member


def require_administrator(organization: Organization, by: Account) -> None:
    """Raise `NotYourHouse` unless she administers this organization today."""
    me: StaffMember | None = getattr(by, "staff_member", None)
    is_admin = me is not None and me.left_on is None and me.role == Role.ADMINISTRATOR
    if not is_admin or by.staff_member.organization_id != organization.pk:
        raise NotYourHouse


def _require_role(organization: Organization, role: str, by: Account) -> None:
    if role not in roles_to_give(by, organization):
        raise NotYourHouse


@transaction.atomic
def invite_again(*, member: StaffMember, by: Account) -> bool:
    """Send a new link; the one before ends. Returns whether there was still something to invite.

    Raises `NotYourHouse`.
    """
    _require_role(member.organization, member.role, by)
    account = _still_invited(member)
    if account is None:
        return False
    account.set_unusable_password()
    account.save(update_fields=["password"])
    cancel_messages(about=account.pk, purposes=[INVITATION])
    record("account.invited_again", member, by=by)
    _send_invitation(account, member.organization)
    return True


@transaction.atomic
def withdraw_invitation(*, member: StaffMember, by: Account) -> bool:
    """Let the link die and free the address. Returns whether there was something to withdraw.

    Who gives services already stays bookable, without a sign-in. Raises `NotYourHouse`.
    """
    _require_role(member.organization, member.role, by)
    account = _still_invited(member)
    if account is None:
        return False
    cancel_messages(about=account.pk, purposes=[INVITATION])
    record("account.invitation_withdrawn", member, by=by)
    account.delete()
    if not member.services.exists():
        member.refresh_from_db()
        member.left_on = clock.today()
        member.save(update_fields=["left_on"])
    return True


def _still_invited(member: StaffMember) -> Account | None:
    """Return her account, locked, if it waits for its first password."""
    account = Account.objects.select_for_update(of=("self",)).filter(staff_member=member).first()
    is_waiting = account is not None and account.is_active and not account.has_usable_password()
    return account if is_waiting else None


def _send_invitation(account: Account, organization: Organization) -> None:
    """The subject names nobody; only the button behind the link changes anything."""
    with translation.override(account.language):
        queue_message(
            Message(
                channel=Channel.EMAIL,
                recipient=account.email,
                language=account.language,
                subject=_("Your invitation to Knotenpunkt"),
                body=_body(account, organization),
                purpose=INVITATION,
                about=account.pk,
            )
        )


def _body(account: Account, organization: Organization) -> str:
    """Return the text of the mail; a house that is new reads what comes after the link."""
    if organization.is_listed:
        text = _(
            "%(organization)s invites you to Knotenpunkt. Choose your password here, "
            "within %(days)s days:\n%(address)s\nThe link works once. "
            "If you did not expect it, delete this mail."
        )
    else:
        text = _(
            "%(organization)s is to become a partner of the network %(network)s.\n\n"
            "Choose your password here, within %(days)s days:\n%(address)s\n"
            "The link works once.\n\n"
            "A page then shows you step by step what is still needed, until people can book "
            "your services. If you did not expect this mail, delete it."
        )
    return text % {
        "organization": organization.name,
        "network": organization.network.name,
        "days": VALID_DAYS,
        "address": invitation_link(account),
    }


@transaction.atomic
def accept_invitation(*, account: Account, said: Introduction, password: str) -> bool:
    """Set the first password and what she says of herself.

    Returns False if somebody was faster with the same link, or it was withdrawn meanwhile.
    """
    found = Account.objects.select_for_update(of=("self",)).filter(pk=account.pk).first()
    if found is None or found.password != account.password or found.has_usable_password():
        return False
    found.set_password(password)
    found.save(update_fields=["password"])
    member = found.staff_member
    member.name, member.job, member.languages = said.name, said.job, list(said.languages)
    member.save(update_fields=["name", "job", "languages"])
    record("account.accepted", found, by=found)
    return True


@transaction.atomic
def change_role(*, member: StaffMember, role: str, by: Account) -> None:
    """Let a colleague do more or less from now on. Nobody changes her own role.

    Raises `NotYourHouse` if this account may not give this role, and `LastCoordinator`.
    """
    _require_role(member.organization, role, by)
    if member.account_id == by.pk:
        raise NotYourHouse
    if member.role == role:
        return
    if is_last_coordinator(member):
        raise LastCoordinator
    member.role = Role(role)
    member.save(update_fields=["role"])
    record("account.role_changed", member, by=by, changed_fields=["role"])
