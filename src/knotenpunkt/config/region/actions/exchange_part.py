"""What staff ask and answer each other, and which cards they have read; invented in a demo."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from dateutil.relativedelta import relativedelta

from knotenpunkt.config.region.actions.rows import put, row_id
from knotenpunkt.config.region.exchange import AnswerEntry, QuestionEntry
from knotenpunkt.config.region.schema import Region
from knotenpunkt.directory.models import CardReading, KnowledgeCard
from knotenpunkt.exchange.actions.newsletter import draft_issue
from knotenpunkt.exchange.models import NewsletterIssue, Post
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Network

OPENING = "Liebe Kolleginnen und Kollegen, das ist neu im Musterkreis. Alles hier ist erfunden."
ASKED_AT, ANSWERED_AT = dt.time(9, 20), dt.time(14, 5)
# Each reads the cards of the partners before hers in the file.
READERS = ("st-ki03", "st-ki02", "st-jc05", "st-mb02", "st-gk02", "st-aa06")


def load_exchange(network: Network, region: Region) -> None:
    """Write the questions of the file with their answers."""
    put(Post, (_question(network, it) for it in region.questions))
    put(
        Post,
        (
            _answer(network, it, number, given)
            for it in region.questions
            for number, given in enumerate(it.answers, 1)
        ),
    )
    if network.is_invented:
        put(CardReading, _readings(network, region))
        _newsletters(network, region)


def _past(day: dt.date, time: dt.time) -> dt.datetime:
    """Return the moment, or now if it lies ahead: a demo may be booked for next week."""
    return min(clock.local_moment(day, time), clock.now())


def _question(network: Network, entry: QuestionEntry) -> Post:
    helped = [it for it in entry.answers if it.helped]
    return Post(
        id=row_id(network, "question", entry.id),
        network=network,
        topic_id=row_id(network, "topic", entry.topic),
        title=entry.title,
        body=entry.body,
        service_id=row_id(network, "service", entry.offer) if entry.offer else None,
        organization_id=row_id(network, "organization", entry.org) if entry.org else None,
        author_id=row_id(network, "staff", entry.by),
        posted_at=_past(entry.on, ASKED_AT),
        answered_at=_past(helped[0].on, ANSWERED_AT) if helped else None,
    )


def _answer(network: Network, entry: QuestionEntry, number: int, given: AnswerEntry) -> Post:
    return Post(
        id=row_id(network, "answer", f"{entry.id}/{number}"),
        network=network,
        question_id=row_id(network, "question", entry.id),
        body=given.body,
        author_id=row_id(network, "staff", given.by),
        posted_at=_past(given.on, ANSWERED_AT),
        is_accepted=given.helped,
    )


def _newsletters(network: Network, region: Region) -> None:
    """Two months in the archive, as if they had been released when they were over; no mails."""
    today = min(clock.today(), region.meta.booking_made_on).replace(day=1)
    for months in (2, 1):
        first = today - relativedelta(months=months)
        issue = draft_issue(network=network, month=first)
        issue.opening = OPENING
        issue.released_at = clock.local_moment(first + relativedelta(months=1), ASKED_AT)
        put(NewsletterIssue, [issue])


def _readings(network: Network, region: Region) -> Iterator[CardReading]:
    """Let a few colleagues have read some cards, one of them in other words than today's."""
    cards = list(KnowledgeCard.objects.filter(organization__network=network).order_by("pk"))
    homes = {it.id: row_id(network, "organization", it.org) for it in region.staff}
    day = min(clock.today(), region.meta.booking_made_on)
    for place, code in enumerate(READERS):
        for card in cards[: 3 + 2 * place]:
            if code in homes and card.organization_id != homes[code]:
                yield CardReading(
                    id=row_id(network, "card_reading", f"{code}/{card.pk}"),
                    staff_member_id=row_id(network, "staff", code),
                    card=card,
                    edition="earlier" if card is cards[0] else card.edition,
                    read_on=day - dt.timedelta(days=place),
                )
