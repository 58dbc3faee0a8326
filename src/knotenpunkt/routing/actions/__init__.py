"""Drafts become law, specialists go another way, changes of law are noted and read."""

from knotenpunkt.routing.actions.rules import (
    hand_on_rules,
    note_review,
    override_responsibility,
    put_in_force,
    suspend_rule,
)

__all__ = [
    "hand_on_rules",
    "note_review",
    "override_responsibility",
    "put_in_force",
    "suspend_rule",
]
