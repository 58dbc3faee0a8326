"""Everything one house holds about a person, for herself (Art. 15 and 20 GDPR, § 83 SGB X).

It walks all models that point at her, so a new one cannot be forgotten. Facts about third
parties and what colleagues were entrusted with are withheld and counted (Art. 15(4)).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Field, Model, QuerySet

from knotenpunkt.foundation.privacy import Sensitivity
from knotenpunkt.network.models import Account
from knotenpunkt.people.enums import Informed, Layer
from knotenpunkt.people.labels import kind_of, label_of
from knotenpunkt.people.models import Disclosure, Item, Person, ReadEntry
from knotenpunkt.people.queries import persons_visible_to

# Which field of a model says whose row it is: only the own ones are handed out.
OWNERS = ("organization", "owner", "from_organization")
LEFT_OUT = frozenset({"scan", "code_hash", "secret_hash"})


@dataclass(frozen=True)
class SubjectAccess:
    """The answer: rows by kind, who looked, what was withheld, and what she may take along."""

    person: dict[str, str]
    rows: dict[str, list[dict[str, str]]]
    reads: list[dict[str, str]]
    withheld_third_parties: int
    withheld_entrusted: int
    portable: dict[str, Any]


def subject_access(person: Person, account: Account) -> SubjectAccess:
    """Return what this account's house holds about a person of its file.

    Raises `Person.DoesNotExist` for anybody else. Labels are in the language that is active.
    """
    found = persons_visible_to(account).get(pk=person.pk)
    items = Item.objects.filter(subject=found, organization=account.staff_member.organization_id)
    entrusted = items.filter(layer=Layer.ENTRUSTED).exclude(author=account.staff_member)
    shown = items.filter(is_about_third_party=False).exclude(pk__in=entrusted)
    rows = {
        kind_of(model): [_row(it) for it in mine] for model, mine in _models_about(found, account)
    }
    rows[kind_of(Item)] = [_row(it) for it in shown.order_by("created_at", "pk")]
    return SubjectAccess(
        person=_row(found),
        rows={label: found_rows for label, found_rows in sorted(rows.items()) if found_rows},
        reads=[_read(it) for it in _reads(found)],
        withheld_third_parties=items.filter(is_about_third_party=True).count(),
        withheld_entrusted=entrusted.filter(is_about_third_party=False).count(),
        portable=_portable(found, shown),
    )


def models_about_a_person() -> dict[type[Model], str]:
    """Return the models whose rows are handed out, and which field of each points at the person."""
    found: dict[type[Model], str] = {}
    for model in apps.get_models():
        if model in (Person, Item, ReadEntry) or not hasattr(model, "Privacy"):
            continue
        for field in model._meta.fields:
            if field.related_model is Person:
                found.setdefault(model, field.name)
    return found


def _models_about(person: Person, account: Account) -> Iterator[tuple[type[Model], QuerySet[Any]]]:
    for model, name in models_about_a_person().items():
        rows: QuerySet[Any] = model._default_manager.filter(**{name: person})
        if model is Disclosure:  # what the law forbids to tell, or nobody has decided, no one tells
            rows = rows.exclude(informed=Informed.FORBIDDEN).exclude(decided_at=None)
        yield model, _own(model, rows, account).order_by("pk")


def _own(model: type[Model], rows: QuerySet[Any], account: Account) -> QuerySet[Any]:
    names = {field.name for field in model._meta.fields}
    for owner in OWNERS:
        if owner in names:
            return rows.filter(**{owner: account.staff_member.organization_id})
    return rows


def _row(row: Model) -> dict[str, str]:
    """Return the fields that say something, by their label in the language that is active."""
    return {
        label_of(field): text
        for field in row._meta.fields
        if is_shown(field)
        for text in [_value(row, field)]
        if text
    }


def is_shown(field: Field[Any, Any]) -> bool:
    """Ask whether a field says something to a person; keys and hashes do not."""
    privacy = field.model.Privacy.fields  # type: ignore[attr-defined]
    return field.name not in LEFT_OUT and privacy[field.name] != Sensitivity.TECHNICAL


def _value(row: Model, field: Field[Any, Any]) -> str:
    if field.is_relation:
        return str(getattr(row, field.name) or "")
    display = getattr(row, f"get_{field.name}_display", None)
    value = display() if display and field.choices else getattr(row, field.name)
    if isinstance(value, list):
        return ", ".join(str(it) for it in value)
    return "" if value is None else str(value)


def _reads(person: Person) -> QuerySet[ReadEntry]:
    return ReadEntry.objects.filter(person=person).select_related(
        "account__staff_member", "organization"
    )


def _read(entry: ReadEntry) -> dict[str, str]:
    member = getattr(entry.account, "staff_member", None)
    return {
        "at": entry.at.isoformat(timespec="minutes"),
        "who": member.name if member else "",
        "organization": entry.organization.name if entry.organization else "",
        "what": entry.what,
        "basis": entry.basis,
        "purpose": entry.purpose,
    }


def _portable(person: Person, shown: QuerySet[Item]) -> dict[str, Any]:
    """What she gave herself, for another office to read by machine; no assessment of anybody."""
    contact = {
        name: _value(person, person._meta.get_field(name))  # type: ignore[arg-type]
        for name, layer in Person.Privacy.fields.items()
        if layer == Sensitivity.CONTACT
    }
    given = shown.filter(is_from_person=True).order_by("created_at", "pk")
    return {
        "person": {name: text for name, text in contact.items() if text},
        "items": [{"category": it.category, "text": it.body} for it in given],
    }
