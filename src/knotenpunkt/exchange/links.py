"""The signed way out of the newsletter, without signing in."""

from __future__ import annotations

from uuid import UUID

from django.core import signing

from knotenpunkt.network.models import StaffMember

SALT = "exchange.newsletter"
OFF_PATH = "/newsletter/off/{}/"


def off_path(staff_member: StaffMember) -> str:
    """Return the address of the page with the button; it never ends, as the mail is kept long."""
    return OFF_PATH.format(signing.dumps(str(staff_member.pk), salt=SALT))


def reader_of(token: str) -> StaffMember | None:
    """Return the staff member of a signed link, or None."""
    try:
        found = UUID(signing.loads(token, salt=SALT))
    except (signing.BadSignature, ValueError):
        return None
    return StaffMember.objects.filter(pk=found).first()
