from __future__ import annotations

from knotenpunkt.programmes.models import ProgrammePhase


class NoAlternative(ValueError):
    """A programme without anything for those who cannot join would only refuse (invariant 53)."""


class PhasesOverlap(ValueError):
    """Another phase of the programme runs on some of these days."""

    def __init__(self, other: ProgrammePhase) -> None:
        super().__init__(str(other))
        self.other = other
