"""Every change of accounts and keys."""

from knotenpunkt.network.actions.accounts import (
    Introduction,
    NewColleague,
    accept_invitation,
    change_role,
    invite_again,
    invite_colleague,
    withdraw_invitation,
)
from knotenpunkt.network.actions.keys import hash_of, new_api_token
from knotenpunkt.network.actions.leaving import deactivate_colleague, hand_over_work

__all__ = [
    "Introduction",
    "NewColleague",
    "accept_invitation",
    "change_role",
    "deactivate_colleague",
    "hand_over_work",
    "hash_of",
    "invite_again",
    "invite_colleague",
    "new_api_token",
    "withdraw_invitation",
]
