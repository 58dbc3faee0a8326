"""The one seam to the rules of responsibility: they warn, an expert decides (invariant 32)."""

from __future__ import annotations

from dataclasses import dataclass

from knotenpunkt.directory.models import Service
from knotenpunkt.network.models import Organization
from knotenpunkt.people.models import Person


@dataclass(frozen=True)
class NotResponsible:
    """By rule another organization is responsible today."""

    rule: str
    responsible: str


def warning_for(
    person: Person, organization: Organization, service: Service | None
) -> NotResponsible | None:
    """Return why this organization is not responsible today, or None if nothing says so."""
    return None
