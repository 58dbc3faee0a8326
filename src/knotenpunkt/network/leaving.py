"""What somebody who leaves has in hand. Kinds and counts: administrators read no names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from knotenpunkt.network.models import StaffMember
from knotenpunkt.network.signals import what_is_open


@dataclass(frozen=True)
class OpenWork:
    """How much of one kind is open; `moves` is false where another page has to settle it."""

    kind: str
    label: str | Promise
    count: int
    moves: bool = True


def open_work_of(staff_member: StaffMember) -> list[OpenWork]:
    """Return what is open, as the apps above know it, without kinds that are empty."""
    answers: list[Any] = what_is_open.send(StaffMember, staff_member=staff_member)
    return [work for _receiver, found in answers for work in found if work.count]
