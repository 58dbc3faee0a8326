"""Accounts come by invitation: an administrator asks a colleague in, who does the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from knotenpunkt.foundation.actions import Message, cancel_messages, queue_message, record
from knotenpunkt.foundation.enums import Channel
from knotenpunkt.network.enums import Role
from knotenpunkt.network.errors import EmailTaken, NotYourHouse
from knotenpunkt.network.links import VALID_DAYS, invitation_link
from knotenpunkt.network.models import Account, Organization, StaffMember


@dataclass(frozen=True)
class NewColleague:
    """Whom one invites. `job` is her function, `role` what she may do."""

    name: str
    job: str
    role: str
    email: str
    languages: Sequence[str] = ()
    language: str = "de"


@transaction.atomic
def invite_colleague(
    *, organization: Organization, colleague: NewColleague, by: Account | None
) -> StaffMember:
    """Make a staff member with a sign-in that still has no password, and mail her the link.

    `by` is None when a new partner gets its first account. Raises `EmailTaken`, `NotYourHouse`.
    """
    if by is not None:
        require_administrator(organization, by)
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


@transaction.atomic
def invite_again(*, member: StaffMember, by: Account) -> bool:
    """Send a new link; the one before ends. Returns whether there was still something to invite."""
    require_administrator(member.organization, by)
    account = _locked(member)
    if account is None or account.has_usable_password() or not account.is_active:
        return False
    account.set_unusable_password()
    account.save(update_fields=["password"])
    cancel_messages(about=account.pk, purposes=["account.invitation"])
    record("account.invited_again", member, by=by)
    _send_invitation(account, member.organization)
    return True


def _locked(member: StaffMember) -> Account | None:
    return Account.objects.select_for_update(of=("self",)).filter(staff_member=member).first()


def _send_invitation(account: Account, organization: Organization) -> None:
    """The subject names nobody; only the button behind the link changes anything."""
    with translation.override(account.language):
        queue_message(
            Message(
                channel=Channel.EMAIL,
                recipient=account.email,
                language=account.language,
                subject=_("Your invitation to Knotenpunkt"),
                body=_(
                    "%(organization)s invites you to Knotenpunkt. Choose your password here, "
                    "within %(days)s days:\n%(address)s\nThe link works once. "
                    "If you did not expect it, delete this mail."
                )
                % {
                    "organization": organization.name,
                    "days": VALID_DAYS,
                    "address": invitation_link(account),
                },
                purpose="account.invitation",
                about=account.pk,
            )
        )


@transaction.atomic
def accept_invitation(*, account: Account, password: str) -> bool:
    """Set the first password. Returns False if somebody was faster with the same link."""
    found = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    if found.password != account.password or found.has_usable_password():
        return False
    found.set_password(password)
    found.save(update_fields=["password"])
    record("account.accepted", found, by=found)
    return True


@transaction.atomic
def change_role(*, member: StaffMember, role: str, by: Account) -> None:
    """Let a colleague do more or less from now on. Nobody changes her own role.

    Raises `NotYourHouse`.
    """
    require_administrator(member.organization, by)
    if member.account_id == by.pk:
        raise NotYourHouse
    if member.role == role:
        return
    member.role = Role(role)
    member.save(update_fields=["role"])
    record("account.role_changed", member, by=by, changed_fields=["role"])
