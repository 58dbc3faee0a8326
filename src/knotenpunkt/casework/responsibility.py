"""The one seam to the rules of responsibility: they warn, an expert decides (invariant 32)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from knotenpunkt.directory.models import Service
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Organization
from knotenpunkt.people.enums import BirthPrecision
from knotenpunkt.people.models import Person, ResidenceFacts
from knotenpunkt.routing.deciding import Verdict
from knotenpunkt.routing.facts import Facts
from knotenpunkt.routing.queries import matter_of, responsible_for


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
