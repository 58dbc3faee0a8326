"""Whose law book has changed: for the page of the day, in three queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from knotenpunkt.casework.enums import AssignmentKind, AssignmentStatus
from knotenpunkt.casework.models import Assignment
from knotenpunkt.casework.responsibility import (
    LawBook,
    facts_from,
    law_book,
    organizations_named,
    sure_decision,
)
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.routing.enums import Regime
from knotenpunkt.routing.queries import payers_among, rows_of

LATELY = dt.timedelta(days=30)


@dataclass(frozen=True)
class LawBookChange:
    """She lives under another book than lately, or her house pays for her no longer.

    `before` is the book of thirty days ago if that differs, by law or by her age; a new paper that
    was noted since is known only by `law.is_a_change`: earlier papers are not kept.
    """

    person: Person
    law: LawBook
    before: Regime | None


def law_book_changes(account: Account) -> list[LawBookChange]:
    """Return whom this staff member leads and whose book changed, if no hand-over is under way."""
    persons = list(_led_by(account))
    if not persons:
        return []
    network, today = account.staff_member.organization.network, clock.today()
    rows = rows_of(network)
    sure = {}
    for person in persons:
        decision = sure_decision(rows, facts_from(person, person.residence_facts), today)
        if decision is not None:
            sure[person.pk] = decision
    houses = organizations_named(network.pk, [decision for decision, _is in sure.values()])
    payers, found = payers_among(rows, today), []
    for person in persons:
        if person.pk not in sure:
            continue
        law = law_book(person, sure[person.pk], houses, payers)
        facts = facts_from(person, person.residence_facts)
        earlier = sure_decision(rows, facts, today - LATELY)
        before = Regime(earlier[0].targets[0][1]) if earlier else law.regime
        if law.is_a_change or before != law.regime:
            found.append(LawBookChange(person, law, before if before != law.regime else None))
    return found


def _led_by(account: Account) -> list[Person]:
    under_way = Assignment.objects.filter(kind=AssignmentKind.REGIME_CHANGE).exclude(
        status=AssignmentStatus.HANDED_OVER
    )
    led = persons_visible_to(account).filter(
        case_lead=account.staff_member, residence_facts__title__gt=""
    )
    return list(
        led.exclude(pk__in=under_way.values("person"))
        .select_related("organization", "residence_facts")
        .order_by("given_name", "pk")
    )
