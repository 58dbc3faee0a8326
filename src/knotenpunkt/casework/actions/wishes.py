"""She wants to interpret for others: her yes stays in the file, her name alone leaves it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from knotenpunkt.casework.models import InterpreterWish
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions.volunteers import begin_path


@transaction.atomic
def pass_on_wish(
    *, person: Person, name: str, email: str, languages: Sequence[str], by: Account
) -> InterpreterWish:
    """Note her yes in the file and let interpreter coordination know this name, mail, languages.

    Nothing joins the two afterwards. Harmless when repeated: her wish is passed on once.
    """
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    known = InterpreterWish.objects.filter(person=person).first()
    if known is not None:
        return known
    wish = InterpreterWish.objects.create(
        person=person, agreed_on=clock.today(), noted_by=by.staff_member
    )
    record("person.interpreter_wish", wish, by=by)
    begin_path(network=person.network, name=name, email=email, languages=languages, by=None)
    return wish
