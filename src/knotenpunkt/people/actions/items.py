"""What an organization writes down of a person, item by item."""

from __future__ import annotations

from django.db import transaction

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account
from knotenpunkt.people.enums import LAYER_OF_CATEGORY, Layer
from knotenpunkt.people.models import Item, Person


@transaction.atomic
def write_item(
    *, subject: Person, category: str, body: str, by: Account, layer: int = 0, **more: object
) -> Item:
    """Write an item of the organization of `by`, who is its author.

    Its layer is at least that of its category. `more` are further fields of `Item`.
    """
    staff_member = by.staff_member
    item = Item.objects.create(
        subject=subject,
        organization=staff_member.organization,
        author=staff_member,
        category=category,
        layer=max(layer, LAYER_OF_CATEGORY.get(category, Layer.MATTER)),
        body=body,
        created_at=clock.now(),
        **more,
    )
    record("item.written", item, by=by)
    return item


@transaction.atomic
def change_item(*, item: Item, by: Account, **fields: object) -> Item:
    """Change these fields of an item of one's own organization."""
    changed = [name for name, value in fields.items() if getattr(item, name) != value]
    if not changed:
        return item
    for name in changed:
        setattr(item, name, fields[name])
    item.changed_at = clock.now()
    item.save(update_fields=[*changed, "changed_at"])
    record("item.changed", item, by=by, changed_fields=changed)
    return item
