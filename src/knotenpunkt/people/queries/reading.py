"""Who has looked at a person, by day: equal looks are one line with how often."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, Count, F, Max, QuerySet, Value, When
from django.db.models.functions import TruncDate

from knotenpunkt.foundation import clock
from knotenpunkt.people.enums import LookedAt
from knotenpunkt.people.models import Person, ReadEntry

# What was looked at, by the word that the log keeps; every other word is "a page about you".
LOOKED_AT: dict[LookedAt, tuple[str, ...]] = {
    LookedAt.LIST: (
        "list", "today", "day", "referrals", "assignments", "conferences", "follow-ups",
        "waiting list", "repair list", "duplicates", "ledger", "programmes", "cohort",
    ),
    LookedAt.VISIT: (
        "visit", "visit change", "new visit", "check-in", "slip", "repair", "fixed blocks",
        "interpreter's offer", "waiting form",
    ),
    LookedAt.CASE: (
        "plan", "referral", "new referral", "letter", "talk", "follow-up", "consent sheet",
        "joint session", "conference", "new conference", "assignment", "hand-over page",
        "helpers", "emergency", "subject access", "disclosures", "household", "law book",
        "interpreter wish",
    ),
    LookedAt.MACHINE: ("api", "api visit", "api change"),
    LookedAt.SHARED: ("shared item",),
}  # fmt: skip


def reads_of(person: Person) -> QuerySet[ReadEntry]:
    """Return every look at her, newest first, each with `looked_at` (a `LookedAt`)."""
    reads = ReadEntry.objects.filter(person=person).annotate(looked_at=_looked_at())
    return reads.select_related("account__staff_member", "organization").order_by("-at", "-id")


def reads_by_day(person: Person) -> QuerySet[Any, Any]:
    """Return one line for each day, reader, page and purpose, the latest first.

    A line has `day` (local), `who`, `house`, `looked_at`, `purpose`, `times` and `last_at`.
    """
    lines = ReadEntry.objects.filter(person=person).values(
        "purpose",
        looked_at=_looked_at(),
        day=TruncDate("at", tzinfo=clock.LOCAL),
        who=F("account__staff_member__name"),
        house=F("organization__name"),
    )
    return lines.annotate(times=Count("id"), last_at=Max("at")).order_by("-last_at")


def _looked_at() -> Case:
    words = [When(what__in=words, then=Value(it.value)) for it, words in LOOKED_AT.items()]
    return Case(*words, default=Value(LookedAt.PAGE.value), output_field=CharField())
