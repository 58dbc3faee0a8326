"""What can be wrong with an account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class EmailTaken(Exception):
    """Another account signs in with this address."""


class NotYourHouse(Exception):
    """This account may not do this to the sign-ins of this organization, or not to its own."""


class LastCoordinator(Exception):
    """Nobody else coordinates the network: she names another one first."""


class StillOpen(Exception):
    """Someone who leaves has open work; `work` says what, without a name of a person."""

    def __init__(self, work: Sequence[Any]) -> None:
        super().__init__(", ".join(it.kind for it in work))
        self.work = tuple(work)
