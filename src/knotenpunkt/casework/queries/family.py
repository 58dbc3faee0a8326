"""Which services accompany the members of a household, so that a family is seen as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from knotenpunkt.casework.enums import TAKEN_UP
from knotenpunkt.casework.queries.referrals import referrals_visible_to
from knotenpunkt.casework.responsibility import facts_from, organizations_named
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account, Organization, StaffMember
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.routing.deciding import decide_today
from knotenpunkt.routing.enums import Matter
from knotenpunkt.routing.law import RuleRow
from knotenpunkt.routing.queries import rows_of


@dataclass(frozen=True)
class Accompaniment:
    """Who is there for one member: the house of her file, and those that took up a referral.

    `counselling` is the service that the rules name today, by her age; None while they cannot be
    sure or name nobody. `rules` are those that say so.
    """

    person: Person
    houses: tuple[Organization, ...]
    lead: StaffMember | None
    counselling: Organization | None
    rules: tuple[RuleRow, ...]


def accompaniment_of(account: Account, persons: Iterable[Person]) -> list[Accompaniment]:
    """Return it for those of these persons whose file this account may see, in their order.

    Four queries, however many they are. A referral that nobody has taken up yet helps nobody.
    """
    order = [it.pk for it in persons]
    seen = persons_visible_to(account).filter(pk__in=order)
    found = {
        it.pk: it for it in seen.select_related("organization", "case_lead", "residence_facts")
    }
    houses = _houses(account, found)
    network, today = account.staff_member.organization.network, clock.today()
    rows = rows_of(network)
    decisions = {
        key: decide_today(
            rows, Matter.COUNSELLING, facts_from(it, getattr(it, "residence_facts", None)), today
        )
        for key, it in found.items()
    }
    services = organizations_named(network.pk, decisions.values())
    result = []
    for key in (it for it in order if it in found):
        decision, person = decisions[key], found[key]
        service = services.get(decision.targets[0][0]) if decision.is_decided else None
        result.append(
            Accompaniment(
                person=person,
                houses=houses[key],
                lead=person.case_lead,
                counselling=service,
                rules=decision.rules if service else (),
            )
        )
    return result


def counselling_services(family: Iterable[Accompaniment]) -> list[Organization]:
    """Return the counselling services that are there for this family by rule, each once."""
    found = {it.counselling.pk: it.counselling for it in family if it.counselling}
    return sorted(found.values(), key=lambda it: it.name)


def _houses(account: Account, persons: dict[UUID, Person]) -> dict[UUID, tuple[Organization, ...]]:
    """Return the house of each file, then who took up a referral of her, by name."""
    houses: dict[UUID, dict[UUID, Organization]] = {
        key: {it.organization.pk: it.organization} if it.organization else {}
        for key, it in persons.items()
    }
    taken = referrals_visible_to(account).filter(person__in=list(persons), status__in=TAKEN_UP)
    for it in taken.select_related("to_organization").order_by("to_organization__name", "pk"):
        houses[it.person_id].setdefault(it.to_organization_id, it.to_organization)
    return {key: tuple(them.values()) for key, them in houses.items()}
