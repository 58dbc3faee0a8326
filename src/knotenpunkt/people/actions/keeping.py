"""Delete what is due, keep what must be kept, and never let a restore bring anybody back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import transaction

from knotenpunkt.foundation import clock
from knotenpunkt.foundation.actions import cancel_messages, record
from knotenpunkt.foundation.scope import system_scope
from knotenpunkt.network.enums import Role
from knotenpunkt.network.models import Account
from knotenpunkt.people.actions.sharing import end_grants
from knotenpunkt.people.errors import Fault, MayNotShare
from knotenpunkt.people.models import (
    Item,
    LegalHold,
    Person,
    ReadEntry,
    ReadSeal,
    RetentionRun,
    Tombstone,
)
from knotenpunkt.people.queries import grants_of, persons_visible_to
from knotenpunkt.people.retention import all_persons_due, cutoff_of, retention_rules
from knotenpunkt.people.signals import person_goes


@transaction.atomic
def place_hold(*, person: Person, reason: str, until: dt.date, by: Account) -> LegalHold:
    """Keep a due file until a day, with the reason. Raises `MayNotShare` for another house."""
    if person.organization_id != by.staff_member.organization_id:
        raise MayNotShare([Fault.NOT_YOURS])
    hold = LegalHold.objects.create(
        person=person,
        reason=reason.strip(),
        placed_by=by.staff_member,
        placed_at=clock.now(),
        until=until,
    )
    record("hold.placed", hold, by=by)
    return hold


@transaction.atomic
def delete_due(*, person: Person, by: Account) -> None:
    """Delete a due file with all that belongs to it. Raises `MayNotShare` if it is not due."""
    with system_scope("a data protection officer deletes a due file"):
        locked = Person.objects.select_for_update(of=("self",)).filter(pk=person.pk)
        due = all_persons_due().filter(pk__in=locked).first() if _may_delete(person, by) else None
        if due is None:
            raise MayNotShare([Fault.NOT_YOURS])
        record("person.deleted_by_retention", due, by=by)
        _delete(due)


def _may_delete(person: Person, by: Account) -> bool:
    member = by.staff_member
    is_officer = member.role == Role.DATA_PROTECTION_OFFICER and member.left_on is None
    return is_officer and person.organization_id == member.organization_id


def _delete(person: Person) -> None:
    """Let every app take away what would stand in the way, then the file with all its rows."""
    cancel_messages(about=person.pk)
    person_goes.send(Person, person=person)
    household = person.household
    person.delete()
    if household is not None and not household.members.exists():
        household.delete()


def leave_tombstone(person: Person) -> None:
    """Note that this file is gone, and that its entries in the read log went lawfully."""
    now = clock.now()
    with system_scope("seals of a file that is deleted"):
        entries = ReadEntry.objects.filter(person=person).values("pk")
        ReadSeal.objects.filter(entry_id__in=entries, erased_at=None).update(erased_at=now)
        Tombstone.objects.get_or_create(person_id=person.pk, defaults={"deleted_at": now})
    if settings.TOMBSTONE_FILE:
        line = _line(person.pk, now)
        transaction.on_commit(lambda: _append(Path(settings.TOMBSTONE_FILE), line))


def _line(key: UUID, at: dt.datetime) -> str:
    return json.dumps({"person": str(key), "at": at.isoformat()})


def _append(file: Path, line: str) -> None:
    with file.open("a", encoding="utf-8") as kept:
        kept.write(f"{line}\n")


def tombstone_lines() -> list[str]:
    """Return all tombstones, one a line: keep them beside the backups, not inside."""
    return [_line(it.person_id, it.deleted_at) for it in Tombstone.objects.all()]


@transaction.atomic
def apply_tombstones(lines: Iterable[str]) -> int:
    """After a restore, delete again whoever was deleted since; returns how many came back."""
    keys = [UUID(json.loads(line)["person"]) for line in lines if line.strip()]
    found = list(Person.objects.filter(pk__in=keys).order_by("pk"))
    for person in found:
        _delete(person)
    return len(found)


@transaction.atomic
def ask_erasure(*, person: Person, until: dt.date, because: str, by: Account) -> int:
    """She asks for erasure: shared copies end now, own notes are sealed until the duty ends.

    Returns how many notes are sealed (Art. 17(3)(b) GDPR, § 84 SGB X). Raises `MayNotShare`.
    """
    if not persons_visible_to(by).filter(pk=person.pk).exists():
        raise MayNotShare([Fault.NOT_YOURS])
    end_grants(grants=grants_of(person).filter(withdrawn_at=None), by=by)
    sealed = Item.objects.filter(
        subject=person, organization=by.staff_member.organization_id, sealed_until=None
    ).update(sealed_until=until, sealed_because=because.strip())
    record("erasure.asked", person, by=by)
    return sealed


@transaction.atomic
def run_retention() -> RetentionRun:
    """Delete what goes by age, count what is due; a missing run turns the page red after a day."""
    gone = 0
    for rule in retention_rules().values():
        if rule.way == "age":
            old = apps.get_model(rule.model)._default_manager.filter(
                **{f"{rule.start}__lt": cutoff_of(rule)}
            )
            gone += old.delete()[0]
    return RetentionRun.objects.create(at=clock.now(), due=all_persons_due().count(), gone=gone)
