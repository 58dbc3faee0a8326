"""Who may see which person. Every read of people starts here."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person


def persons_visible_to(account: Account | AnonymousUser) -> QuerySet[Person]:
    """Return the persons this account may know of: those her organization wrote."""
    staff_member = getattr(account, "staff_member", None)
    if staff_member is None or staff_member.left_on is not None:
        return Person.objects.none()
    return Person.objects.filter(organization_id=staff_member.organization_id)
