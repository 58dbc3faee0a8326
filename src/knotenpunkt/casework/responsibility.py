"""The one seam to the rules of responsibility: they warn, an expert decides (invariant 32)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from uuid import UUID

from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Organization
from knotenpunkt.people.enums import BirthPrecision
from knotenpunkt.people.models import Person, ResidenceFacts
from knotenpunkt.routing.deciding import Verdict
from knotenpunkt.routing.enums import Matter, Regime
from knotenpunkt.routing.facts import Facts
from knotenpunkt.routing.law import RuleRow
from knotenpunkt.routing.queries import Responsibility, matter_of, payers_of, responsible_for


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
    known = facts_about(person)
    for facts in (known, replace(known, is_not_employable=False)):
        answer = responsible_for(person.network, Matter.LIVELIHOOD, facts, clock.today())
        regimes = {regime for _code, regime in answer.today.targets}
        if not answer.today.is_open and len(regimes) == 1 and regimes <= set(Regime.values):
            return _law_book(person, answer, is_assumed=facts is not known)
    return None


def _law_book(person: Person, answer: Responsibility, *, is_assumed: bool) -> LawBook:
    codes = {code for code, _regime in answer.today.targets}
    own = person.organization.code if person.organization else ""
    return LawBook(
        regime=Regime(answer.today.targets[0][1]),
        organizations=tuple(answer.organizations[it] for it in codes if it in answer.organizations),
        rules=answer.today.rules,
        is_a_change=own not in codes and own in payers_of(person.network, answer.on),
        is_assumed=is_assumed,
    )


def facts_about(person: Person) -> Facts:
    """Return what the own file knows, as plain values; a birth date known in part stays out."""
    residence = ResidenceFacts.objects.filter(person=person).first()
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
