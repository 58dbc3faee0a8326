"""Who lives together. It is a link and nothing else: nobody sees more of anybody by it."""

from __future__ import annotations

from django.db import transaction

from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account
from knotenpunkt.people.errors import Fault, MayNotShare
from knotenpunkt.people.models import Household, Person
from knotenpunkt.people.queries import persons_visible_to


@transaction.atomic
def live_together(*, person: Person, other: Person, by: Account) -> Household:
    """Note that two persons of the own file live together; the other one moves in with her.

    Raises `MayNotShare` unless both are in the own file: who lives where is nobody else's matter.
    """
    keys = {person.pk, other.pk}
    own = persons_visible_to(by).filter(pk__in=keys).order_by("pk")
    if len(keys) < 2 or own.select_for_update(of=("self",)).count() < len(keys):
        raise MayNotShare([Fault.NOT_YOURS])
    household = person.household
    if household is None:
        household = Household.objects.create(network=person.network)
    Person.objects.filter(pk__in=keys).update(household=household)
    person.household = other.household = household
    record("household.joined", other, by=by)
    return household


@transaction.atomic
def live_apart(*, person: Person, by: Account) -> None:
    """Note that a person of the own file lives there no longer. Harmless when she lives alone."""
    changed = persons_visible_to(by).filter(pk=person.pk).exclude(household=None)
    if changed.update(household=None):
        record("household.left", person, by=by)
