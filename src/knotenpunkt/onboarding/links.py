"""The signed link of an invitation. Opening it changes nothing; only the button does."""

from __future__ import annotations

from uuid import UUID

from django.core import signing

from knotenpunkt.foundation import clock
from knotenpunkt.onboarding.models import Invitation

SALT = "onboarding.invitation"


def invitation_path(invitation: Invitation) -> str:
    return f"/join/{signing.dumps(str(invitation.key), salt=SALT)}/"


def invitation_of(token: str) -> Invitation | None:
    """Return the invitation of this link if it can be accepted now, or None."""
    try:
        key = UUID(signing.loads(token, salt=SALT))
    except (signing.BadSignature, ValueError):
        return None
    found = Invitation.objects.filter(
        key=key, accepted_at=None, withdrawn_at=None, expires_at__gt=clock.now()
    )
    return found.select_related("organization__network").first()
