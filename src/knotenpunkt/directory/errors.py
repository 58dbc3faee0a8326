from __future__ import annotations

from collections.abc import Sequence

from knotenpunkt.directory.hsds.lint import Finding


class BadImport(ValueError):
    """Nothing was written; `findings` says what is wrong, by table, row and field."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(f"{len(findings)} faults")
        self.findings = list(findings)


class NotTheOwner(PermissionError):
    """Only the owner of an entry, or the network's coordinator, may change it."""


class AlreadyAnswered(ValueError):
    """The suggestion was answered before; `status` says how."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class CardHasChanged(ValueError):
    """The card says something else by now than what was read; nothing was noted."""


class UnknownYear(ValueError):
    """The file of school holidays knows no day of this year."""

    def __init__(self, year: int) -> None:
        super().__init__(str(year))
        self.year = year
