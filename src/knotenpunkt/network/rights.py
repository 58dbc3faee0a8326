"""Who may ask whom in, and give which role."""

from __future__ import annotations

from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Network, Organization, StaffMember

# What a house may give its people without an administrator; the network's own roles are not in it.
HOUSE_ROLES: tuple[Role, ...] = (
    Role.WORKER,
    Role.CONFIDENTIAL_WORKER,
    Role.LEAD,
    Role.MANAGER,
    Role.FRONT_DESK,
    Role.READER,
    Role.DATA_PROTECTION_OFFICER,
    Role.ADMINISTRATOR,
)
LEADING = frozenset({Role.LEAD, Role.MANAGER})
INVITING_ROLES: frozenset[str] = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, *LEADING})


def roles_to_give(account: Account, organization: Organization) -> tuple[Role, ...]:
    """Return the roles with which this account may ask people into this organization.

    Its administrator gives every role but the coordinator's, which reaches over the whole network:
    that one only a coordinator gives, in her own house. Where there is no administrator yet, those
    who lead the house do what one does; the coordinator only until the organization shows itself.
    """
    member: StaffMember | None = getattr(account, "staff_member", None)
    if member is None or member.left_on is not None:
        return ()
    is_own = member.organization_id == organization.pk
    if is_own and member.role == Role.ADMINISTRATOR:
        return tuple(role for role in Role if role != Role.COORDINATOR)
    if is_own and member.role in LEADING and not _has_administrator(organization):
        return HOUSE_ROLES
    is_same_network = member.organization.network_id == organization.network_id
    if is_same_network and member.role == Role.COORDINATOR:
        house = () if organization.is_listed else HOUSE_ROLES
        return (*house, Role.COORDINATOR) if is_own else house
    return ()


def is_last_coordinator(member: StaffMember) -> bool:
    """Whether the network would have nobody left to give the role on. Locks the network's row."""
    if member.role != Role.COORDINATOR:
        return False
    network = Network.objects.select_for_update().get(pk=member.organization.network_id)
    others = StaffMember.objects.filter(
        organization__network=network, role=Role.COORDINATOR, left_on=None, account__is_active=True
    )
    return not others.exclude(pk=member.pk).exists()


def _has_administrator(organization: Organization) -> bool:
    return StaffMember.objects.filter(
        organization=organization, role=Role.ADMINISTRATOR, left_on=None, account__is_active=True
    ).exists()
