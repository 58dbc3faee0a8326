"""What an indicator is, what it is asked, and what it answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from knotenpunkt.cooperation.enums import Unit
from knotenpunkt.network.models import Network

LEAST_COUNT = 5  # domain.md, invariant 15: fewer say something about somebody


@dataclass(frozen=True)
class Asked:
    """For whom and for which local days (both included) something is counted.

    `parties` are all houses of the agreement with those they have succeeded; `houses` is the one
    that has promised, with those it has succeeded, or all of them.
    """

    parties: frozenset[UUID]
    houses: frozenset[UUID]
    first: dt.date
    last: dt.date
    agreement: UUID | None = None

    def has(self, day: dt.date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Counted:
    """A figure, None if it cannot be said. `cases` on how many people or matters it rests.

    Without `cases` nobody stands behind it, and it is never hidden.
    """

    value: float | None
    cases: int | None = None

    @property
    def is_hidden(self) -> bool:
        return self.cases is not None and self.cases < LEAST_COUNT


@dataclass(frozen=True)
class Indicator:
    """A named way of counting. `definition` stands under "how it is counted", word for word.

    `read` takes network, first and last day, and returns rows for `count`. `is_summed`: it grows
    over the year, so in June half of a target is in time; the others can be compared any day.
    """

    code: str
    name: str | Promise
    definition: str | Promise
    unit: Unit
    is_summed: bool
    read: Callable[[Network, dt.date, dt.date], list[Any]]
    count: Callable[[list[Any], Asked], Counted]


def share(part: int, whole: int) -> Counted:
    """Return a share in percent, hidden when the whole is small; None of nothing."""
    return Counted(round(100 * part / whole, 1) if whole else None, whole)
