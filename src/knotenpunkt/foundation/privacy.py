"""How sensitive a field is. Every model about people lists all its fields in a `Privacy` class."""

from __future__ import annotations

from enum import StrEnum


class Sensitivity(StrEnum):
    """Layers of design.md, and two that never identify anyone."""

    TECHNICAL = "technical"  # keys, time stamps: no statement about a person
    ORGANIZATIONAL = "organizational"  # about staff in their function
    CONTACT = "contact"
    MATTER = "matter"
    SENSITIVE = "sensitive"
    ENTRUSTED = "entrusted"
