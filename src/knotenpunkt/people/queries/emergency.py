"""Emergencies: those to decide in the own file, and those for the data protection officer."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import EmergencyAccess
from knotenpunkt.people.queries.persons import persons_visible_to
from knotenpunkt.people.rules import READ_NOTHING


def emergencies_visible_to(account: Account | AnonymousUser) -> QuerySet[EmergencyAccess]:
    """Return the emergencies about persons in the own file; officers see those of their house."""
    staff_member = getattr(account, "staff_member", None)
    if staff_member is None or staff_member.left_on is not None:
        return EmergencyAccess.objects.none()
    found = EmergencyAccess.objects.select_related(
        "subject", "requested_by__organization", "decided_by", "grant"
    )
    if staff_member.role == Role.DATA_PROTECTION_OFFICER:
        return found.filter(subject__organization=staff_member.organization_id)
    if staff_member.role in READ_NOTHING:
        return EmergencyAccess.objects.none()
    return found.filter(subject__in=persons_visible_to(account))


def emergencies_to_decide(account: Account) -> QuerySet[EmergencyAccess]:
    """Return what waits for a second person of this house, the oldest first."""
    waiting = emergencies_visible_to(account).filter(decided_at=None)
    return waiting.exclude(requested_by=account.staff_member).order_by("asked_at", "id")
