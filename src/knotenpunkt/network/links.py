"""The signed link of an invitation: once, within a week.

It carries the key of the account and a fingerprint of its unusable password. The first real
password, or a newer invitation, changes the fingerprint and so ends the link; no table is needed.
"""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError

from knotenpunkt.network.models import Account

SALT = "knotenpunkt.invitation"
VALID_DAYS = 7


def invitation_link(account: Account) -> str:
    """Return the address under which this account chooses its password."""
    key = signing.dumps([str(account.pk), _fingerprint(account)], salt=SALT)
    return f"{settings.PUBLIC_ADDRESS}/invited/{key}/"


def account_of_invitation(key: str) -> Account | None:
    """Return the account behind a link that is genuine, young and unused, or None."""
    try:
        found, fingerprint = signing.loads(key, salt=SALT, max_age=VALID_DAYS * 86_400)
        account = Account.objects.filter(pk=found, staff_member__left_on=None).first()
    except (signing.BadSignature, ValueError, ValidationError):
        return None
    if account is None or not account.is_active or account.has_usable_password():
        return None
    return account if _fingerprint(account) == fingerprint else None


def _fingerprint(account: Account) -> str:
    return hashlib.sha256(account.password.encode()).hexdigest()[:16]
