"""Colleagues whom a partner enters itself: to be booked, with or without an account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from knotenpunkt.directory.actions.finding import renew_search
from knotenpunkt.directory.models import Service
from knotenpunkt.directory.rights import may_edit
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Organization, StaffMember
from knotenpunkt.onboarding.errors import NotYours


@dataclass(frozen=True)
class StaffSaid:
    """What a partner says of a colleague."""

    name: str
    job: str
    languages: tuple[str, ...]
    direct_line: str = ""


@transaction.atomic
def add_staff(
    *, organization: Organization, said: StaffSaid, services: Iterable[Service], by: Account
) -> StaffMember:
    """Add somebody who can be booked; she signs in only when she is invited too. `NotYours`."""
    if not may_edit(by, organization):
        raise NotYours
    member = StaffMember.objects.create(organization=organization, role=Role.WORKER, **_row(said))
    _give(member, services)
    record("network.staff_added", member, by=by)
    return member


@transaction.atomic
def change_staff(
    *, staff_member: StaffMember, said: StaffSaid, services: Iterable[Service], by: Account
) -> None:
    """Change what partners read of somebody, and what she gives. Raises `NotYours`."""
    if not may_edit(by, staff_member.organization):
        raise NotYours
    for name, value in _row(said).items():
        setattr(staff_member, name, value)
    staff_member.save(update_fields=list(_row(said)))
    _give(staff_member, services)
    record("network.staff_changed", staff_member, by=by)


def _row(said: StaffSaid) -> dict[str, object]:
    return {**vars(said), "languages": list(said.languages)}


def _give(member: StaffMember, services: Iterable[Service]) -> None:
    """Set which services of her own house she gives; those of other houses stay."""
    own = [it for it in services if it.organization_id == member.organization_id]
    others = member.services.exclude(organization=member.organization)
    before = set(member.services.values_list("pk", flat=True))
    member.services.set([*others, *own])
    renew_search(services=before | {it.pk for it in own})
