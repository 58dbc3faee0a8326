"""Who may change what in the directory."""

from __future__ import annotations

from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account, Organization

# An administrator keeps the accounts of one house; the entries of all are the coordinator's.
NETWORK_ROLES: frozenset[str] = frozenset({Role.COORDINATOR})
READING_ROLES = frozenset({Role.READER, Role.INTERPRETER, Role.DATA_PROTECTION_OFFICER})


def may_edit(account: Account, organization: Organization) -> bool:
    """Return whether this account may change the entries of this organization.

    Its own staff may, and the coordinator of the same network.
    """
    member = account.staff_member
    if member.role in READING_ROLES or member.left_on is not None:
        return False
    if member.organization_id == organization.pk:
        return True
    is_same_network = member.organization.network_id == organization.network_id
    return is_same_network and member.role in NETWORK_ROLES
