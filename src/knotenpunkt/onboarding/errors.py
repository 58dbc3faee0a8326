from __future__ import annotations


class NotYours(Exception):
    """This account may not do this for this organization."""


class StillMissing(Exception):
    """The entries cannot be shown yet; carries the keys of the steps that are open."""

    def __init__(self, steps: list[str]) -> None:
        super().__init__(steps)
        self.steps = steps
