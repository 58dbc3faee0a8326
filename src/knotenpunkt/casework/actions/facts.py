"""What offices hold to be true, side by side; and the minimum of a person from a table."""

from __future__ import annotations

from django.db import transaction

from knotenpunkt.casework.models import StatedFact
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person


@transaction.atomic
def state_fact(*, person: Person, kind: str, value: str, source: str, by: Account) -> StatedFact:
    """Write what the own office holds to be true; what others wrote stays as it is."""
    fact, _is_new = StatedFact.objects.update_or_create(
        person=person,
        organization=by.staff_member.organization,
        kind=kind.strip(),
        defaults={
            "value": value.strip(),
            "source": source.strip(),
            "stated_by": by.staff_member,
            "stated_on": clock.today(),
        },
    )
    record("fact.stated", fact, by=by)
    return fact
