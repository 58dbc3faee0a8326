"""Every change of a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from knotenpunkt.directory.models import Token
from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import record
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.models import Account
from knotenpunkt.people.models import (
    HeldToken,
    Need,
    Person,
    ResidenceFacts,
    UnavailableWindow,
)

Window = tuple[int, dt.time, dt.time]


@transaction.atomic
def create_person(
    *, by: Account, fields: Mapping[str, Any], windows: Iterable[Window] = ()
) -> Person:
    """Write a new person for the organization of `by`, who becomes her case lead."""
    staff_member = by.staff_member
    person = Person.objects.create(
        network=staff_member.organization.network,
        organization=staff_member.organization,
        case_lead=staff_member,
        created_at=clock.now(),
        **fields,
    )
    _put_windows(person, windows)
    record("person.created", person, by=by)
    return person


@transaction.atomic
def change_person(
    *, person: Person, by: Account, fields: Mapping[str, Any], windows: Iterable[Window] = ()
) -> Person:
    """Change these fields and replace the weekly times in which she cannot come."""
    changed = [name for name, value in fields.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, fields[name])
    _put_windows(person, windows)
    with system_scope("a file may change hands: then its writer sees it no more"):
        person.save(update_fields=changed)
    record("person.changed", person, by=by, changed_fields=changed)
    return person


def _put_windows(person: Person, windows: Iterable[Window]) -> None:
    kept = {(w.weekday, w.starts_at, w.ends_at): w for w in person.unavailable_windows.all()}
    wanted = set(windows)
    UnavailableWindow.objects.filter(
        pk__in=[row.pk for key, row in kept.items() if key not in wanted]
    ).delete()
    UnavailableWindow.objects.bulk_create(
        UnavailableWindow(person=person, weekday=weekday, starts_at=start, ends_at=end)
        for weekday, start, end in sorted(wanted - set(kept))
    )


@transaction.atomic
def note_needs(*, person: Person, services: Iterable[UUID], by: Account) -> None:
    """Note which matters she brings; a matter that is open already is not noted twice."""
    wanted = list(services)
    open_needs = set(
        person.needs.filter(status=Need.Status.OPEN).values_list("service_id", flat=True)
    )
    now = clock.now()
    new = [service for service in wanted if service not in open_needs]
    Need.objects.bulk_create(
        Need(person=person, service_id=service, created_at=now) for service in new
    )
    if new:
        record("person.needs_noted", person, by=by)


@transaction.atomic
def note_held_tokens(*, person: Person, tokens: Iterable[Token], by: Account) -> None:
    """Note that she has these states already, so that no appointment waits for them."""
    today = clock.today()
    HeldToken.objects.bulk_create(
        [HeldToken(person=person, token=token, since=today) for token in tokens],
        ignore_conflicts=True,
    )
    record("person.tokens_noted", person, by=by)


@transaction.atomic
def note_residence(*, person: Person, by: Account, fields: Mapping[str, Any]) -> ResidenceFacts:
    """Note her residence paper and its days: facts that the rules of responsibility ask for.

    The record says which fields changed, never what they were or are.
    """
    facts, _is_new = ResidenceFacts.objects.select_for_update(of=("self",)).get_or_create(
        person=person
    )
    changed = [name for name, value in fields.items() if getattr(facts, name) != value]
    if changed:
        for name in changed:
            setattr(facts, name, fields[name])
        facts.save(update_fields=changed)
        record("person.residence_noted", facts, by=by, changed_fields=changed)
    return facts
