"""The log of who read."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Grant, Item, Person, ReadEntry
from knotenpunkt.people.queries import items_visible_to


def log_read(*, persons: Iterable[Person], by: Account | None, what: str) -> None:
    """Log that these persons are about to be read; call it before the answer is made."""
    organization_id = by.staff_member.organization_id if by else None
    now = clock.now()
    ReadEntry.objects.bulk_create(
        ReadEntry(at=now, person=person, account=by, organization_id=organization_id, what=what)
        for person in persons
    )


@transaction.atomic
def open_shared_items(*, person: Person, by: Account, purpose: str = "") -> list[Item]:
    """Return what living grants hand over of her, each item logged with its grant and purpose.

    The entries share the transaction with the read: no entry, no answer.
    """
    visible = items_visible_to(by, purpose=purpose).filter(subject=person)
    found = visible.select_related("organization")
    items = [it for it in found if it.grant_id]  # type: ignore[attr-defined]
    grants = Grant.objects.in_bulk({it.grant_id for it in items})  # type: ignore[attr-defined]
    now, organization_id = clock.now(), by.staff_member.organization_id
    ReadEntry.objects.bulk_create(
        ReadEntry(
            at=now,
            person=person,
            account=by,
            organization_id=organization_id,
            what="shared item",
            basis=grant.basis,
            item_id=item.pk,
            grant_id=grant.pk,
            purpose=purpose or grant.purposes[0],
        )
        for item in items
        for grant in [grants[item.grant_id]]  # type: ignore[attr-defined]
    )
    return items
