"""Keys of machines."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import transaction

from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account, ApiToken


@transaction.atomic
def new_api_token(*, account: Account, name: str, days: int = 90) -> str:
    """Return a new key for machines that act for this account; it is shown this once only."""
    key = f"kp_{secrets.token_urlsafe(32)}"
    now = clock.now()
    ApiToken.objects.create(
        account=account,
        name=name,
        token_hash=hash_of(key),
        created_at=now,
        expires_at=now + dt.timedelta(days=days),
    )
    return key


def hash_of(key: str) -> str:
    """Return what is stored of a key; keys are long and random, so one round is enough."""
    return hashlib.sha256(key.encode()).hexdigest()
