"""What is open, what is taken, and what is left."""

from __future__ import annotations

from uuid import UUID

from knotenpunkt.availability.models import GroupSession, Interpreter
from knotenpunkt.network.models import Network, StaffMember


def resources_of(network: Network) -> list[UUID]:
    """Return the ids of everything in this network that has open intervals."""
    return [
        *StaffMember.objects.filter(organization__network=network).values_list("id", flat=True),
        *Interpreter.objects.filter(network=network).values_list("id", flat=True),
        *GroupSession.objects.filter(location__network=network).values_list("id", flat=True),
    ]
