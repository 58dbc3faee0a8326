"""The log of who read."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.people.enums import Layer
from knotenpunkt.people.models import Grant, Item, Person, ReadEntry
from knotenpunkt.people.queries import items_visible_to, with_grants

RELEASE = "release"


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
    """Return what grants and releases hand over of her, each item logged with what it rests on.

    The entries share the transaction with the read: no entry, no answer.
    """
    visible = items_visible_to(by, purpose=purpose).filter(subject=person)
    found = with_grants(visible.select_related("organization"), by, purpose=purpose)
    me = by.staff_member
    items = [it for it in found if it.grant_id or _is_released(it, me)]  # type: ignore[attr-defined]
    keys = {it.grant_id for it in items if it.grant_id}  # type: ignore[attr-defined]
    grants = Grant.objects.in_bulk(keys)
    now = clock.now()
    ReadEntry.objects.bulk_create(
        ReadEntry(
            at=now,
            person=person,
            account=by,
            organization_id=me.organization_id,
            what="shared item",
            basis=grant.basis if grant else RELEASE,
            item_id=item.pk,
            grant_id=grant.pk if grant else None,
            purpose=purpose or (grant.purposes[0] if grant else ""),
        )
        for item in items
        for grant in [grants.get(item.grant_id)]  # type: ignore[attr-defined]
    )
    return items


def _is_released(item: Item, me: StaffMember) -> bool:
    """Something entrusted to somebody else that may be seen at all was released by name."""
    return item.layer == Layer.ENTRUSTED and item.author_id != me.pk
