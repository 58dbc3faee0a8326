"""What she says of herself, and what somebody has checked: two things, written apart."""

from __future__ import annotations

from django.db import transaction

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.programmes.enums import AskedFact
from knotenpunkt.programmes.models import PersonFact


@transaction.atomic
def note_declared(*, person: Person, fact: AskedFact, value: bool | None, by: Account) -> None:
    """Write what she says of herself today; `None` takes it back. What was checked stays."""
    row = _row(person, fact)
    row.declared, row.declared_on = value, None if value is None else clock.today()
    _keep(row)
    record("programme.fact_declared", row, by=by, changed_fields=["declared"])


@transaction.atomic
def note_checked(
    *, person: Person, fact: AskedFact, value: bool | None, by: Account, paper: str = ""
) -> None:
    """Write what a paper showed and who saw it today; `None` takes it back.

    What she said of herself stays beside it. Needs a paper: the database refuses a check without.
    """
    row = _row(person, fact)
    is_gone = value is None
    row.checked, row.checked_on = value, None if is_gone else clock.today()
    row.checked_by, row.paper = None if is_gone else by.staff_member, "" if is_gone else paper
    _keep(row)
    record("programme.fact_checked", row, by=by, changed_fields=["checked"])


def _row(person: Person, fact: AskedFact) -> PersonFact:
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    found = PersonFact.objects.filter(person=person, fact=fact).first()
    return found or PersonFact(person=person, fact=fact)


def _keep(row: PersonFact) -> None:
    """Save the row, or drop it when nothing is left to say."""
    if row.declared is not None or row.checked is not None:
        row.save()
    elif not row._state.adding:
        PersonFact.objects.filter(pk=row.pk).delete()
