"""Who may invite whom."""

from __future__ import annotations

from knotenpunkt.directory.rights import NETWORK_ROLES, may_edit
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Organization

INVITING_ROLES = NETWORK_ROLES | {Role.LEAD, Role.MANAGER}
# What a partner may give its own people; the roles of the whole network come from the network.
OWN_ROLES: tuple[Role, ...] = (
    Role.WORKER,
    Role.CONFIDENTIAL_WORKER,
    Role.LEAD,
    Role.MANAGER,
    Role.FRONT_DESK,
    Role.READER,
    Role.DATA_PROTECTION_OFFICER,
)


def may_invite(account: Account, organization: Organization, role: str) -> bool:
    """Return whether this account may make accounts with this role in this organization."""
    member = account.staff_member
    return member.role in INVITING_ROLES and may_edit(account, organization) and role in OWN_ROLES
