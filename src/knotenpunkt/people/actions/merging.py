"""Two files of one person become one by a link; nothing is moved, so nothing is lost.

Items, grants and log entries keep the file they were written in. So a grant reaches no further
than before (a merge never widens who sees what), and taking the link away restores both files.
"""

from __future__ import annotations

from django.db import transaction

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.network.models import Account
from knotenpunkt.people.enums import PairStatus
from knotenpunkt.people.errors import MayNotMerge
from knotenpunkt.people.models import DuplicatePair, Person
from knotenpunkt.people.queries import persons_visible_to


@transaction.atomic
def merge_persons(*, kept: Person, other: Person, by: Account) -> None:
    """Link `other` to `kept`. Raises `MayNotMerge` unless both are in the own file and unlinked."""
    if kept.pk == other.pk:
        raise MayNotMerge
    both = list(
        persons_visible_to(by)
        .select_for_update(of=("self",))
        .filter(pk__in=[kept.pk, other.pk])
        .order_by("pk")
    )
    if len(both) != 2 or any(it.merged_into_id for it in both):
        raise MayNotMerge
    Person.objects.filter(merged_into=other).update(merged_into=kept)
    Person.objects.filter(pk=other.pk).update(merged_into=kept)
    _decide(kept, other, PairStatus.MERGED, by)
    record("person.merged", kept, by=by, changed_fields=[str(other.pk)])


@transaction.atomic
def keep_apart(*, one: Person, other: Person, by: Account) -> None:
    """Note that these are two people, or part what was merged; they are never proposed again."""
    visible = persons_visible_to(by, merged=True).filter(pk__in=[one.pk, other.pk])
    if one.pk == other.pk or visible.count() != 2:
        raise MayNotMerge
    Person.objects.filter(pk=one.pk, merged_into=other).update(merged_into=None)
    Person.objects.filter(pk=other.pk, merged_into=one).update(merged_into=None)
    _decide(one, other, PairStatus.APART, by)
    record("person.kept_apart", one, by=by, changed_fields=[str(other.pk)])


def _decide(one: Person, other: Person, status: str, by: Account) -> None:
    first, second = sorted((one, other), key=lambda it: it.pk)
    DuplicatePair.objects.update_or_create(
        first=first,
        second=second,
        defaults={
            "status": status, "decided_by": by.staff_member, "decided_at": clock.now(),
        },
    )  # fmt: skip
