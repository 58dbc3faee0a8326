"""What the people app does when a file goes, whoever deletes it, and when a colleague leaves."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from knotenpunkt.network.models import Account, StaffMember
from knotenpunkt.network.signals import staff_left
from knotenpunkt.people.actions.keeping import leave_tombstone
from knotenpunkt.people.actions.releasing import end_releases_of
from knotenpunkt.people.models import Person


@receiver(staff_left)
def end_releases(*, staff_member: StaffMember, by: Account | None, **_more: Any) -> None:
    """A release names people: when one of them goes, it is over, even if she comes back."""
    end_releases_of(staff_member, by=by)


@receiver(pre_delete, sender=Person)
def leave_a_tombstone(instance: Person, **_more: Any) -> None:
    leave_tombstone(instance)
