from __future__ import annotations


class AddressTaken(Exception):
    """This mail address signs in already; it cannot be invited once more."""

    def __init__(self, email: str) -> None:
        super().__init__(email)
        self.email = email


class NotInvited(Exception):
    """The link was used, withdrawn, replaced by a newer one, or is too old."""


class NotYours(Exception):
    """This account may not invite into this organization, or not with this role."""


class StillMissing(Exception):
    """The entries cannot be shown yet; carries the keys of the steps that are open."""

    def __init__(self, steps: list[str]) -> None:
        super().__init__(steps)
        self.steps = steps
