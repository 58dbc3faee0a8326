"""Which knowledge cards a staff member has read, which changed since; to others only counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from knotenpunkt.directory.models import CardReading, KnowledgeCard
from knotenpunkt.directory.queries import organizations_visible_to
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account, StaffMember

# In a smaller house a count would tell who has read what.
SMALLEST_HOUSE = 5


class ReadState(TextChoices):
    """What is left to do, first."""

    CHANGED = "changed", _("changed since you read it")
    UNREAD = "unread", _("not read yet")
    READ = "read", _("read")


@dataclass(frozen=True)
class CardLine:
    """A card as one staff member stands to it."""

    card: KnowledgeCard
    state: ReadState
    read_on: dt.date | None

    @property
    def is_due(self) -> bool:
        """Return whether its house should have confirmed it by now."""
        return self.card.confirm_by < clock.today()


def cards_for(account: Account) -> list[CardLine]:
    """Return the cards of all partners but the own house: what is left to read first, by name."""
    member = account.staff_member
    cards = (
        KnowledgeCard.objects.filter(organization__in=organizations_visible_to(account))
        .exclude(organization_id=member.organization_id)
        .select_related("organization")
        .order_by("organization__name", "pk")
    )
    readings = {it.card_id: it for it in CardReading.objects.filter(staff_member=member)}
    lines = [_line(card, readings.get(card.pk)) for card in cards]
    return sorted(lines, key=lambda it: ReadState.values.index(it.state))


def line_of(card: KnowledgeCard, account: Account) -> CardLine:
    """Return how this staff member stands to one card."""
    reading = CardReading.objects.filter(card=card, staff_member=account.staff_member).first()
    return _line(card, reading)


def _line(card: KnowledgeCard, reading: CardReading | None) -> CardLine:
    if reading is None:
        return CardLine(card, ReadState.UNREAD, None)
    state = ReadState.READ if reading.edition == card.edition else ReadState.CHANGED
    return CardLine(card, state, reading.read_on)


def readers_of(card: KnowledgeCard) -> int:
    """Return how many colleagues of other houses have read the card as it stands."""
    return (
        CardReading.objects.filter(card=card, edition=card.edition, staff_member__left_on=None)
        .exclude(staff_member__organization_id=card.organization_id)
        .count()
    )


def readings_in_house(account: Account) -> int | None:
    """Return how many readings of cards as they stand the own house has; None in a small house."""
    organization_id = account.staff_member.organization_id
    colleagues = StaffMember.objects.filter(organization_id=organization_id, left_on=None)
    if colleagues.count() < SMALLEST_HOUSE:
        return None
    found = CardReading.objects.filter(staff_member__in=colleagues).select_related("card")
    return sum(it.edition == it.card.edition for it in found)


def changed_cards(account: Account, *, since: dt.date) -> list[KnowledgeCard]:
    """Return the partners' cards whose words changed after this day and that she has not read."""
    return [
        line.card
        for line in cards_for(account)
        if line.state != ReadState.READ and line.card.changed_on and line.card.changed_on > since
    ]
