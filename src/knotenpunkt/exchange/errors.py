from __future__ import annotations

from collections.abc import Sequence


class LooksLikeClientData(ValueError):
    """Nothing was written; `findings` are kind and words of what may tell who is meant."""

    def __init__(self, findings: Sequence[tuple[str, str]]) -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = list(findings)


class NotYours(PermissionError):
    """Only the author may do this, or the coordinator where it says so."""


class IsGone(ValueError):
    """The post, or the question it answers, has been withdrawn or removed."""


class AlreadyReleased(ValueError):
    """The issue went out; its words stay as they were sent."""
