"""A staff member confirms that she has read a card. No audit entry: it is no record of her work."""

from __future__ import annotations

from django.db import transaction

from knotenpunkt.directory.errors import CardHasChanged
from knotenpunkt.directory.models import CardReading, KnowledgeCard
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account


@transaction.atomic
def confirm_read(*, card: KnowledgeCard, edition: str, by: Account) -> None:
    """Note that she has read this edition. Harmless when repeated; raises `CardHasChanged`."""
    card = KnowledgeCard.objects.select_for_update(of=("self",)).get(pk=card.pk)
    if card.edition != edition:
        raise CardHasChanged
    CardReading.objects.update_or_create(
        staff_member=by.staff_member,
        card=card,
        defaults={"edition": edition, "read_on": clock.today()},
    )


@transaction.atomic
def take_back_reading(*, card: KnowledgeCard, by: Account) -> None:
    """Forget that she has read the card. Harmless when repeated."""
    CardReading.objects.filter(card=card, staff_member=by.staff_member).delete()
