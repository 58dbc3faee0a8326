"""Whose permission to work ends soon: for the page of the day, in three queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from knotenpunkt.casework.responsibility import facts_from, organizations_named
from knotenpunkt.foundation import clock
from knotenpunkt.network.models import Account, Organization
from knotenpunkt.people.models import Person
from knotenpunkt.people.queries import persons_visible_to
from knotenpunkt.routing.deciding import decide_today
from knotenpunkt.routing.enums import Matter
from knotenpunkt.routing.law import RuleRow
from knotenpunkt.routing.queries import rows_of

# Time enough to ask for the next paper; no rule of law.
AHEAD = relativedelta(months=3)


@dataclass(frozen=True)
class EndingPermission:
    """The last local day on which she may work, and where that is renewed.

    `office` is None while the rules on permission to work name nobody for her paper; `rules` are
    those that name it.
    """

    person: Person
    ends_on: dt.date
    office: Organization | None
    rules: tuple[RuleRow, ...]

    @property
    def has_ended(self) -> bool:
        return self.ends_on < clock.today()


def ending_permissions(account: Account, *, most: int) -> list[EndingPermission]:
    """Return whom this account leads and who may work for three months more at most.

    The earliest end first; one that has ended stays until a new day, or none, is noted.
    """
    today = clock.today()
    led = persons_visible_to(account).filter(
        case_lead=account.staff_member,
        residence_facts__work_permitted_until__lte=today + AHEAD,
    )
    persons = list(
        led.select_related("residence_facts").order_by(
            "residence_facts__work_permitted_until", "pk"
        )[:most]
    )
    if not persons:
        return []
    network = account.staff_member.organization.network
    rows = rows_of(network)
    decisions = {
        it.pk: decide_today(rows, Matter.WORK_PERMISSION, facts_from(it, it.residence_facts), today)
        for it in persons
    }
    offices = organizations_named(network.pk, decisions.values())
    found = []
    for person in persons:
        ends_on, decision = person.residence_facts.work_permitted_until, decisions[person.pk]
        office = offices.get(decision.targets[0][0]) if decision.is_decided else None
        if ends_on is not None:  # none is: asked for above
            rules = decision.rules if office else ()
            found.append(EndingPermission(person, ends_on, office, rules))
    return found
