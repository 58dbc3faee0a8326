"""Who is asking."""

from __future__ import annotations

from knotenpunkt.foundation import clock
from knotenpunkt.network.actions import hash_of
from knotenpunkt.network.models import Account, ApiToken


def account_of_token(key: str) -> Account | None:
    """Return the account for which this key acts today, or None."""
    token = (
        ApiToken.objects.select_related("account__staff_member__organization__network")
        .filter(token_hash=hash_of(key), expires_at__gt=clock.now(), account__is_active=True)
        .first()
    )
    return token.account if token else None
