"""The one seam to the rules of responsibility: they warn, an expert decides (invariant 32)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Organization
from knotenpunkt.people.enums import BirthPrecision
from knotenpunkt.people.models import Person, ResidenceFacts
from knotenpunkt.routing.deciding import Decision, Verdict, decide_today
from knotenpunkt.routing.enums import Matter, Regime
from knotenpunkt.routing.facts import Facts
from knotenpunkt.routing.law import RuleRow
from knotenpunkt.routing.queries import matter_of, payers_among, responsible_for, rows_of

# A decision, and whether it rests on an assumption.
Sure = tuple[Decision, bool]


@dataclass(frozen=True)
class NotResponsible:
    """By rule another organization is responsible today: codes and ids of the rules, its name."""

    matter: str
    rule: str
    rule_ids: tuple[UUID, ...]
    responsible: str


def warning_for(
    person: Person, organization: Organization, service: Service | None
) -> NotResponsible | None:
    """Return why this organization is not responsible today, or None if nothing says so.

    Unknown facts never warn: the rules name who is not responsible only when they are sure.
    """
    matter = matter_of(service) if service else None
    if matter is None:
        return None
    answer = responsible_for(organization.network, matter, facts_about(person), clock.today())
    decision = answer.today
    if not decision.is_decided or decision.verdict(organization.code) != Verdict.NO:
        return None
    known = answer.organizations
    names = [known[code].name for code, _regime in decision.targets if code in known]
    return NotResponsible(
        matter=matter,
        rule=", ".join(row.code for row in decision.rules)[:60],
        rule_ids=tuple(row.id for row in decision.rules if row.id),
        responsible=", ".join(names) or "-",
    )


@dataclass(frozen=True)
class LawBook:
    """Under which book of law she lives today, who pays by rule, and the rules that say so.

    `is_a_change` is true when the house that keeps the file pays for others, but no longer for
    her; `is_assumed` when the answer rests on her being able to work (§ 8 SGB II), which nobody
    has written down.
    """

    regime: Regime
    organizations: tuple[Organization, ...]
    rules: tuple[RuleRow, ...]
    is_a_change: bool
    is_assumed: bool


def law_book_of(person: Person) -> LawBook | None:
    """Return what the rules on livelihood say of her today, or None while they cannot be sure."""
    rows, today = rows_of(person.network), clock.today()
    sure = sure_decision(rows, facts_about(person), today)
    if sure is None:
        return None
    houses = organizations_named(person.network_id, [sure[0]])
    return law_book(person, sure, houses, payers_among(rows, today))


def organizations_named(network_id: UUID, decisions: Iterable[Decision]) -> dict[str, Organization]:
    """Return the organizations these decisions lead to, by code, in one query."""
    codes = {code for decision in decisions for code, _regime in decision.targets}
    found = Organization.objects.filter(network_id=network_id, code__in=codes)
    return {it.code: it for it in found}


def law_book(
    person: Person,
    sure: Sure,
    houses: Mapping[str, Organization],
    payers: frozenset[str],
) -> LawBook:
    """Return the law book that follows from a decision on her livelihood."""
    decision, is_assumed = sure
    codes = {code for code, _regime in decision.targets}
    own = person.organization.code if person.organization else ""
    return LawBook(
        regime=Regime(decision.targets[0][1]),
        organizations=tuple(houses[it] for it in sorted(codes) if it in houses),
        rules=decision.rules,
        is_a_change=own not in codes and own in payers,
        is_assumed=is_assumed,
    )


def facts_about(person: Person) -> Facts:
    """Return what the own file knows, as plain values; a birth date known in part stays out."""
    return facts_from(person, ResidenceFacts.objects.filter(person=person).first())


def facts_from(person: Person, residence: ResidenceFacts | None) -> Facts:
    """Return the same from rows that were read already."""
    born: dt.date | None = (
        person.birth_date if person.birth_precision == BirthPrecision.DAY else None
    )
    if residence is None:
        return Facts(born_on=born)
    return Facts(
        title=residence.title or None,
        first_title_on=residence.first_title_on,
        arrived_on=residence.arrived_on,
        born_on=born,
    )


def sure_decision(
    rows: Iterable[RuleRow], facts: Facts, on: dt.date
) -> tuple[Decision, bool] | None:
    """Return what the rules on livelihood say for sure, and whether it rests on her working.

    Being able to work (§ 8 SGB II) is assumed only if nothing is sure without it.
    """
    for known in (facts, replace(facts, is_not_employable=False)):
        decision = decide_today(rows, Matter.LIVELIHOOD, known, on)
        regimes = {regime for _code, regime in decision.targets}
        if not decision.is_open and len(regimes) == 1 and regimes <= set(Regime.values):
            return decision, known is not facts
    return None
