"""A person ends it: her appointments are given back, and nothing of her stays."""

from __future__ import annotations

from django.db import transaction

from knotenpunkt.foundation.actions import cancel_messages, record
from knotenpunkt.newcomers.actions.booking import delete_persons
from knotenpunkt.people.models import Person
from knotenpunkt.visits.actions import cancel_visit
from knotenpunkt.visits.enums import ACTIVE_VISITS


class FileOfAnOffice(Exception):
    """An organization keeps her file by its own law; only it may delete (Art. 17(3) GDPR)."""


@transaction.atomic
def erase_herself(*, person: Person) -> None:
    """Cancel what is ahead and delete the person. Raises `FileOfAnOffice`, `IllegalStep`."""
    if person.organization_id is not None:
        raise FileOfAnOffice
    for visit in person.visits.filter(status__in=ACTIVE_VISITS):
        cancel_visit(visit=visit, by=None)
    for visit in person.visits.all():
        cancel_messages(about=visit.pk)
    record("person.erased_herself", person, by=None)
    delete_persons([person.pk])
