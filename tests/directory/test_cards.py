"""Knowledge cards: read, changed, read anew; others see a count and nobody's name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knotenpunkt.casework.queries.today import today_of
from knotenpunkt.directory.actions.entries import change_organization
from knotenpunkt.directory.actions.reading import confirm_read, take_back_reading
from knotenpunkt.directory.cards import (
    ReadState,
    cards_for,
    line_of,
    readers_of,
    readings_in_house,
)
from knotenpunkt.directory.errors import CardHasChanged
from knotenpunkt.directory.models import CardReading, KnowledgeCard
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.models import AuditEntry
from knotenpunkt.network.models import Account, Network, StaffMember

Accounts = Callable[[str], Account]


@pytest.fixture
def card(network: Network) -> KnowledgeCard:
    return KnowledgeCard.objects.select_related("organization").get(
        organization__code="org-jobcenter"
    )


def test_a_reading_holds_until_the_words_change(
    card: KnowledgeCard, counsellor: Account, other_authority: Account
) -> None:
    CardReading.objects.all().delete()
    assert line_of(card, counsellor).state == ReadState.UNREAD
    confirm_read(card=card, edition=card.edition, by=counsellor)
    confirm_read(card=card, edition=card.edition, by=counsellor)
    assert (line_of(card, counsellor).state, readers_of(card)) == (ReadState.READ, 1)
    words = {"tasks": card.tasks, "workflow": card.workflow, "legal_basis": card.legal_basis}

    with time_machine.travel(clock.now() + dt.timedelta(days=40)):
        change_organization(
            organization=card.organization, fields={}, card=words, by=other_authority
        )
        card.refresh_from_db()
        confirmed = line_of(card, counsellor).state, card.changed_on == card.verified_on
        change_organization(
            organization=card.organization, fields={}, card={**words, "workflow": "Neu."},
            by=other_authority,
        )  # fmt: skip
        card.refresh_from_db()

        assert confirmed == (ReadState.READ, False)
        assert (line_of(card, counsellor).state, readers_of(card)) == (ReadState.CHANGED, 0)
        assert card.changed_on == clock.today()
        assert card in today_of(counsellor).cards
        confirm_read(card=card, edition=card.edition, by=counsellor)
        assert card not in today_of(counsellor).cards
    assert CardReading.objects.count() == 1


def test_who_read_other_words_has_not_read_these(card: KnowledgeCard, counsellor: Account) -> None:
    seen = card.edition
    KnowledgeCard.objects.filter(pk=card.pk).update(tasks="Something else")

    with pytest.raises(CardHasChanged):
        confirm_read(card=card, edition=seen, by=counsellor)

    assert not CardReading.objects.filter(card=card, staff_member=counsellor.staff_member).exists()


def test_every_part_of_a_card_is_part_of_its_edition(card: KnowledgeCard) -> None:
    editions = {card.edition}
    for part in ("tasks", "workflow", "legal_basis", "reachability", "how_to_refer"):
        card.refresh_from_db()
        setattr(card, part, "changed")
        editions.add(card.edition)

    assert len(editions) == 6


def test_a_house_learns_a_number_and_a_small_one_nothing(
    card: KnowledgeCard, counsellor: Account, account: Accounts
) -> None:
    CardReading.objects.all().delete()
    for code in ("st-ki03", "st-ki02"):
        confirm_read(card=card, edition=card.edition, by=account(code))

    assert readings_in_house(counsellor) == 2
    assert readings_in_house(account("st-jc05")) == 0
    assert not AuditEntry.objects.filter(subject_kind__icontains="reading").exists()
    left = StaffMember.objects.filter(organization=counsellor.staff_member.organization)
    left.exclude(code__in=["st-ki02", "st-ki03"]).update(left_on=clock.today())
    assert readings_in_house(counsellor) is None


def test_the_page_of_the_house_names_no_reader(
    card: KnowledgeCard, partner: Client, owner: Client, counsellor: Account
) -> None:
    CardReading.objects.all().delete()
    address = reverse("desk:directory_organization", args=[card.organization_id])
    done = partner.post(
        reverse("desk:directory_card_read", args=[card.pk]), {"edition": card.edition}
    )

    own, hers = owner.get(address).content.decode(), partner.get(address).content.decode()

    assert done.url == f"{address}#card"
    assert "One colleague of another house has read it" in own
    assert counsellor.staff_member.name not in own
    assert "I have read this card" not in own
    assert "Only you see that" in hers
    for part in ("Tasks", "Workflow", "Legal basis", "Reachability"):
        assert f"<h3>{part}</h3>" in hers
    assert card.legal_basis in hers
    partner.post(reverse("desk:directory_card_read", args=[card.pk]), {"off": "1"})
    assert "I have read this card" in partner.get(address).content.decode()


def test_a_card_nobody_confirmed_for_long_says_so(card: KnowledgeCard, partner: Client) -> None:
    address = reverse("desk:directory_organization", args=[card.organization_id])
    assert "not confirmed for long" not in partner.get(address).content.decode()

    KnowledgeCard.objects.filter(pk=card.pk).update(verified_on=dt.date(2026, 1, 1))

    assert "not confirmed for long" in partner.get(address).content.decode()
    assert "not confirmed for long" in partner.get(reverse("desk:directory_cards")).content.decode()


def test_the_list_shows_what_is_left_first_and_asks_as_often_for_one_as_for_all(
    card: KnowledgeCard, partner: Client, counsellor: Account
) -> None:
    CardReading.objects.all().delete()
    first = cards_for(counsellor)[0].card
    confirm_read(card=first, edition=first.edition, by=counsellor)
    address = reverse("desk:directory_cards")
    partner.get(address)

    with CaptureQueriesContext(connection) as many:
        page = partner.get(address)
    lines = page.context["lines"]
    KnowledgeCard.objects.exclude(pk=card.pk).delete()
    with CaptureQueriesContext(connection) as one:
        partner.get(address)

    assert [line.state for line in lines][-1] == ReadState.READ
    assert lines[-1].card == first
    assert counsellor.staff_member.organization not in [it.card.organization for it in lines]
    assert len(many) == len(one)


def test_a_guest_reads_nothing_and_another_network_neither(
    card: KnowledgeCard, counsellor: Account
) -> None:
    assert Client().get(reverse("desk:directory_cards")).status_code == 302
    take_back_reading(card=card, by=counsellor)
    other = Network.objects.create(code="kreis-fern", name="Fern", land="NW")
    card.organization.network = other
    card.organization.save()
    client = Client()
    client.force_login(counsellor)

    answer = client.post(
        reverse("desk:directory_card_read", args=[card.pk]), {"edition": card.edition}
    )

    assert answer.status_code == 404
