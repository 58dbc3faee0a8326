"""What the people app does when a file goes, whoever deletes it."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from knotenpunkt.people.actions.keeping import leave_tombstone
from knotenpunkt.people.models import Person


@receiver(pre_delete, sender=Person)
def leave_a_tombstone(instance: Person, **_more: Any) -> None:
    leave_tombstone(instance)
