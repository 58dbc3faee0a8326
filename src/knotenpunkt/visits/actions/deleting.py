"""Visits go with the file of a person."""

from __future__ import annotations

from knotenpunkt.foundation.actions import cancel_messages
from knotenpunkt.people.models import Person
from knotenpunkt.visits.models import RepairTask, Visit


def delete_visits_of(person: Person) -> None:
    """Delete her visits with what would stand in the way, inside the caller's transaction."""
    visits = Visit.objects.filter(person=person)
    for key in visits.order_by("pk").values_list("pk", flat=True):
        cancel_messages(about=key)
    RepairTask.objects.filter(visit__in=visits).delete()
    visits.delete()
