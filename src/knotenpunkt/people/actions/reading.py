"""The log of who read."""

from __future__ import annotations

from collections.abc import Iterable

from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person, ReadEntry


def log_read(*, persons: Iterable[Person], by: Account | None, what: str) -> None:
    """Log that these persons are about to be read; call it before the answer is made."""
    organization_id = by.staff_member.organization_id if by else None
    now = clock.now()
    ReadEntry.objects.bulk_create(
        ReadEntry(at=now, person=person, account=by, organization_id=organization_id, what=what)
        for person in persons
    )
